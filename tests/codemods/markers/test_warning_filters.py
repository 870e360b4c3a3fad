from __future__ import annotations

import libcst as cst

from asyncshim_codemods.markers.warning_filters import filter_of
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index


def test_the_filter_of_a_call_is_its_text_and_class() -> None:
    index = build_index(
        cst.parse_module("import warnings\nfrom a import B\nwarnings.simplefilter('ignore', B)\nlen('x')\n")
    )
    file = FileContext("test_a.py", index, ProjectFacts(), Options(frozenset()))
    assert {filter_of(file, call) for call in index.calls} >= {None}
    assert any(
        "ignore" in (filter_of(file, call) or "") and "a.B" in (filter_of(file, call) or "") for call in index.calls
    )
