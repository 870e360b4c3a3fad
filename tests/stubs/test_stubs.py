"""What type checkers and editors know about ``pytest_asyncio`` where only asyncshim is installed."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

import pytest

from house.processes import run, run_python
from house.tree import ROOT

STUBS = ROOT / "src/pytest_asyncio-stubs"
SUITE = Path(__file__).parent / "typed_suite.py"
WRONG = """
import pytest_asyncio

@pytest_asyncio.fixture(scope="galaxy")
async def number() -> int:
    return 1

pytest_asyncio.unknown
"""


def names(stub: str) -> set[str]:
    """Return the public names that a stub defines or imports under the same name."""
    found: set[str] = set()
    for node in ast.parse((STUBS / stub).read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, ast.ImportFrom):
            found.update(alias.asname for alias in node.names if alias.asname)
    return {name for name in found if not name.startswith("_") or name.startswith("__")}


@pytest.mark.parametrize(
    ("stub", "module"), [("__init__.pyi", "pytest_asyncio"), ("plugin.pyi", "pytest_asyncio.plugin")]
)
def test_every_name_in_the_stubs_exists_at_run_time(stub: str, module: str) -> None:
    loaded = importlib.import_module(module)
    assert len(names(stub)) >= 3
    assert [name for name in sorted(names(stub)) if not hasattr(loaded, name)] == []


def test_the_typed_suite_passes(tmp_path: Path) -> None:
    (tmp_path / "test_typed.py").write_bytes(SUITE.read_bytes())
    ran = run_python("-m", "pytest", "-q", "-W", "error", "test_typed.py", cwd=tmp_path)
    assert "3 passed" in ran.stdout


def test_mypy_finds_the_types_and_errors_in_their_use(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="checks types with mypy")
    command = ("-m", "mypy", "--strict", "--no-incremental", "--config-file=")
    (tmp_path / "test_typed.py").write_bytes(SUITE.read_bytes())
    (tmp_path / "wrong.py").write_text(WRONG, "utf-8")
    right = run_python(*command, "test_typed.py", cwd=tmp_path)
    assert "Success: no issues found" in right.stdout
    wrong = run_python(*command, "wrong.py", cwd=tmp_path).stdout
    assert "wrong.py:4: error: No overload variant" in wrong
    assert 'wrong.py:8: error: Module has no attribute "unknown"' in wrong


def test_pyright_finds_the_types_and_errors_in_their_use(tmp_path: Path) -> None:
    pytest.importorskip("pyright", reason="checks types with pyright")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', "utf-8")
    (tmp_path / "test_typed.py").write_bytes(SUITE.read_bytes())
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable]
    right = run([*command, "test_typed.py"], cwd=tmp_path)
    assert "\n0 errors, " in right.stdout
    # pyright warns that there is no source beside the stubs; pytest_asyncio exists only while pytest runs.
    warnings = [line for line in right.stdout.splitlines() if " - warning: " in line]
    assert all("(reportMissingModuleSource)" in line for line in warnings), right.stdout
    (tmp_path / "wrong.py").write_text(WRONG, "utf-8")
    wrong = run([*command, "wrong.py"], cwd=tmp_path).stdout
    assert "wrong.py:4:" in wrong
    assert '"unknown" is not a known attribute of module "pytest_asyncio"' in wrong
