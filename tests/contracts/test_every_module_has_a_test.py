"""Each package has a folder of tests, in which each of its modules is tested.

A test imports the module or has its name: suites and commands run as processes, which import the modules themselves.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

from house.tree import ROOT, Module, imports, modules


def holds_code(source: str) -> bool:
    """Return whether there is anything to test: a function, or data. Docstrings and re-exports are not."""
    tree = ast.parse(source)
    functions = any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))
    return functions or any(isinstance(node, ast.Assign | ast.AnnAssign) and not is_dunder(node) for node in tree.body)


def is_dunder(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return all(isinstance(target, ast.Name) and target.id.startswith("__") for target in targets)


def folder_of(module: str, *, is_package: bool) -> Path:
    """Return the folder that holds the tests of a module's package."""
    package, *parts = module.split(".")
    inner = parts if is_package else parts[:-1]
    return ROOT.joinpath("tests", *(["codemods"] if package == "asyncshim_codemods" else []), *inner)


@functools.cache
def imported_below(folder: Path) -> frozenset[str]:
    """Return what the tests of a folder import or name as `module.attribute` in a string, such as for `monkeypatch`."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        found.update(line.target for line in imports(source, path.stem))
        strings = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
        found.update(value for value in strings if isinstance(value, str) and value.startswith("asyncshim"))
    return frozenset(found)


def modules_with_code() -> list[Module]:
    return [module for module in modules() if holds_code(module.path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("module", modules_with_code(), ids=lambda module: module.name)
def test_a_module_is_imported_by_a_test_of_its_package(module: Module) -> None:
    folder = folder_of(module.name, is_package=module.is_package)
    names = imported_below(folder)
    found = any(name == module.name or name.startswith(module.name + ".") for name in names)
    stem = "package" if module.is_package else module.path.stem.strip("_")
    found = found or (folder / f"test_{stem}.py").is_file()
    assert found, f"no test in {folder.relative_to(ROOT)} imports {module.name} or has its name"


@pytest.mark.parametrize(
    ("module", "is_package", "expected"),
    [
        ("asyncshim.errors", False, "tests"),
        ("asyncshim.plugin.loops.runners", False, "tests/plugin/loops"),
        ("asyncshim.plugin", True, "tests/plugin"),
        ("asyncshim_codemods.rules.ash101_strip_marker", False, "tests/codemods/rules"),
    ],
)
def test_the_test_folder_of_a_module_is_that_of_its_package(module: str, *, is_package: bool, expected: str) -> None:
    assert folder_of(module, is_package=is_package) == ROOT / expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""Only words."""\nfrom a import b\n__all__ = ["b"]\n', False),
        ('class E(Exception):\n    """An error."""\n', False),
        ("class C:\n    @property\n    def p(self): ...\n", True),
        ("TABLE = {}\n", True),
    ],
)
def test_a_module_without_code_needs_no_test(source: str, *, expected: bool) -> None:
    assert holds_code(source) is expected
