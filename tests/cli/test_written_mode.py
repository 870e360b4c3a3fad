"""Where ``migrate`` writes or removes ``asyncio_mode``: the runner that the dependency files install decides."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from declared_runners import AUTO, IMPORTING, OPTION, Asyncshim, changed, project, settings
from repositories import NEW, OLD, git, repository, write_tree

REQUIRES = {
    "old Pythons": {
        "pyproject.toml": '[project]\nrequires-python = ">=3.9"\n',
        "requirements.txt": "pytest-asyncio>=0.24\n",
    },
    "an import": {"src/plugin.py": IMPORTING, "requirements.txt": "pytest-asyncio>=0.24\n"},
    "a plugin": {"requirements.txt": "pytest-aiohttp\n"},
    "a limit on pytest": {"requirements.txt": "pytest~=6.2\npytest-asyncio<0.21\n"},
    "no runner": {"requirements.txt": "pytest\n"},
}


@pytest.mark.parametrize("mode", OPTION)
@pytest.mark.parametrize("reason", REQUIRES)
def test_auto_mode_is_written_while_pytest_asyncio_may_run_the_suite(
    asyncshim: Asyncshim, tmp_path: Path, reason: str, mode: str
) -> None:
    root = project(tmp_path / "p", dict(REQUIRES[reason]), mode)
    done = asyncshim(root, "migrate")
    assert settings(root) == AUTO[mode], done.stderr
    assert (root / "tests/test_a.py").read_bytes() == NEW
    assert done.stderr.count("Note: ") == 1
    assert "To finish: " in done.stderr
    git(root, "commit", "-qam", "migrated")
    asyncshim(root, "migrate")
    assert changed(root) == []


@pytest.mark.parametrize("mode", OPTION)
def test_the_mode_is_removed_with_the_dependency(asyncshim: Asyncshim, tmp_path: Path, mode: str) -> None:
    root = project(tmp_path / "p", {"requirements.txt": "pytest-asyncio>=0.24\n"}, mode)
    done = asyncshim(root, "migrate")
    assert (root / "requirements.txt").read_text(encoding="utf-8") == "asyncshim\n"
    assert "asyncio_mode" not in settings(root)
    assert "Note: " not in done.stderr


def test_the_mode_is_removed_when_asyncshim_is_declared_already(asyncshim: Asyncshim, tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"requirements.txt": "asyncshim\n"})
    asyncshim(root, "migrate")
    assert settings(root) == ""


def test_the_dependency_stays_with_no_deps_and_so_does_the_mode(asyncshim: Asyncshim, tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"requirements.txt": "pytest-asyncio>=0.24\n"})
    done = asyncshim(root, "migrate", "--no-deps")
    assert settings(root) == "asyncio_mode = auto\n"
    assert "requirements.txt requires it, and ASH501 is not selected" in done.stderr


def test_the_option_runner_decides_where_no_file_names_a_runner(asyncshim: Asyncshim, tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"requirements.txt": "pytest\n"})
    done = asyncshim(root, "migrate", "--runner", "asyncshim")
    assert settings(root) == ""
    assert "No dependency file names a runner, so the suite is written for asyncshim" in done.stderr


def test_a_second_entry_of_poetry_and_a_new_section_are_written_together(asyncshim: Asyncshim, tmp_path: Path) -> None:
    head = '[tool.poetry.dependencies]\npython = "^3.9"\n'
    text = f'{head}pytest-asyncio = "^0.23"'
    for end in ("\n", ""):
        root = repository(tmp_path / f"p{len(end)}", {"pyproject.toml": text + end, "tests/test_a.py": OLD})
        asyncshim(root, "migrate", "--unsafe")
        new = (root / "pyproject.toml").read_text(encoding="utf-8")
        assert new == (
            f'{head}pytest-asyncio = {{version = "^0.23", python = "<3.11"}}\n'
            'asyncshim = {version = "*", python = ">=3.11"}\n\n[tool.pytest.ini_options]\nasyncio_mode = "auto"\n'
        )
        assert (root / "tests/test_a.py").read_bytes() == NEW


@pytest.mark.parametrize("path", ["pyproject.toml", "tox.ini", "setup.cfg"])
def test_a_project_without_settings_of_pytest_gets_a_section(asyncshim: Asyncshim, tmp_path: Path, path: str) -> None:
    text = '[project]\nrequires-python = ">=3.9"\n' if path.endswith(".toml") else "[metadata]\nname = x\n"
    files = {path: text, "requirements.txt": "pytest-asyncio\npytest<7\n", "tests/test_a.py": OLD}
    root = repository(tmp_path / "p", files)
    asyncshim(root, "migrate")
    section = {"pyproject.toml": "tool.pytest.ini_options", "tox.ini": "pytest", "setup.cfg": "tool:pytest"}[path]
    value = '"auto"' if path.endswith(".toml") else "auto"
    assert (root / path).read_text(encoding="utf-8") == f"{text}\n[{section}]\nasyncio_mode = {value}\n"
    assert (root / "tests/test_a.py").read_bytes() == NEW
    git(root, "commit", "-qam", "migrated")
    asyncshim(root, "migrate")
    assert changed(root) == []


def test_settings_are_not_changed_for_a_part_of_the_suite(asyncshim: Asyncshim, tmp_path: Path) -> None:
    files = {
        "requirements.txt": "pytest-asyncio\n",
        "tests/test_b.py": OLD,
        "tests/test_sync.py": b"def test():\n    pass\n",
    }
    root = project(tmp_path / "p", dict(files))
    done = asyncshim(root, "migrate", "tests/test_a.py")
    assert changed(root) == []
    assert "requirements.txt requires it, and this run covers a part of the suite" in done.stderr
    asyncshim(root, "migrate", "tests/test_a.py", "tests/test_b.py")
    assert changed(root) == ["pytest.ini", "requirements.txt", "tests/test_a.py", "tests/test_b.py"]


def test_a_part_of_a_suite_in_auto_mode_is_rewritten_alone(asyncshim: Asyncshim, tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"requirements.txt": "pytest-asyncio\n", "tests/test_b.py": OLD}, "auto")
    asyncshim(root, "migrate", "tests/test_a.py")
    assert changed(root) == ["tests/test_a.py"]


def test_a_file_outside_of_testpaths_is_no_part_of_the_suite(asyncshim: Asyncshim, tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"requirements.txt": "pytest-asyncio\n", "examples/test_b.py": OLD})
    write_tree(root, {"pytest.ini": "[pytest]\ntestpaths = tests\nasyncio_mode = strict\n"})
    git(root, "commit", "-qam", "testpaths")
    asyncshim(root, "migrate", "tests")
    assert changed(root) == ["pytest.ini", "requirements.txt", "tests/test_a.py"]


@pytest.mark.parametrize("runner", ["asyncshim", "pytest-asyncio"])
def test_a_native_table_that_pytest_ignores_gets_no_mode_for_tests_that_lose_their_markers(
    tmp_path: Path, asyncshim: Asyncshim, runner: str
) -> None:
    text = '[project]\nname = "x"\nversion = "1"\ndependencies = []\n\n[tool.pytest]\naddopts = "-v"\n'
    files: dict[str, str | bytes] = {"tests/test_a.py": OLD, "pyproject.toml": text}
    root = repository(tmp_path / "project", files)
    given = ["--runner", runner] if runner == "pytest-asyncio" else []
    asyncshim(root, "migrate", *given)
    after = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert after["tool"]["pytest"] == {"addopts": "-v", "ini_options": {"asyncio_mode": "auto"}}
    assert (root / "tests/test_a.py").read_bytes() == NEW


MIXED = b"""\
import pytest


