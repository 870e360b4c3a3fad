"""Tracebacks start in the user's code."""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import AsyncGenerator

import pytest

from asyncshim.plugin.loops import tracebacks
from asyncshim.plugin.loops.tracebacks import at_definition, is_machinery, without_machinery


def test_frames_of_asyncio_and_asyncshim_are_internal() -> None:
    assert is_machinery(asyncio.run.__code__)
    assert is_machinery(is_machinery.__code__)
    assert not is_machinery(test_frames_of_asyncio_and_asyncshim_are_internal.__code__)
    assert not is_machinery(re.compile.__code__)


def test_internal_frames_above_the_users_are_removed() -> None:
    async def user() -> None:
        await asyncio.wait_for(deeper(), 1)

    async def deeper() -> None:
        raise LookupError

    try:
        asyncio.run(user())
    except LookupError as error:
        own = error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
        names = [frame.name for frame in traceback.extract_tb(without_machinery(own).__traceback__)]
    assert names == ["user", "wait_for", "deeper"]


def test_an_error_without_a_frame_of_the_user_is_unchanged() -> None:
    with asyncio.Runner() as runner:
        try:
            runner.run(None)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            inside = error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
            whole = inside.__traceback__
            assert without_machinery(inside).__traceback__ is whole is not None


def test_the_definition_of_an_async_generator_has_a_traceback_of_one_line() -> None:
    missing = object()

    async def numbers(a: int, *rest: int, b: int = 1, **more: object) -> AsyncGenerator[object, None]:
        yield missing, a, b, rest, more

    found = at_definition(numbers.__code__)
    assert found is not None
    assert (found.tb_frame.f_code, found.tb_lineno, found.tb_next) == (
        numbers.__code__,
        numbers.__code__.co_firstlineno,
        None,
    )
    assert at_definition((lambda: None).__code__) is None


SUITE = """\
import asyncio, pytest

async def helper():
    raise LookupError("root") from None

async def test_fails():
    try:
        await helper()
    except LookupError as error:
        raise ValueError("outer") from error

@pytest.fixture
async def coroutine():
    await helper()

@pytest.fixture
async def first_half():
    await helper()
    yield

@pytest.fixture
async def second_half():
    yield
    await helper()

def test_coroutine(coroutine): pass
def test_first_half(first_half): pass
def test_second_half(second_half): pass
"""
MACHINERY = re.compile(r"asyncshim|pluggy|asyncio[/\\]|base_events|run_until_complete|runners\.py")


def body(result: pytest.RunResult) -> str:
    """What is printed between the header and the summary."""
    text = result.stdout.str()
    start = min(text.index(" ERRORS ") if " ERRORS " in text else len(text), text.index(" FAILURES "))
    return text[start : text.index(" short test summary info ")]


@pytest.mark.parametrize("style", ["long", "short"])
def test_no_frame_of_asyncshim_pluggy_or_asyncio_is_shown(pytester: pytest.Pytester, style: str) -> None:
    pytester.makepyfile(test_it=SUITE)
    result = pytester.runpytest(f"--tb={style}")
    result.assert_outcomes(failed=1, errors=3, passed=1)
    shown = body(result)
    assert not MACHINERY.findall(shown)
    assert shown.count('raise LookupError("root") from None') == 4
    result.stdout.fnmatch_lines(["*The above exception was the direct cause of the following exception:*"])


@pytest.mark.parametrize("style", ["long", "short"])
def test_no_internal_frame_is_shown_above_fixtures_of_another_file(pytester: pytest.Pytester, style: str) -> None:
    """pytest cuts what is above the test's own file, and has nothing to cut at there."""
    fixtures, tests = SUITE.split("def test_coroutine(", 1)
    pytester.makeconftest(fixtures)
    pytester.makepyfile(test_it="def test_coroutine(" + tests)
    result = pytester.runpytest(f"--tb={style}")
    result.assert_outcomes(errors=3, passed=1)
    shown = result.stdout.str().split("= ERRORS =")[1].split("short test summary info")[0]
    assert not MACHINERY.findall(shown)
    assert shown.count('raise LookupError("root") from None') == 3


def test_the_traceback_has_exactly_the_frames_of_the_user(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SUITE)
    result = pytester.runpytest("--tb=short", "-k", "test_second_half")
    entries = [line for line in result.outlines if line.startswith("test_it.py:") and ": in " in line]
    assert entries == ["test_it.py:24: in second_half", "test_it.py:4: in helper"]


def test_full_trace_shows_all(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SUITE)
    shown = body(pytester.runpytest("--full-trace"))
    assert "pluggy" in shown
    assert "def drive(" in shown


def test_assertions_have_the_introspection_of_pytest(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="async def test_it():\n    values = [1, 2]\n    assert values == [1, 3]\n")
    result = pytester.runpytest()
    shown = body(result)
    # pytest 8 has a line more that only says "E"
    assert [line for line in shown.splitlines()[1:-1] if line.strip() not in {"", "E"}] == [
        "___________________________________ test_it ____________________________________",
        "    async def test_it():",
        "        values = [1, 2]",
        ">       assert values == [1, 3]",
        "E       assert [1, 2] == [1, 3]",
        "E         At index 1 diff: 2 != 3",
        "E         Use -v to get more diff",
        "test_it.py:3: AssertionError",
    ]


def test_tracebackhide_in_user_code_is_respected(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        async def check():
            __tracebackhide__ = True
            raise AssertionError("hidden helper")
        async def test_it():
            await check()
        """
    )
    result = pytester.runpytest("--tb=short")
    entries = [line for line in result.outlines if ": in " in line]
    assert entries == ["test_it.py:5: in test_it"]


@pytest.mark.skipif(pytest.version_tuple < (8,), reason="pytest 7 prints every frame of exception groups")
def test_an_exception_group_keeps_its_own_frames(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import asyncio
        async def child(): raise LookupError("of the child")
        async def test_it():
            async with asyncio.TaskGroup() as group:
                group.create_task(child())
        """
    )
    result = pytester.runpytest()
    shown = body(result)
    assert "asyncshim" not in shown
    assert "pluggy" not in shown
    assert shown.index("in test_it") < shown.index("taskgroups.py")
    assert "LookupError: of the child" in shown


def test_internal_modules_are_marked() -> None:
    assert all(place.endswith(("asyncio/", "plugin/", "asyncio\\", "plugin\\")) for place in tracebacks._MACHINERY)
