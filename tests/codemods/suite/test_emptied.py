from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.edits.model import Remove, Replace
from asyncshim_codemods.edits.rebuild import Rebuild
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.emptied import is_emptied
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index


@pytest.mark.parametrize(
    ("text", "emptied"),
    [
        ("# Licence.\nx = 1\n", True),
        ("'''Doc.'''\nfrom __future__ import annotations\nx = 1\n", True),
        ("y = 2\nx = 1\n", False),
        ("import os\nx = 1\n", False),
    ],
)
def test_a_module_of_which_only_words_are_left_is_emptied(text: str, *, emptied: bool) -> None:
    index = build_index(cst.parse_module(text))
    file = FileContext("tests/kit.py", index, ProjectFacts(), Options(frozenset()))
    statement = index.module.body[-1]
    assert is_emptied(file, Rebuild(index, [Remove(statement)])) is emptied
    assert not is_emptied(file, Rebuild(index, [Replace(statement, cst.parse_statement("y = 1"))]))
    assert not is_emptied(file, Rebuild(index, []))
