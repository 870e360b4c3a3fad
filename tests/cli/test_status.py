from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from repositories import OLD, asyncshim, read_tree, repository, write_tree

PLAIN = b"async def test_it():\n    pass\n\n\ndef test_sync():\n    pass\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(
        tmp_path / "p", {"tests/a/test_1.py": OLD, "tests/a/test_2.py": PLAIN, "tests/b/test_3.py": PLAIN}
    )


def test_status_counts_tests_and_uses_by_folder_and_rule(project: Path) -> None:
    before = read_tree(project)
    done = asyncshim(project, "status")
    assert done.code == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[0] == "2 of 3 async tests are plain (66%); 2 uses of pytest-asyncio in 3 files."
    assert lines[1] == "`migrate` removes 2, `migrate --unsafe` 0 more; 0 uses need manual review."
    assert "folder async tests plain uses safe unsafe manual review" in lines
    assert "tests/a 2 50% #####..... 2 2 0 0" in lines
    assert "tests/b 1 100% ########## 0 0 0 0" in lines
    assert "ASH101 strip-marker 1 1 0 0" in lines
    assert read_tree(project) == before


def test_status_of_a_migrated_suite_is_100_percent(project: Path) -> None:
    asyncshim(project, "migrate")
    done = asyncshim(project, "status")
    assert done.stdout.splitlines()[0] == "3 of 3 async tests are plain (100%); 0 uses of pytest-asyncio in 3 files."


def test_status_and_check_count_the_same_uses_in_the_same_files(project: Path) -> None:
    write_tree(project, {"pytest.ini": "[pytest]\nasyncio_mode = auto\n", "requirements.txt": "pytest-asyncio\n"})
    counted = re.search(r"(\d+) uses of pytest-asyncio in (\d+) files", asyncshim(project, "status").stdout)
    checked = re.search(r"(\d+) uses found in (\d+) files", asyncshim(project, "check").stderr)
    assert counted is not None
    assert checked is not None
    assert counted.groups() == checked.groups() == ("4", "5")


def test_status_lists_the_uses_for_manual_review(project: Path) -> None:
    source = "def test_for_ever(event_loop):\n    event_loop.run_forever()\n"
    (project / "tests/a/test_0.py").write_text(source)
    done = asyncshim(project, "status")
    waiting = done.stdout.partition("Manual review:\n")[2]
    assert waiting.startswith("  1 x ASH331 ")
    assert "(first: tests/a/test_0.py:" in waiting


def test_status_json_has_the_same_numbers(project: Path) -> None:
    content = json.loads(asyncshim(project, "status", "--report", "json").stdout)
    assert content == json.loads(asyncshim(project, "status", "--json").stdout)
    assert content["version"] == 1
    assert content["total"]["async_tests"] == 3
    assert content["total"]["plain"] == 2
    assert content["total"]["percent"] == 66
    assert content["folders"]["tests/a"]["uses"] == {"safe": 2, "unsafe": 0, "manual": 0}
    assert content["rules"]["ASH101"]["safe"] == 1


def test_status_names_a_file_that_cannot_be_parsed_and_counts_the_others(project: Path) -> None:
    (project / "tests/b/test_x.py").write_bytes(b"@pytest.mark.asyncio\nasync def test_(:\n")
    done = asyncshim(project, "status")
    assert done.code == 2
    assert done.stdout.startswith("2 of 4 async tests are plain")
    assert "error: tests/b/test_x.py:" in done.stderr


def test_one_test_is_singular(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": "async def test_a():\n    pass\n"})
    assert asyncshim(root, "status").stdout.startswith("1 of 1 async test is plain (100%); 0 uses ")


def test_the_tables_fit_a_terminal_of_80_columns(project: Path) -> None:
    name = "tests/integration/services/payments_and_refunds"
    (project / name).mkdir(parents=True)
    source = "def test_for_ever(event_loop):\n    event_loop.run_forever()\n"
    (project / name / "test_a.py").write_text(source)
    done = asyncshim(project, "status", COLUMNS="80")
    assert all(len(line) <= 80 for line in done.stdout.splitlines() if name not in line)
    assert "ments_and_refunds" in done.stdout
    assert name in asyncshim(project, "status", COLUMNS="200").stdout


RUNTIME = {
    "tests/a/test_1.py::test_x": {"legacy use: ASH331": 2, "task: f (module scope)": 3},
    "tests/conftest.py": {"legacy use: ASH201": 1},
}


@pytest.mark.parametrize("where", ["argument", "[tool.asyncshim]", "pytest.ini"])
def test_status_counts_the_findings_of_test_runs_in_the_baseline(project: Path, where: str) -> None:
    (project / "b.json").write_text(json.dumps({"version": 1, "accepted": {}, "runtime": RUNTIME}))
    if where == "[tool.asyncshim]":
        write_tree(project, {"pyproject.toml": '[tool.asyncshim]\nbaseline = "b.json"\n'})
    elif where == "pytest.ini":
        write_tree(project, {"pytest.ini": "[pytest]\nasyncshim_baseline = b.json\n"})
    arguments = ("--baseline", str(project / "b.json")) if where == "argument" else ()
    done = asyncshim(project, "status", *arguments)
    assert "\nAccepted findings of test runs: 3 legacy use, 3 task (1 x ASH201, 2 x ASH331).\n" in done.stdout, (
        done.stderr
    )
    content = json.loads(asyncshim(project, "status", "--json", *arguments).stdout)
    assert content["runtime"] == {
        "kinds": {"legacy use": 3, "task": 3},
        "rules": {"ASH201": 1, "ASH331": 2},
    }


def test_status_says_nothing_of_test_runs_if_none_has_written_a_baseline(project: Path) -> None:
    write_tree(project, {"pytest.ini": "[pytest]\nasyncshim_baseline = b.json\n"})
    assert "test runs" not in asyncshim(project, "status").stdout
    assert json.loads(asyncshim(project, "status", "--json").stdout)["runtime"] is None
    done = asyncshim(project, "status", "--baseline", "missing.json")
    assert (done.code, "the baseline does not exist" in done.stderr) == (2, True)


def test_status_counts_the_reasons_that_it_does_not_list(project: Path) -> None:
    source = "".join(f"import pytest_asyncio.plugin\nx{n} = pytest_asyncio.plugin.name_{n}\n" for n in range(40))
    (project / "tests/b/test_x.py").write_text(source, "utf-8")
    lines = asyncshim(project, "status").stdout.splitlines()
    listed = [line for line in lines if " x ASH" in line]
    assert re.fullmatch(
        rf"  and {40 - len(listed)} other reasons; `python -m asyncshim check` lists every place", lines[-1]
    )
