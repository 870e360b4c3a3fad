from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.decorators import keeps_function
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index


@pytest.mark.parametrize(
    ("decorator", "is_kept"),
    [("pytest.mark.slow", True), ("staticmethod", True), ("pytest.fixture()", True), ("kit.task", False)],
)
def test_decorators_of_pytest_keep_a_function(decorator: str, is_kept: bool) -> None:
    index = build_index(cst.parse_module(f"import kit, pytest\n@{decorator}\ndef a(): ...\n"))
    file = FileContext("test_a.py", index, ProjectFacts(), Options(frozenset()))
    assert keeps_function(file, index.functions[0].decorators[0]) is is_kept