@pytest.mark.asyncio
async def test_one():
    pass


@pytest.mark.trio
async def test_two():
    pass
"""


@pytest.mark.parametrize("mode", ["strict", "unset"])
def test_the_auto_mode_of_pytest_asyncio_is_not_written_for_a_suite_with_tests_of_another_plugin(
    tmp_path: Path, asyncshim: Asyncshim, mode: str
) -> None:
    files: dict[str, str | bytes] = {"requirements.txt": "pytest-asyncio\npytest-trio\n", "tests/test_a.py": MIXED}
    root = project(tmp_path / "project", files, mode)
    done = asyncshim(root, "migrate", "--runner", "pytest-asyncio", "--unsafe")
    assert settings(root) == OPTION[mode]
    assert (root / "tests/test_a.py").read_bytes() == MIXED
    assert "its auto mode would take the tests of another async plugin" in done.stderr


@pytest.mark.parametrize(
    "strict",
    ["addopts = --strict-config\n", "filterwarnings =\n    error\n    ignore::ImportWarning\n", "addopts = -W error\n"],
)
def test_options_that_the_installed_plugin_may_not_know_are_not_written_where_that_is_an_error(
    tmp_path: Path, asyncshim: Asyncshim, strict: str
) -> None:
    options = f"asyncio_mode = auto\n{strict}"
    files: dict[str, str | bytes] = {"setup.py": "setup()\n", "pytest.ini": f"[pytest]\n{options}"}
    root = project(tmp_path / "project", files)
    asyncshim(root, "migrate", "--runner", "pytest-asyncio")
    assert settings(root) == options
    assert (root / "tests/test_a.py").read_bytes() == NEW


@pytest.mark.parametrize("name", ["Makefile", ".github/workflows/ci.yml", "tox.ini"])
def test_no_mode_is_written_where_a_command_sets_another(asyncshim: Asyncshim, tmp_path: Path, name: str) -> None:
    command = "pytest --asyncio-mode=strict"
    text = {"Makefile": f"test:\n\t{command}\n", "tox.ini": f"[testenv]\ncommands = {command}\n"}
    step = f"jobs:\n  test:\n    steps:\n      - run: {command}\n"
    root = project(tmp_path / "p", {"src/plugin.py": IMPORTING, "requirements.txt": "pytest-asyncio>=0.24\n"})
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text.get(name, step), "utf-8")
    git(root, "add", ".")
    git(root, "commit", "-qm", name)
    done = asyncshim(root, "migrate")
    assert "asyncio_mode = auto" not in settings(root)
    assert (root / "tests/test_a.py").read_bytes() == OLD
    assert "in its current mode, so markers stay" in " ".join(done.stderr.split())
