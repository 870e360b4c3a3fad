from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from asyncshim_codemods.api import collect_facts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import (
    FileContext,
    argument,
    has_star_arguments,
    is_async,
    is_name,
    matches_any,
)
from asyncshim_codemods.syntax.bindings import build_index
from rule_tools import assert_rewritten, assert_unchanged, rewrite


def context(source: str, *, ini: str = "", select: frozenset[str] = frozenset()) -> FileContext:
    facts = collect_facts([("pytest.ini", f"[pytest]\n{ini}\n".encode())])
    return FileContext("tests/test_a.py", build_index(cst.parse_module(source)), facts, Options(select))


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("pytest.fixture", True),
        ("pytest.fixture(scope='session')", True),
        ("pytest.yield_fixture", True),
        ("pytest_asyncio.fixture()", True),
        ("fx", True),
        ("pytest.fixtures", False),
        ("other.fixture", False),
        ("pytest.mark.fixture", False),
    ],
)
def test_a_fixture_is_known_by_its_decorator(decorator: str, *, expected: bool) -> None:
    head = "import pytest, pytest_asyncio, other\nfrom pytest import fixture as fx\n"
    file = context(f"{head}@first\n@{decorator}\ndef f(): ...\n")
    assert file.is_fixture(file.index.functions[0]) is expected


@pytest.mark.parametrize(
    ("source", "ini", "expected"),
    [
        ("def test_a(): ...", "", True),
        ("def testing(): ...", "", True),
        ("def a_test(): ...", "", False),
        ("class TestA:\n    def test_a(self): ...", "", True),
        ("def f():\n    def test_a(): ...", "", False),
        ("import pytest\n@pytest.fixture\ndef test_a(): ...", "", False),
        ("def check_a(): ...", "python_functions = check", True),
        ("def a_check(): ...", "python_functions = check *_check", True),
        ("def test_a(): ...", "python_functions = check", False),
    ],
)
def test_a_test_is_known_by_name_and_place(source: str, ini: str, *, expected: bool) -> None:
    file = context(source, ini=ini)
    function = next(each for each in file.index.functions if each.name.value != "f")
    assert file.is_test(function) is expected


@pytest.mark.parametrize(
    ("signature", "expected"),
    [("x", True), ("a, *, x", True), ("x: int", True), ("x=1", False), ("x, /", False), ("*x", False), ("**x", False)],
)
def test_a_parameter_without_a_default_is_a_fixture_request(signature: str, *, expected: bool) -> None:
    file = context(f"def f({signature}): ...\n")
    assert (file.parameter(file.index.functions[0], "x") is not None) is expected


@pytest.mark.parametrize(
    ("ini", "select", "expected"),
    [
        ("asyncio_mode = strict", set[str](), True),
        ("asyncio_mode = strict", {"ASH401"}, False),
        ("addopts = --asyncio-mode=strict", {"ASH401"}, True),
        ("addopts = --asyncio-mode strict", {"ASH402"}, False),
        ("asyncio_mode = auto", set[str](), False),
        ("", set[str](), False),
    ],
)
def test_strict_mode_stays_if_its_rule_is_not_selected(ini: str, select: set[str], *, expected: bool) -> None:
    assert context("", ini=ini, select=frozenset(select)).stays_strict() is expected


def test_a_result_for_a_file_is_computed_once() -> None:
    asked: list[FileContext] = []

    def question(file: FileContext) -> int:
        asked.append(file)
        return len(asked)

    file = context("")
    assert [file.once(question), file.once(question)] == [1, 1]


@pytest.mark.parametrize(
    ("name", "patterns", "expected"),
    [
        ("test_a", ["test"], True),
        ("a_test", ["*_test"], True),
        ("a_test", ["test"], False),
        ("test_a", ["test?b"], False),
        ("test_a", [], False),
    ],
)
def test_names_match_prefixes_and_patterns(name: str, patterns: list[str], *, expected: bool) -> None:
    assert matches_any(name, patterns) is expected


def test_questions_about_calls_and_functions() -> None:
    call = cst.ensure_type(cst.parse_expression("f(1, a=2, **b)"), cst.Call)
    found = argument(call, "a")
    assert found is not None
    assert isinstance(found.value, cst.Integer)
    assert argument(call, "b") is None
    assert has_star_arguments(call)
    assert not has_star_arguments(cst.ensure_type(cst.parse_expression("f(1, a=2)"), cst.Call))
    assert is_name(call.func, "f")
    assert not is_name(call, "f")
    assert is_async(cst.ensure_type(cst.parse_statement("async def f(): ..."), cst.FunctionDef))
    assert not is_async(cst.ensure_type(cst.parse_statement("def f(): ..."), cst.FunctionDef))


BODY = """\
import asyncio

import pytest


@pytest.fixture({})
def {}():
    return asyncio.new_event_loop()


x = 1
"""


@pytest.mark.parametrize(
    ("options", "function"),
    [
        ("scope='session'", "event_loop"),
        ("scope='session', name='event_loop'", "_loop"),
        ("name='event' '_loop', scope='session'", "make"),
    ],
)
def test_a_fixture_is_known_by_the_name_that_tests_request(options: str, function: str) -> None:
    assert_rewritten(BODY.format(options, function), "x = 1\n")


@pytest.mark.parametrize(
    ("options", "function"), [("name='loop', scope='session'", "event_loop"), ("scope='session'", "loop")]
)
def test_the_name_argument_replaces_the_name_of_the_fixture_function(options: str, function: str) -> None:
    assert_unchanged(BODY.format(options, function))


def test_a_name_that_the_file_gives_to_a_string_is_read() -> None:
    named = BODY.replace("x = 1", "NAME = '{}'")
    assert_rewritten(named.format("scope='session', name=NAME", "make", "event_loop"), "NAME = 'event_loop'\n")
    assert_unchanged(named.format("scope='session', name=NAME", "event_loop", "loop"))


@pytest.mark.parametrize("rest", ["", "from names import NAME\n", "NAME = 'event_loop'\nNAME = 'loop'\n"])
def test_a_name_that_cannot_be_read_is_reported(rest: str) -> None:
    text = rest + BODY.format("scope='session', name=NAME", "event_loop")
    (found,) = assert_unchanged(text, "ASH331", unsafe=True).findings
    assert found.message.endswith("may be a custom `event_loop`: its `name=` cannot be read here")


def test_a_fixture_of_unknown_name_may_be_the_one_that_is_requested_in_a_coroutine() -> None:
    text = """
    import pytest


    @pytest.fixture(name=NAME)
    def server(event_loop, pool):
        event_loop.run_until_complete(pool.open())
    """
    assert rewrite(dedent(text)).changed
    requesting = {"tests/test_a.py": "def test_a(request):\n    request.getfixturevalue('any')\n"}
    (found,) = assert_unchanged(text, "ASH303", beside=requesting).findings
    assert "`server` may be requested with `getfixturevalue`" in found.message
