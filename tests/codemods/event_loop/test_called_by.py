from __future__ import annotations

import textwrap

import libcst as cst
import pytest

from asyncshim_codemods.event_loop.requests import called_by, requesting
from asyncshim_codemods.project.event_loop_facts import LoopFacts, loop_facts
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options, Safety
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index
from rule_tools import assert_unchanged, rewrite

TEST = "@{}\nasync def test_it(size, event_loop):\n    {}\n"
DECORATORS = {
    "positional": """
        def sized(fn):
            @functools.wraps(fn)
            async def inner(event_loop):
                return await fn(3, event_loop)
            return inner
        """,
    "keyword": """
        def sized(fn):
            async def inner(*args, **kwargs):
                return await fn(*args, event_loop=kwargs.pop("event_loop"))
            return inner
        """,
    "other names": """
        def sized(test):
            async def inner(loop):
                await test(3, loop)
            return inner
        """,
    "several lines": """
        def sized(fn):
            async def inner(event_loop):
                return await fn(
                    int("3"),
                    event_loop,
                )
            return inner
        """,
    "lambda": """
        def sized(fn):
            return lambda event_loop: fn(3, event_loop)
        """,
    "factory": """
        def sized(size):
            def decorate(fn):
                async def inner(event_loop):
                    await fn(size, event_loop)
                return inner
            return decorate
        """,
    "class": """
        class sized:
            def __init__(self, fn):
                self.fn = fn
            async def __call__(self, event_loop):
                await self.fn(3, event_loop)
        """,
}


@pytest.mark.parametrize("body", ["...", "event_loop.time()"])
@pytest.mark.parametrize("decorator", DECORATORS.values(), ids=DECORATORS)
def test_a_parameter_that_a_decorator_of_the_file_passes_stays_with_unsafe(decorator: str, body: str) -> None:
    name = "sized(3)" if "decorate" in decorator else "sized"
    text = f"import functools\n\n{textwrap.dedent(decorator)}\n\n{TEST.format(name, body)}"
    (found,) = assert_unchanged(text, "ASH301" if body == "..." else "ASH302", unsafe=True).findings
    assert found.safety is Safety.MANUAL
    assert "`sized` " in found.message
    assert found.message.endswith("; review both manually")


@pytest.mark.parametrize(
    "call", ["fn()", "fn(*args, **kwargs)", "fn(self, *args)", "fn(size=3, **kwargs)", "helper(1, 2)", "print(fn, 3)"]
)
def test_a_decorator_that_passes_nothing_of_its_own_does_not_matter(call: str) -> None:
    text = f"def sized(fn):\n    async def inner(self, *args, **kwargs):\n        await {call}\n    return inner\n\n\n"
    assert rewrite(text + TEST.format("sized", "..."), unsafe=True).changed


def test_a_decorator_of_another_file_that_passes_event_loop_is_manual_too() -> None:
    beside = {"tests/helpers.py": textwrap.dedent(DECORATORS["positional"])}
    text = "from helpers import sized\n\n\n" + TEST.format("sized", "...")
    (found,) = assert_unchanged(text, "ASH301", beside=beside, unsafe=True).findings
    assert found.message == "`sized` may fill it; review both manually"


def test_a_sync_test_that_a_decorator_calls_is_for_manual_review() -> None:
    text = textwrap.dedent(DECORATORS["positional"]).replace("async ", "").replace("await ", "")
    text += "\n\n@sized\ndef test_it(size, event_loop):\n    event_loop.run_until_complete(work(size))\n"
    assert {found.safety for found in assert_unchanged(text, "ASH331", unsafe=True).findings} == {Safety.MANUAL}


CALLS = {
    "super": "await super().test_it(event_loop)",
    "super without arguments": "await super().test_it()",
    "base class": "await Base.test_it(self, event_loop)",
    "keyword": "await self.test_it(event_loop=event_loop)",
    "other name": "await self.test_it(loop)",
    "other object": "await Base().test_it(loop=1)",
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_test_of_a_base_class_that_another_file_calls_keeps_its_parameter_with_unsafe(call: str) -> None:
    text = "class Base:\n    async def test_it(self, event_loop):\n        ...\n"
    beside = f"class TestIt(Base):\n    async def test_more(self, event_loop):\n        {call}\n"
    (found,) = assert_unchanged(text, "ASH301", beside={"tests/test_b.py": beside}, unsafe=True).findings
    assert found.safety is Safety.MANUAL
    assert rewrite(text, beside={"tests/test_b.py": beside.replace("test_it", "test_other")}).changed


def test_an_imported_test_that_is_called_is_manual_and_one_that_is_not_called_is_unsafe() -> None:
    text = "async def test_it(event_loop):\n    ...\n"
    imports = "from tests.test_module import test_it\n"
    calls = imports + "\n\nasync def test_other():\n    await test_it(event_loop=None)\n"
    assert_unchanged(text, "ASH301", beside={"tests/test_b.py": calls}, unsafe=True)
    assert_unchanged(text, "ASH301", beside={"tests/test_b.py": imports})
    assert rewrite(text, beside={"tests/test_b.py": imports}, unsafe=True).changed


def test_calls_are_found_and_definitions_and_names_in_strings_are_not() -> None:
    source = b"""
def owner(x, event_loop):
    helper(x(1), event_loop)
    event_loop.run(y)
    getfixturevalue("event_loop")
    test_a(1)
    test_b()
    test_c(
    )

async def test_d(event_loop): ...
"""
    facts = loop_facts("a.py", source)
    assert facts.called == {"helper", "test_a"}
    assert facts.passing == {"owner"}


def test_a_long_line_takes_no_long_time() -> None:
    loop_facts("a.py", b"event_loop\n" + b"f(" * 100_000 + b"x" * 1_000_000 + b"(y" * 100_000 + b"test(" * 100_000)


def test_nothing_calls_a_test_by_default() -> None:
    index = build_index(cst.parse_module("async def test_it(event_loop):\n    ...\n"))
    file = FileContext("tests/test_a.py", index, ProjectFacts(), Options(frozenset()))
    ((function, _),) = requesting(file)
    assert called_by(file, function) == ""
    assert LoopFacts().called == frozenset()
