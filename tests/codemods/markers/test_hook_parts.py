from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.markers.hook_parts import adds_marker, parts
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index


def context(code: str) -> FileContext:
    return FileContext("conftest.py", build_index(cst.parse_module(code)), ProjectFacts(), Options(frozenset()))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("item.add_marker('asyncio')", True),
        ("item.add_marker(pytest.mark.asyncio)", True),
        ("item.add_marker(pytest.mark.asyncio(loop_scope='session'), append=False)", True),
        ("item.add_marker(pytest.mark.asyncio(loop_factories=[a]))", False),
        ("item.add_marker('slow')", False),
        ("item.add_marker()", False),
        ("add_marker('asyncio')", False),
    ],
)
def test_a_call_of_add_marker_with_the_marker_is_recognized(call: str, expected: bool) -> None:
    file = context(f"import pytest\n\n{call}\n")
    (found,) = [each for each in file.index.calls if "add_marker" in file.index.module.code_for_node(each.func)]
    assert adds_marker(file, found) is expected


def test_parts_are_the_largest_statements_that_only_add_the_marker() -> None:
    file = context(
        "def hook(items):\n    m = 'asyncio'\n    for item in items:\n        if item.name:\n"
        "            item.add_marker(m)\n    for item in items:\n        item.add_marker('asyncio')\n        print()\n"
    )
    (hook,) = file.index.functions
    found = [file.index.module.code_for_node(each).strip() for each in parts(file, hook, [])]
    assert found == [
        "item.add_marker('asyncio')",
        "for item in items:\n    if item.name:\n        item.add_marker(m)",
        "m = 'asyncio'",
    ]
