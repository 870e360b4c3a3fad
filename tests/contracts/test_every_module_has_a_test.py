"""Tests mirror modules: whoever opens a module finds its tests by name."""

from __future__ import annotations

import ast

import pytest

from house.tree import ROOT, Module, modules

# Modules whose tests have another name, each with its reason.
ELSEWHERE: dict[str, str] = {}


def holds_code(source: str) -> bool:
    """Whether there is anything to test: a function, or data. Docstrings, re-exports and empty classes are not."""
    tree = ast.parse(source)
    functions = any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))
    return functions or any(isinstance(node, ast.Assign | ast.AnnAssign) and not is_dunder(node) for node in tree.body)


def is_dunder(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return all(isinstance(target, ast.Name) and target.id.startswith("__") for target in targets)


def modules_with_code() -> list[Module]:
    return [module for module in modules() if holds_code(module.path.read_text(encoding="utf-8"))]


def mirror(module: str, *, is_package: bool) -> str:
    package, *parts = module.split(".")
    folder = ["tests", *(["codemods"] if package == "asyncshim_codemods" else [])]
    if is_package:
        return "/".join([*folder, *parts, "test_package.py"])
    *between, last = parts
    return "/".join([*folder, *between, f"test_{last.strip('_')}.py"])


@pytest.mark.parametrize("module", modules_with_code(), ids=lambda module: module.name)
def test_module_has_a_test_file(module: Module) -> None:
    expected = ELSEWHERE.get(module.name) or mirror(module.name, is_package=module.is_package)
    assert (ROOT / expected).is_file(), f"{module.location} wants its tests in {expected}"


def test_exceptions_name_modules_that_exist() -> None:
    assert set(ELSEWHERE) <= {module.name for module in modules()}


@pytest.mark.parametrize(
    ("module", "is_package", "expected"),
    [
        ("asyncshim.errors", False, "tests/test_errors.py"),
        ("asyncshim.__main__", False, "tests/test_main.py"),
        ("asyncshim.plugin.runners", False, "tests/plugin/test_runners.py"),
        ("asyncshim.plugin.legacy.marks", False, "tests/plugin/legacy/test_marks.py"),
        ("asyncshim.plugin", True, "tests/plugin/test_package.py"),
        ("asyncshim_codemods.rules.ash101_strip_marker", False, "tests/codemods/rules/test_ash101_strip_marker.py"),
    ],
)
def test_mirror_of_a_module(module: str, *, is_package: bool, expected: str) -> None:
    assert mirror(module, is_package=is_package) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""Only words."""\nfrom a import b\n__all__ = ["b"]\n', False),
        ('class E(Exception):\n    """An error."""\n', False),
        ("class C:\n    @property\n    def p(self): ...\n", True),
        ("TABLE = {}\n", True),
    ],
)
def test_what_counts_as_code(source: str, *, expected: bool) -> None:
    assert holds_code(source) is expected
