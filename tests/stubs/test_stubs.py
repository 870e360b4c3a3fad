"""What type checkers and editors know about ``pytest_asyncio`` and ``alt_pytest_asyncio`` with asyncshim alone."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

import pytest

from house.processes import run, run_python
from house.tree import ROOT

HERE = Path(__file__).parent
SUITES = {"test_typed.py": HERE / "typed_suite.py", "test_typed_alt.py": HERE / "typed_alt_suite.py"}
ENABLE = ("-p", "alt_pytest_asyncio.enable")
WRONG = """
import alt_pytest_asyncio
import pytest_asyncio

@pytest_asyncio.fixture(scope="galaxy")
async def number() -> int:
    return 1

pytest_asyncio.unknown
alt_pytest_asyncio.Loop().run_until_complete(1)
"""


def copy_suites(folder: Path) -> None:
    for name, suite in SUITES.items():
        (folder / name).write_bytes(suite.read_bytes())


def names(stub: str) -> set[str]:
    """Return the public names that a stub defines or imports under the same name."""
    found: set[str] = set()
    for node in ast.parse((ROOT / "src" / stub).read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, ast.ImportFrom):
            found.update(alias.asname for alias in node.names if alias.asname)
    return {name for name in found if not name.startswith("_") or name.startswith("__")}


@pytest.mark.parametrize(
    ("module", "least"),
    [
        ("pytest_asyncio", 3),
        ("pytest_asyncio.plugin", 3),
        ("alt_pytest_asyncio", 8),
        ("alt_pytest_asyncio.base", 3),
        ("alt_pytest_asyncio.enable", 1),
        ("alt_pytest_asyncio.errors", 3),
        ("alt_pytest_asyncio.loop_manager", 2),
        ("alt_pytest_asyncio.machinery", 1),
        ("alt_pytest_asyncio.plugin", 6),
        ("alt_pytest_asyncio.protocols", 4),
        ("alt_pytest_asyncio.version", 1),
    ],
)
def test_every_name_in_the_stubs_exists_at_run_time(module: str, least: int) -> None:
    package, _, name = module.partition(".")
    stub = f"{package}-stubs/{name or '__init__'}.pyi"
    loaded = importlib.import_module(module)
    assert len(names(stub)) >= least
    assert [name for name in sorted(names(stub)) if not hasattr(loaded, name)] == []


def test_the_typed_suites_pass(tmp_path: Path) -> None:
    copy_suites(tmp_path)
    ran = run_python("-m", "pytest", "-q", "-W", "error", *ENABLE, *SUITES, cwd=tmp_path)
    assert "6 passed" in ran.stdout


def test_mypy_finds_the_types_and_errors_in_their_use(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="checks types with mypy")
    command = ("-m", "mypy", "--strict", "--no-incremental", "--config-file=")
    copy_suites(tmp_path)
    (tmp_path / "wrong.py").write_text(WRONG, "utf-8")
    right = run_python(*command, *SUITES, cwd=tmp_path)
    assert "Success: no issues found" in right.stdout
    wrong = run_python(*command, "wrong.py", cwd=tmp_path).stdout
    assert "wrong.py:5: error: No overload variant" in wrong
    assert 'wrong.py:9: error: Module has no attribute "unknown"' in wrong
    assert "wrong.py:10: error: Argument 1" in wrong


def test_pyright_finds_the_types_and_errors_in_their_use(tmp_path: Path) -> None:
    pytest.importorskip("pyright", reason="checks types with pyright")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', "utf-8")
    copy_suites(tmp_path)
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable]
    right = run([*command, *SUITES], cwd=tmp_path)
    assert "\n0 errors, " in right.stdout
    # pyright warns that there is no source beside the stubs; the modules exist only while pytest runs.
    warnings = [line for line in right.stdout.splitlines() if " - warning: " in line]
    assert all("(reportMissingModuleSource)" in line for line in warnings), right.stdout
    (tmp_path / "wrong.py").write_text(WRONG, "utf-8")
    wrong = run([*command, "wrong.py"], cwd=tmp_path).stdout
    assert "wrong.py:5:" in wrong
    assert "wrong.py:10:" in wrong
    assert '"unknown" is not a known attribute of module "pytest_asyncio"' in wrong
