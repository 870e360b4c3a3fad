"""Every documented option does what its page says, in a process and a real repository."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from house.processes import run, run_python
from repositories import Done, asyncshim, git, repository, write_tree

MARKED = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"
PLAIN = "async def test_it():\n    pass\n"
FIXTURE = "import pytest_asyncio\n\n\n@pytest_asyncio.fixture\nasync def thing():\n    return 1\n"
# A function-scoped override: each test had a loop of its own, so its removal is unsafe.
OVERRIDE = (
    "import asyncio\n\nimport pytest\n\n\n@pytest.fixture\ndef event_loop():\n    loop = asyncio.new_event_loop()\n"
)
OVERRIDE += "    yield loop\n    loop.close()\n"
FOREVER = "def test_it(event_loop):\n    event_loop.run_forever()\n"
FILES = {
    "tests/test_a.py": MARKED,
    "tests/test_b.py": FIXTURE,
    "tests/conftest.py": OVERRIDE,
    "tests/test_c.py": FOREVER,
    "pytest.ini": "[pytest]\nasyncio_mode = auto\n",
    "requirements.txt": "pytest\npytest-asyncio==0.21.1  # async\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "p", FILES)


def changed(root: Path) -> list[str]:
    return git(root, "diff", "--name-only").decode().split()


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (["--select", "ASH101"], ["tests/test_a.py"]),
        (["--select", "ASH101,plain-fixture"], ["tests/test_a.py", "tests/test_b.py"]),
        (["--select", "ASH101", "--extend-select", "ASH201"], ["tests/test_a.py", "tests/test_b.py"]),
        (["--select", "ASH1,ASH2", "--ignore", "ASH101"], ["tests/test_b.py"]),
        (["--ignore", "ASH4,ASH5,strip-marker"], ["tests/test_b.py"]),
        (["--no-config"], ["requirements.txt", "tests/test_a.py", "tests/test_b.py"]),
        ([], ["pytest.ini", "requirements.txt", "tests/test_a.py", "tests/test_b.py"]),
        (["--unsafe"], ["pytest.ini", "requirements.txt", "tests/conftest.py", "tests/test_a.py", "tests/test_b.py"]),
        (["--unsafe", "--no-deps"], ["pytest.ini", "tests/conftest.py", "tests/test_a.py", "tests/test_b.py"]),
        (["--unsafe", "--no-config", "--no-deps"], ["tests/conftest.py", "tests/test_a.py", "tests/test_b.py"]),
        (["--exclude", "test_a.py", "--exclude", "*.ini"], ["requirements.txt", "tests/test_b.py"]),
        (["--exclude", "tests"], ["pytest.ini"]),
    ],
)
def test_migrate_rewrites_only_what_the_options_select(project: Path, arguments: list[str], files: list[str]) -> None:
    done = asyncshim(project, "migrate", *arguments, ".")
    assert done.code in {0, 1}, done.stderr
    assert changed(project) == files


def test_command_line_options_override_the_settings(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.asyncshim]\nselect = ["ASH1"]\nexclude = ["test_b.py"]\n')
    git(project, "add", "-A")
    asyncshim(project, "migrate", ".")
    assert changed(project) == ["tests/test_a.py"]
    git(project, "checkout", "-q", ".")
    asyncshim(project, "migrate", "--select", "ASH4", ".")
    assert changed(project) == ["pytest.ini"]


def test_an_unknown_setting_is_an_error_that_suggests_a_known_one(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.asyncshim]\nselct = []\n")
    for command in ("migrate", "check", "status"):
        done = asyncshim(project, command)
        assert done.code == 2
        assert done.stderr.endswith("pyproject.toml:2: [tool.asyncshim] has no key 'selct', did you mean 'select'?\n")
    assert changed(project) == []


@pytest.mark.parametrize(
    ("runner", "line"),
    [
        ("asyncshim", "asyncshim  # async\n"),
        ("conftest", ""),
        ("alt-pytest-asyncio", "alt-pytest-asyncio  # async\n"),
        ("anyio", "anyio>=4.11  # async\n"),
        ("pytest-asyncio", "pytest-asyncio==0.21.1  # async\n"),
    ],
)
def test_dependencies_are_rewritten_for_the_chosen_runner(project: Path, runner: str, line: str) -> None:
    asyncshim(project, "migrate", "--unsafe", "--runner", runner, ".")
    assert (project / "requirements.txt").read_text() == f"pytest\n{line}"


def test_a_todo_comment_is_written_once_and_listed_until_it_is_removed(project: Path) -> None:
    first = asyncshim(project, "migrate", "--todo", ".")
    text = (project / "tests/test_c.py").read_text()
    assert first.code == 1
    assert text.startswith("# TODO(asyncshim): ASH331 ")
    assert text.endswith(FOREVER)
    again = asyncshim(project, "migrate", "--todo", "--allow-dirty", ".")
    assert (again.code, (project / "tests/test_c.py").read_text()) == (1, text)
    assert asyncshim(project, "todo").code == 1
    asyncshim(project, "undo")
    assert asyncshim(project, "todo").code == 0


def test_output_with_colour_has_the_same_text_as_without(project: Path) -> None:
    def shown(*arguments: str, **env: str) -> tuple[str, str]:
        done = asyncshim(project, "migrate", "--dry-run", *arguments, ".", **env)
        return done.stdout, done.stderr

    plain = shown()
    assert "\x1b[" not in "".join(plain)
    for coloured in (shown("--color", "always"), shown(FORCE_COLOR="1", NO_COLOR="")):
        assert "\x1b[" in coloured[0]
        assert tuple(re.sub(r"\x1b\[[\d;]*m", "", text) for text in coloured) == plain
    for without in (
        shown("--color", "never", FORCE_COLOR="1"),
        shown(NO_COLOR="1"),
        shown(NO_COLOR="1", FORCE_COLOR="1"),
    ):
        assert without == plain


CRASH = """\
import sys
from asyncshim_codemods.rules.ash101_strip_marker import StripMarker
import asyncshim.cli

