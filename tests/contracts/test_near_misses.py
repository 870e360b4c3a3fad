"""Rule tests have at least six cases of unchanged code for every four cases of changed code."""

from __future__ import annotations

import ast
import importlib.util
from math import prod
from pathlib import Path
from types import ModuleType

import pytest

from house.tree import ROOT

CHANGED = {"assert_rewritten", "changed"}
UNCHANGED = {"assert_unchanged", "unchanged"}
FILES = sorted(path for folder in ("rules", "config") for path in (ROOT / "tests/codemods" / folder).glob("test_*.py"))


def cases(path: Path) -> dict[frozenset[str], int]:
    """Count the tests of a file by the functions that they call; each set of parameters is one test."""
    module = imported(path)
    found: dict[frozenset[str], int] = {}
    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            marks = getattr(getattr(module, node.name), "pytestmark", [])
            values = [mark.args[1] for mark in marks if mark.name == "parametrize"]
            called = frozenset(
                each.func.id
                for each in ast.walk(node)
                if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
            )
            found[called] = found.get(called, 0) + prod(map(len, values))
    return found


def imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"counted_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_rule_has_six_unchanged_cases_for_every_four_changed_ones(path: Path) -> None:
    found = cases(path)
    changed = sum(count for called, count in found.items() if called & CHANGED)
    unchanged = sum(count for called, count in found.items() if called & UNCHANGED)
    assert unchanged * 4 >= changed * 6, f"{changed} cases change, only {unchanged} stay"


def test_more_than_a_thousand_cases_are_counted() -> None:
    counted = [cases(path) for path in FILES]
    total = sum(count for found in counted for called, count in found.items() if called & (CHANGED | UNCHANGED))
    assert total > 1000
