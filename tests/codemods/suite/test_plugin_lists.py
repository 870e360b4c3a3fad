from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.suite.plugin_lists import loading
from asyncshim_codemods.syntax.bindings import build_index


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('pytest_plugins = "a"\n', [True]),
        ('pytest_plugins = "a, b"\n', [True]),
        ('pytest_plugins = ["b", "a"]\n', [True]),
        ('pytest_plugins += ["a"]\n', [True]),
        ('pytest_plugins.append("a")\n', [True]),
        ('pytest_plugins = "a"\npytest_plugins += "b"\n', [False]),
        ('pytest_plugins = made("a")\n', [False]),
        ('pytest_plugins = ["b"]\n', []),
        ('plugins = ["a"]\n', []),
        ('def f():\n    pytest_plugins = ["a"]\n', []),
    ],
)
def test_strings_of_pytest_plugins_are_found_with_their_removal(code: str, expected: list[bool]) -> None:
    file = FileContext("conftest.py", build_index(cst.parse_module(code)), ProjectFacts(), Options(frozenset()))
    assert [edits is not None for _, edits in loading(file, {"a"})] == expected
