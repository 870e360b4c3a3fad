from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from asyncshim_codemods.event_loop.replacements import becomes_runner, becomes_running_loop, comparisons, lookups
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index

CODE = """
    import pytest


    def helper(request):
        return request.getfixturevalue("event_loop"), request.getfixturevalue("other")


    async def test_it(request):
        later(lambda: request.getfuncargvalue("event_loop"))
        return request.getfixturevalue(argname="event_loop")


    async def coroutine(request):
        return request.getfixturevalue("event_loop")
"""


def context(code: str) -> FileContext:
    return FileContext("tests/test_a.py", build_index(cst.parse_module(code)), ProjectFacts(), Options(frozenset()))


def test_each_call_knows_whether_it_is_made_in_a_coroutine_and_what_it_becomes() -> None:
    file = context(dedent(CODE))
    found = {file.index.module.code_for_node(each.call): each for each in lookups(file)}
    assert len(list(lookups(file))) == 4
    assert sum(becomes_runner(file, each) for each in lookups(file)) == 2
    assert sum(becomes_running_loop(file, each) for each in lookups(file)) == 1
    assert found['request.getfuncargvalue("event_loop")'].function is None


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("'event_loop' in item.fixturenames", 1),
        ("'event_loop' not in request.funcargnames", 1),
        ("'event_loop' in names", 0),
        ("'event_loop' == item.fixturenames", 0),
        ("'loop' in item.fixturenames", 0),
    ],
)
def test_questions_for_the_name_among_fixture_names_are_found(code: str, number: int) -> None:
    assert len(list(comparisons(context(code)))) == number
