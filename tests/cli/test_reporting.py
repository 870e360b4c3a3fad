from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from repositories import OLD, asyncshim, read_tree, repository


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "p", {"sub/tests/test_a.py": OLD, "sub/pytest.ini": ""})


def test_a_report_on_stdout_is_the_only_output_there(project: Path) -> None:
    done = asyncshim(project, "check", "--report", "json")
    assert done.code == 1
    content = json.loads(done.stdout)
    assert content["files"][0]["path"] == "sub/tests/test_a.py"


def test_reports_are_written_to_files_beside_the_usual_output(project: Path) -> None:
    done = asyncshim(
        project, "migrate", "--report", "json=a.json", "--report", "html=b.html", "--report", "markdown=c.md"
    )
    assert done.code == 0
    assert "Wrote a.json\nWrote b.html\nWrote c.md\n" in done.stderr
    assert json.loads((project / "a.json").read_text())["mode"] == "written"
    assert b"sub/tests/test_a.py" in (project / "b.html").read_bytes()
    assert (project / "c.md").read_text().startswith("## asyncshim migrate\n")


def test_paths_in_reports_are_relative_to_the_repository(project: Path) -> None:
    done = asyncshim(project / "sub/tests", "check", "--report", "github", ".")
    assert done.stdout.startswith("::notice file=sub/tests/test_a.py,line=")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["migrate", "--dry-run", "--report", "json"], "--report json: stdout has the diff; give a file"),
        (["check", "--report", "json", "--report", "sarif"], "--report json: stdout has the report 'sarif'"),
        (["check", "--report", "xml"], "--report: unknown format 'xml'"),
        (["migrate", "--report", "json=no/such/folder/a.json"], "a.json cannot be written: there is no folder no/such"),
        (["migrate", "--report", "json=sub"], "sub cannot be written: it is a folder"),
        (["migrate", "--report", "json=sub/pytest.ini/a.json"], "there is no folder sub/pytest.ini"),
        (
            ["migrate", "--report", "json=a.txt", "--report", "text=a.txt"],
            "cannot have the same file a.txt",
        ),
    ],
)
def test_a_wrong_report_option_is_explained_and_nothing_is_changed(
    project: Path, arguments: list[str], message: str
) -> None:
    before = read_tree(project)
    done = asyncshim(project, *arguments)
    assert done.code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert read_tree(project) == before


def test_a_read_only_file_is_an_error_in_the_report(project: Path) -> None:
    (project / "sub/tests/test_a.py").chmod(0o444)
    done = asyncshim(project, "migrate", "--report", "json")
    assert done.code == 2
    (file,) = json.loads(done.stdout)["files"]
    assert (file["changed"], file["error"]) == (False, "is read-only: make it writable, then run again")


@pytest.mark.parametrize("command", [["check"], ["migrate", "--check"]])
def test_an_html_report_shows_the_code_if_nothing_is_written(project: Path, command: list[str]) -> None:
    asyncshim(project, *command, "--report", "html=page.html")
    page = (project / "page.html").read_text("utf-8")
    assert "test_it" in page
    assert "@pytest" in page
    asyncshim(project, *command, "--report", "json=report.json")
    (file,) = json.loads((project / "report.json").read_text("utf-8"))["files"]
    assert file["changed"] is True


@pytest.mark.parametrize("command", ["check", "migrate"])
def test_many_dependency_findings_that_say_the_same_are_one_line_with_a_count(project: Path, command: str) -> None:
    (project / "sub/tests/test_a.py").write_text(
        "import pytest_asyncio\n\n\ndef pytest_x():\n    pytest_asyncio.gone()\n"
    )
    for number in range(5):
        (project / f"requirements-{number}.txt").write_text("pytest-asyncio\n")
    done = asyncshim(project, command, ".")
    (line,) = (line for line in done.stdout.splitlines() if "ASH501" in line)
    assert line.startswith("requirements-0.txt:1:1: ASH501 pytest-asyncio stays: ")
    assert line.endswith("(5 times in 5 files; -v lists all)")
    assert asyncshim(project, command, "-v", ".").stdout.count("ASH501") == 5


def test_the_html_report_says_project_date_version_and_command(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop", {"tests/test_a.py": OLD})
    done = asyncshim(root, "check", "--report", "html=a b.html")
    assert done.code == 1, done.stderr
    top = (root / "a b.html").read_text("utf-8").partition("<header>")[2].partition("</header>")[0]
    assert "<dd>shop</dd>" in top
    assert "<code>asyncshim check --report &#x27;html=a b.html&#x27;</code>" in top
    assert re.search(r"<dd>\d{4}-\d\d-\d\d \d\d:\d\d UTC</dd>", top)
    assert "<dd>0.1.0</dd>" in top


def test_the_html_report_has_the_source_of_files_that_do_not_change(tmp_path: Path) -> None:
    files = {
        "tests/test_a.py": "def test_it(event_loop):\n    event_loop.run_forever()\n",
        "tests/test_b.py": "import pytest_asyncio\ndef broken(:\n",
    }
    root = repository(tmp_path / "p", files)
    asyncshim(root, "migrate", "--report", "html=report.html")
    page = (root / "report.html").read_text("utf-8")
    assert '<pre class="source"><i>1</i>def test_it(event_loop):\n</pre>' in page
    assert '<pre class="source"><i>2</i>def broken(:\n</pre>' in page
