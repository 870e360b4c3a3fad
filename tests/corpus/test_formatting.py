"""Files of the corpus that were formatted, and had sorted imports, before `migrate` still are afterwards."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from house.corpus import cases

RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
SORT = [RUFF, "check", "--isolated", "--no-cache", "--quiet", "--select", "I", "--fix", "--exit-zero"]
COMMANDS = {
    "ruff format": [RUFF, "format", "--isolated", "--no-cache", "--quiet"],
    "ruff's isort": SORT,
    "ruff's isort with combine-as": [*SORT, "--config", "lint.isort.combine-as-imports=true"],
    "black": [sys.executable, "-m", "black", "--quiet", "--no-cache"],
}


def kept_by(command: list[str], tree: Path, side: str) -> set[str]:
    """Return the Python files of one side of the corpus that the command leaves as they are."""
    originals: dict[str, bytes] = {}
    for case in cases():
        for path in sorted((case.folder / side).rglob("*.py")):
            name = f"{case.name}/{path.relative_to(case.folder / side).as_posix()}"
            originals[name] = path.read_bytes()
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes(originals[name])
    subprocess.run([*command, "."], cwd=tree, check=False, capture_output=True, timeout=300)
    return {name for name, data in originals.items() if (tree / name).read_bytes() == data}


@pytest.mark.parametrize("tool", COMMANDS)
def test_formatted_files_stay_formatted(tool: str, tmp_path: Path) -> None:
    if (find_spec("black") is None) if tool == "black" else (RUFF is None):
        pytest.skip(f"needs {tool}, not installed here")
    command = [part for part in COMMANDS[tool] if part is not None]
    before, after = (kept_by(command, tmp_path / side, side) for side in ("before", "after"))
    assert len(before) > 40
    there = {path.relative_to(tmp_path / "after").as_posix() for path in (tmp_path / "after").rglob("*.py")}
    assert not (before & there) - after, f"{tool} changes these files after `migrate`"
