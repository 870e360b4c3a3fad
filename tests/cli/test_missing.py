"""The command line without the packages that only it needs, as after `pip install --no-deps`."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from asyncshim.cli.missing import missing_packages, require_packages
from house.processes import run
from house.tree import ROOT
from repositories import OLD, write_tree

HAS = {"PYTHONPATH": f"{ROOT / 'src'}{':' if sys.platform != 'win32' else ';'}{ROOT / 'codemods'}", "COLUMNS": "500"}
DISTRIBUTION = "asyncshim-0.1.0.dist-info"


def bare(folder: Path, *arguments: str, path: Path | None = None) -> tuple[int, str]:
    """Run the command line in an interpreter without site-packages."""
    env = dict(HAS)
    if path is not None:
        env["PYTHONPATH"] += f"{':' if sys.platform != 'win32' else ';'}{path}"
    done = run([sys.executable, "-S", "-m", "asyncshim", *arguments], cwd=folder, env=env)
    return done.returncode, done.stdout


@pytest.mark.parametrize("command", ["migrate", "check", "rules", "doctor"])
def test_a_command_without_its_packages_says_what_to_install(command: str, tmp_path: Path) -> None:
    write_tree(tmp_path, {"tests/test_a.py": OLD})
    code, told = bare(tmp_path, command)
    assert code == 2
    assert told.count("\n") == 1
    assert told.startswith("error: the command line needs ")
    assert "libcst" in told
    assert "python -m pip install " in told


def test_the_command_has_the_versions_that_asyncshim_requires(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requires = "".join(f"Requires-Dist: {text}\n" for text in project["dependencies"])
    metadata = f"Metadata-Version: 2.1\nName: asyncshim\nVersion: 0.1.0\n{requires}"
    write_tree(tmp_path / "installed", {f"{DISTRIBUTION}/METADATA": metadata})
    write_tree(tmp_path / "p", {"tests/test_a.py": OLD})
    _, told = bare(tmp_path / "p", "migrate", path=tmp_path / "installed")
    wanted = [text for text in project["dependencies"] if not text.startswith("pytest")]
    assert told.partition("pip install ")[2].split() == [f'"{text}"' for text in wanted]


def test_help_needs_none_of_them(tmp_path: Path) -> None:
    code, told = bare(tmp_path, "migrate", "--help")
    assert code == 0
    assert told.startswith("usage: python -m asyncshim migrate")


def test_another_missing_module_is_an_error_of_its_own() -> None:
    assert missing_packages(ModuleNotFoundError("No module named 'x'", name="x")) == ""
    assert missing_packages(ModuleNotFoundError("No module named 'asyncshim.y'", name="asyncshim.y")) == ""


def test_a_package_in_parts_is_named_as_a_whole() -> None:
    told = missing_packages(ModuleNotFoundError("No module named 'rich.console'", name="rich.console"))
    assert told.startswith("the command line needs rich.console, which")


def test_every_missing_package_is_named_with_its_requirement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tomlkit", None)
    monkeypatch.setitem(sys.modules, "rich", None)
    with pytest.raises(ModuleNotFoundError, match="No module named 'rich'") as caught:
        require_packages()
    said = missing_packages(caught.value)
    assert said.startswith("the command line needs rich, tomlkit, which the pytest plugin does not: ")
    assert re.search(r'pip install "rich\S*" "tomlkit\S*"$', said)
