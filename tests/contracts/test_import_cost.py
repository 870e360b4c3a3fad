"""What the plugin loads into a user's test run: pytest and the standard library, and asyncio only for async code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from house.processes import run_python

HEAVY = ("asyncshim_codemods", "asyncshim.cli", "asyncshim.migrate", "libcst", "rich", "tomlkit", "configupdater")
CONFTEST = """\
import json, sys

def pytest_unconfigure():
    with open("loaded.json", "w", encoding="utf-8") as file:
        json.dump(sorted(sys.modules), file)
"""


def loaded_after(tmp_path: Path, test: str, *options: str) -> set[str]:
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(test, encoding="utf-8")
    result = run_python("-m", "pytest", "-q", *options, cwd=tmp_path, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    assert result.returncode == 0, result.stdout
    assert "1 passed" in result.stdout
    return set(json.loads((tmp_path / "loaded.json").read_text(encoding="utf-8")))


def below(loaded: set[str], prefixes: tuple[str, ...]) -> list[str]:
    return sorted(
        name for name in loaded if any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)
    )


def test_importing_the_plugin_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys, json, asyncshim, asyncshim.plugin; print(json.dumps(sorted(sys.modules)))"
    result = run_python("-W", "error", "-c", code, cwd=tmp_path)
    assert result.returncode == 0, result.stdout
    assert below(set(json.loads(result.stdout)), HEAVY) == []


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_test_run_loads_nothing_heavy(tmp_path: Path, kind: str) -> None:
    loaded = loaded_after(tmp_path, f"{kind} test_it(): pass\n", "-p", "asyncshim")
    assert "asyncshim.plugin" in loaded
    assert below(loaded, HEAVY) == []


def test_a_run_without_async_code_never_imports_asyncio(tmp_path: Path) -> None:
    without = loaded_after(tmp_path, "def test_it(): pass\n")
    loaded = loaded_after(tmp_path, "def test_it(): pass\n", "-p", "asyncshim")
    assert below(loaded - without, ("asyncio",)) == []
    assert "asyncio" in loaded_after(tmp_path, "async def test_it(): pass\n", "-p", "asyncshim")


NOT_FOR_CLEAN_FILES = (
    "libcst",
    "rich",
    "tomlkit",
    "configupdater",
    "packaging",
    "multiprocessing",
    "asyncio",
    "pytest",
)


NOT_FOR_UNCHANGED_FILES = (
    "asyncshim_codemods.api",
    "asyncshim_codemods.registry",
    "asyncshim_codemods.source",
    "asyncshim.plugin",
    "difflib",
    "importlib.metadata",
    "secrets",
    "shutil",
    "tomllib",
)


@pytest.mark.parametrize("with_cache", [True, False])
@pytest.mark.parametrize("command", ["check", "status"])
def test_a_command_on_clean_files_loads_no_parser_of_code_or_configuration(
    tmp_path: Path, command: str, with_cache: bool
) -> None:
    (tmp_path / "test_it.py").write_text("import asyncio\n\n\nasync def test_it(): ...\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "p"\ndependencies = ["httpx"]\n', encoding="utf-8")
    (tmp_path / "setup.cfg").write_text("[tool:pytest]\naddopts = -q\n", encoding="utf-8")
    code = (
        "import json, sys; from asyncshim.cli import main; code = main(sys.argv[1:]);"
        "print(json.dumps([code, sorted(sys.modules)]))"
    )
    options = [] if with_cache else ["--no-cache"]
    env = {"XDG_CACHE_HOME": str(tmp_path.parent / f"{tmp_path.name}-cache")}
    for _ in range(2 if with_cache else 1):
        result = run_python("-c", code, command, *options, cwd=tmp_path, env=env)
        returned, loaded = json.loads(result.stdout.splitlines()[-1])
        assert returned == 0, result.stdout
        assert below(set(loaded), NOT_FOR_CLEAN_FILES) == []


def test_a_second_run_on_unchanged_files_loads_no_parser_whatever_was_found(tmp_path: Path) -> None:
    source = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it(): ...\n"
    (tmp_path / "test_it.py").write_text(source, encoding="utf-8")
    code = (
        "import json, sys; from asyncshim.cli import main; code = main(['check']);"
        "print(json.dumps([code, sorted(sys.modules)]))"
    )
    env = {"XDG_CACHE_HOME": str(tmp_path.parent / f"{tmp_path.name}-cache")}
    results = [run_python("-c", code, cwd=tmp_path, env=env) for _ in range(2)]
    returned, loaded = json.loads(results[1].stdout.splitlines()[-1])
    assert returned == 1
    assert below(set(loaded), (*NOT_FOR_CLEAN_FILES, *NOT_FOR_UNCHANGED_FILES)) == []
