from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.event_loop.requests import is_filled_by_decorator, is_parametrized, requesting
from asyncshim_codemods.event_loop.uses import uses_of
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index


def context(source: str) -> FileContext:
    index = build_index(cst.parse_module(f"import pytest\n{source}\n"))
    return FileContext("tests/test_a.py", index, ProjectFacts(), Options(frozenset()))


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def test_a(event_loop): ...\nasync def test_b(x, event_loop): ...", {"test_a", "test_b"}),
        ("@pytest.fixture\ndef a(event_loop): ...\ndef b(event_loop): ...", {"a"}),
        ("class TestA:\n    def test_a(self, event_loop): ...\n    def a(self, event_loop): ...", {"test_a"}),
        ("@pytest.fixture\ndef event_loop(event_loop): ...", set[str]()),
        ("@pytest.mark.parametrize('event_loop', [])\ndef test_a(event_loop): ...", set[str]()),
    ],
)
def test_functions_that_request_event_loop_are_found(source: str, names: set[str]) -> None:
    assert {function.name.value for function, _ in requesting(context(source))} == names


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("parametrize('event_loop', [])", True),
        ("parametrize('a,event_loop', [])", True),
        ("parametrize(('a', 'event_loop'), [])", True),
        ("parametrize(argvalues=[], argnames='event_loop')", True),
        ("parametrize(NAMES, [])", True),
        ("parametrize([NAME], [])", True),
        ("parametrize(OTHERS, [])", False),
        ("parametrize('a', ['event_loop'])", False),
        ("usefixtures('event_loop')", False),
    ],
)
def test_a_parametrized_event_loop_is_not_a_request(mark: str, *, expected: bool) -> None:
    names = "NAMES = 'a, event_loop'\nNAME = 'event_loop'\nOTHERS = ['a', 'event_loop']\n"
    file = context(f"{names}@pytest.mark.{mark}\nclass A:\n    def test_a(self, event_loop): ...")
    assert is_parametrized(file, file.index.functions[0]) is expected


@pytest.mark.parametrize(
    ("decorators", "signature", "expected"),
    [
        ("@patch('a')", "event_loop, b", True),
        ("@patch('a')", "b, event_loop", False),
        ("@patch('a')\n@patch('b')", "b, event_loop", True),
        ("@patch('a', 1)", "event_loop", False),
        ("@patch('a', new=1)", "event_loop", False),
        ("@patch.object(x, 'a')", "event_loop", True),
        ("@patch.object(x, 'a', 1)", "event_loop", False),
        ("@patch.dict(x)", "event_loop", False),
        ("@given(x)", "event_loop, b", False),
        ("@given(x)", "b, event_loop", True),
        ("@given(b=x)", "b, event_loop", False),
        ("@given(event_loop=x)", "b, event_loop", True),
        ("@helpers.fill(event_loop=1)", "*, event_loop", True),
        ("@helpers.fill(loop='event_loop')", "event_loop", False),
        ("@patch", "event_loop", False),
        ("@given(x)", "b, *, event_loop", False),
    ],
)
def test_a_parameter_that_a_decorator_fills_is_not_a_request(
    decorators: str, signature: str, *, expected: bool
) -> None:
    head = "from unittest.mock import patch\nfrom hypothesis import given\n"
    file = context(f"{head}{decorators}\ndef test_a({signature}): ...")
    function = file.index.functions[0]
    parameter = file.parameter(function, "event_loop")
    assert parameter is not None
    assert is_filled_by_decorator(file, function, parameter) is expected
    assert bool(list(requesting(file))) is not expected


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("event_loop.x(event_loop)", 2),
        ("x = lambda: event_loop", 1),
        ("def g(event_loop): event_loop", 0),
        ("[event_loop for event_loop in x]", 0),
        ("event_loop = 1", 1),
        ("x.event_loop", 0),
    ],
)
def test_uses_of_the_parameter_are_counted(body: str, count: int) -> None:
    file = context(f"def test_a(event_loop):\n    {body}\n")
    function = next(each for each in file.index.functions if each.name.value == "test_a")
    parameter = file.parameter(function, "event_loop")
    assert parameter is not None
    assert len(uses_of(file, function, parameter)) == count


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def test_a(): ...", False),
        ("def test_a(): ...\ntest_a()", True),
        ("def test_a(): ...\ndef f(test_a): test_a", False),
        ("class A:\n    def test_a(self): ...\n    def f(self): self.test_a()", True),
        ("class A:\n    def test_a(self): ...\n    def f(self): self.test_b()", False),
    ],
)
def test_a_function_that_is_called_by_name_is_found(source: str, *, expected: bool) -> None:
    file = context(source)
    function = next(each for each in file.index.functions if each.name.value == "test_a")
    assert file.is_called_by_name(function) is expected