def check(self, file, /):
    raise LookupError("no such thing")

StripMarker.check = check
sys.exit(asyncshim.cli.main(sys.argv[1:]))
"""


def test_a_crashing_rule_skips_its_files_and_exits_2(project: Path) -> None:
    done = run_python("-c", CRASH, "migrate", "--no-config", "--no-deps", "--jobs", "1", cwd=project)
    assert done.returncode == 2
    last = done.stdout.splitlines()[-1]
    assert last.startswith("error: tests/")
    assert last.endswith(": ASH101 crashed: LookupError: no such thing; please report; the file stays unchanged")
    assert "Traceback" not in done.stdout
    assert changed(project) == ["tests/test_b.py"]
    for command in ("migrate", "check"):
        verbose = run_python("-c", CRASH, command, "--no-config", "--no-deps", "--jobs", "1", "-v", cwd=project)
        assert "Traceback (most recent call last):" in verbose.stdout
        assert verbose.stdout.endswith(f"\n{last}\n")


class TestWhereItLooks:
    @pytest.fixture
    def places(self, tmp_path: Path) -> Path:
        return repository(tmp_path / "p", dict.fromkeys(["spec/test_a.py", "tests/test_b.py", "test_c.py"], MARKED))

    def test_migrate_without_paths_uses_testpaths_of_pytest(self, places: Path) -> None:
        (places / "pytest.ini").write_text("[pytest]\ntestpaths = spec\n")
        assert asyncshim(places, "migrate").code == 0
        assert changed(places) == ["spec/test_a.py"]

    def test_migrate_without_testpaths_uses_the_folder_tests(self, places: Path) -> None:
        assert asyncshim(places, "migrate").code == 0
        assert changed(places) == ["tests/test_b.py"]

    def test_migrate_without_a_tests_folder_uses_the_current_folder(self, places: Path) -> None:
        git(places, "mv", "tests", "more")
        git(places, "commit", "-qm", "moved")
        assert asyncshim(places, "migrate").code == 0
        assert changed(places) == ["more/test_b.py", "spec/test_a.py", "test_c.py"]

    def test_check_and_status_use_the_same_default_paths_as_migrate(self, places: Path) -> None:
        assert {line.partition(":")[0] for line in asyncshim(places, "check").stdout.splitlines()} == {
            "tests/test_b.py"
        }
        assert "tests" in asyncshim(places, "status").stdout
        assert "spec" not in asyncshim(places, "status").stdout


def test_the_configuration_above_the_default_paths_is_rewritten_too(project: Path) -> None:
    assert asyncshim(project, "migrate").code == 1
    assert (project / "pytest.ini").read_text() == "[pytest]\n"


@pytest.mark.parametrize("arguments", [["rules"], ["check"], ["status"], ["migrate", "--dry-run"], ["frobnicate"]])
def test_the_script_asyncshim_prints_the_same_as_python_m_asyncshim(project: Path, arguments: list[str]) -> None:
    module = run_python("-m", "asyncshim", *arguments, cwd=project)
    script = run([Path(sys.executable).with_name("asyncshim"), *arguments], cwd=project)
    assert (script.returncode, script.stdout) == (module.returncode, module.stdout)


@pytest.mark.parametrize("command", ["migrate", "check", "status", "todo", "undo"])
def test_without_git_every_command_works(tmp_path: Path, command: str) -> None:
    root = write_tree(tmp_path / "p", FILES)
    done: Done = asyncshim(root, command)
    assert done.code in {0, 1}, done.stderr
    assert "Traceback" not in done.stderr


def test_a_constraint_is_kept_while_its_requirement_is_kept(project: Path) -> None:
    write_tree(project, {"constraints.txt": "pytest-asyncio==0.21.1\n"})
    git(project, "add", "-A")
    git(project, "commit", "-qm", "a limit")
    message = "constraints.txt:1:1: ASH501 limit on pytest-asyncio stays: requirements.txt still requires it"
    excluding = asyncshim(project, "migrate", "--dry-run", "--exclude", "requirements.txt")
    assert "constraints.txt" not in excluding.stdout
    assert message in asyncshim(project, "check", "--exclude", "requirements.txt").stdout
    assert "constraints.txt" in asyncshim(project, "migrate", "--dry-run").stdout
