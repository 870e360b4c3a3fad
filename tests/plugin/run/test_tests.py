"""Async tests behave as sync tests do, and none passes because nobody ran it."""

from __future__ import annotations

import re

import pytest

from house.nested import as_sync, run_source

HEAD = """\
import asyncio, functools, pytest
notes = []
"""


def test_async_functions_methods_static_and_class_methods_run(pytester: pytest.Pytester) -> None:
    source = """
async def test_function():
    await asyncio.sleep(0)
    notes.append("function")
class TestIt:
    async def test_method(self): notes.append(type(self).__name__)
    @staticmethod
    async def test_static(): notes.append("static")
    @classmethod
    async def test_class(cls): notes.append(cls.__name__)
    class TestNested:
        async def test_method(self): notes.append("nested")
def test_all_ran(): assert notes == ["function", "TestIt", "static", "TestIt", "nested"]
"""
    run_source(pytester, HEAD + source, passed=6)


def test_decorated_async_tests_run(pytester: pytest.Pytester) -> None:
    source = """
import os
from unittest import mock
def traced(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        notes.append("traced")
        return await function(*args, **kwargs)
    return wrapper
@traced
async def test_traced(tmp_path): notes.append(tmp_path.is_dir())
@mock.patch("os.getcwd", return_value="patched")
async def test_patched(getcwd):
    notes.append(os.getcwd())
def test_all_ran(): assert notes == ["traced", True, "patched"]
"""
    run_source(pytester, HEAD + source, passed=3)


def test_each_test_is_a_separate_task(pytester: pytest.Pytester) -> None:
    source = """
async def test_one(): notes.append(asyncio.current_task())
async def test_two(): assert asyncio.current_task() not in notes
"""
    run_source(pytester, HEAD + source, passed=2)


OUTCOMES = """
async def helper(outcome, text):
    await asyncio.sleep(0)
    outcome(text)
async def test_skip(): await helper(pytest.skip, "the reason")
async def test_xfail(): await helper(pytest.xfail, "the reason")
async def test_fail(): await helper(pytest.fail, "the reason")
async def test_importorskip(): pytest.importorskip("no_such_module")
async def test_raises():
    with pytest.raises(LookupError, match="root"):
        await helper(lambda text: {}["root"], "")
async def test_warns():
    with pytest.warns(UserWarning, match="careful"):
        await helper(__import__("warnings").warn, "careful")
@pytest.mark.skip(reason="marked")
async def test_marked_skip(): notes.append("never")
@pytest.mark.skipif(True, reason="marked")
async def test_marked_skipif(): notes.append("never")
@pytest.mark.xfail(reason="marked")
async def test_marked_xfail(): assert False
@pytest.mark.xfail(raises=OSError, strict=True)
async def test_wrong_xfail(): raise LookupError("another")
@pytest.mark.xfail(strict=True)
async def test_strict_xpass(): pass
@pytest.mark.xfail
async def test_xpass(): pass
async def test_assertion(): assert [1, 2] == [1, 3]
def test_none_ran(): assert notes == []
"""


def counted(result: pytest.RunResult) -> list[str]:
    """Each test's outcome in the verbose report, and the short summary, without times and colours."""
    return [line for line in result.outlines if re.match(r"(test_it\.py::|SKIPPED|XFAIL|XPASS|FAILED)", line)]


def test_outcomes_and_their_reasons_are_those_of_sync_tests(pytester: pytest.Pytester) -> None:
    arguments = ("-v", "-rA", "-W", "error")
    pytester.makepyfile(test_it=HEAD + as_sync(OUTCOMES))
    expected = pytester.runpytest(*arguments)
    pytester.makepyfile(test_it=HEAD + OUTCOMES)
    result = pytester.runpytest(*arguments)
    assert counted(result) == counted(expected)
    assert result.parseoutcomes() == expected.parseoutcomes()
    assert sum(result.parseoutcomes().values()) == 14


@pytest.mark.parametrize("option", [(), ("-m", "asyncio"), ("-k", "one or method"), ("--asyncio-mode=strict",)])
def test_node_ids_are_those_of_pytest_byte_for_byte(pytester: pytest.Pytester, option: tuple[str, ...]) -> None:
    source = """
@pytest.fixture(params=["ä/b", 2])
async def value(request): return request.param
@pytest.mark.asyncio
@pytest.mark.parametrize("number", [1, pytest.param(2, id="two"), 1.5, None, b"x", "a[b]"])
@pytest.mark.parametrize("letter", ["x", "y"])
async def test_one(number, letter): pass
@pytest.mark.asyncio
class TestIt:
    @pytest.mark.parametrize("number", [1, 2], ids=lambda number: f"<{number}>")
    async def test_method(self, number): pass
@pytest.mark.asyncio
async def test_fixture(value): pass
def test_sync(value): pass
"""
    arguments = ("--collect-only", "-q", "-p", "no:terminalreporter_summary", *option)
    pytester.makeini("[pytest]\nmarkers = asyncio\nasyncio_mode = auto\n")
    pytester.makepyfile(test_it=HEAD + as_sync(source))
    listed = [
        line
        for line in pytester.runpytest("-p", "no:asyncshim", *[o for o in arguments if "mode" not in o]).outlines
        if "::" in line
    ]
    pytester.makepyfile(test_it=HEAD + source)
    assert [line for line in pytester.runpytest(*arguments).outlines if "::" in line] == listed
    assert len(listed) >= 14


# Tests that would otherwise pass because nobody ran them


def test_an_async_generator_test_is_xfailed_with_the_text_of_pytest_asyncio(pytester: pytest.Pytester) -> None:
    source = """
async def test_generator():
    notes.append("never")
    yield
def test_not_run(): assert notes == []
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest("-rx", "-W", "default")
    result.assert_outcomes(passed=1, xfailed=1, warnings=1)
    text = "Tests based on asynchronous generators are not supported. test_generator will be ignored."
    result.stdout.fnmatch_lines([f"*PytestCollectionWarning: {text}", "XFAIL *test_it.py::test_generator*"])


_RETURNED = "the test returned a coroutine that is never awaited: make it 'async def', or await that inside"


def test_a_test_that_returns_a_coroutine_fails_with_an_explanation(pytester: pytest.Pytester) -> None:
    source = """
async def answer(): notes.append("never")
async def numbers(): yield notes.append("never")
def test_returns(): return answer()
def test_lambda_like(): return asyncio.sleep(0)
def test_generator(): return numbers()
async def test_async(): assert notes == []
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest("-W", "default")
    result.assert_outcomes(passed=1, failed=3)
    names = ("test_returns", "test_lambda_like", "test_generator")
    result.stdout.fnmatch_lines([f"test_it.py::{name}: {_RETURNED}" for name in names])


def test_a_coroutine_that_a_test_forgets_to_await_fails_it_under_error_filters(pytester: pytest.Pytester) -> None:
    source = """
async def answer(): pass
async def test_forgets():
    answer()
async def test_next(): pass
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest("-W", "error")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*RuntimeWarning: coroutine 'answer' was never awaited*"])


@pytest.mark.parametrize(
    ("source", "arguments", "why"),
    [
        ("", ["--asyncio-mode=strict"], "asyncio_mode is strict and it has no @pytest.mark.asyncio"),
        ("@pytest.mark.trio\n", [], "of its marker or fixtures, whose plugin is missing"),
    ],
)
def test_an_async_test_that_no_plugin_runs_fails_and_says_why(
    pytester: pytest.Pytester, source: str, arguments: list[str], why: str
) -> None:
    pytester.makeini("[pytest]\nmarkers = trio\n")
    pytester.makepyfile(test_it=f"import pytest\n{source}async def test_it(): pass\n")
    result = pytester.runpytest("-W", "default", *arguments)
    result.assert_outcomes(failed=1)
    text = "async def functions are not natively supported, and no plugin runs this one"
    result.stdout.fnmatch_lines([f"test_it.py::test_it: {text}: {why}"])


UNMARKED_FIXTURE = """
import pytest
@pytest.fixture
async def value(): return 42
@pytest.fixture
async def values(): yield 42
"""


def test_in_strict_mode_an_unmarked_async_fixture_returns_its_coroutine(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.asyncio
async def test_async(value): assert await value == 42
@pytest.mark.asyncio
async def test_generator(values): assert [value async for value in values] == [42]
def test_sync(value): value.close()
"""
    pytester.makepyfile(test_it=UNMARKED_FIXTURE + source)
    result = pytester.runpytest("--asyncio-mode=strict", "-W", "default")
    result.assert_outcomes(passed=3)
    if pytest.version_tuple >= (9, 1):  # before, the warnings are pytest's own
        result.stdout.fnmatch_lines(
            [
                "*asyncio test 'test_async' requested async @pytest.fixture 'value' in strict mode. *",
                "*asyncio test 'test_generator' requested async @pytest.fixture 'values' in strict mode. *",
                "*'test_sync' requested an async fixture 'value', and no plugin runs it: asyncio_mode is strict, *",
            ]
        )


@pytest.mark.skipif(pytest.version_tuple < (9, 1), reason="before 9.1 pytest hands the coroutine on, with a warning")
def test_in_strict_mode_an_unmarked_async_fixture_fails_under_error_filters(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(UNMARKED_FIXTURE + "@pytest.mark.asyncio\nasync def test_async(value): await value\n")
    result = pytester.runpytest("--asyncio-mode=strict", "-W", "error")
    result.assert_outcomes(errors=1)


def test_the_marker_on_a_sync_function_warns_with_the_text_of_pytest_asyncio(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="import pytest\n@pytest.mark.asyncio\ndef test_sync(): pass\n")
    result = pytester.runpytest("-W", "default")
    result.assert_outcomes(passed=1, warnings=1)
    text = (
        "The test <Function test_sync> is marked with '@pytest.mark.asyncio' but it is not an async function. "
        "Please remove the asyncio mark. If the test is not marked explicitly, check for global marks applied via "
        "'pytestmark'."
    )
    result.stdout.fnmatch_lines([f"*PytestWarning: {text}"])


def test_the_marker_on_a_plain_function_that_gives_a_coroutine_runs_it(pytester: pytest.Pytester) -> None:
    source = """
async def answer():
    await asyncio.sleep(0)
    notes.append("ran")
@pytest.mark.asyncio
def test_plain(): return answer()
def test_ran(): assert notes == ["ran"]
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_hook_for_each_collected_test_sees_the_marker(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        **{
            "first/test_a": "async def test_it(): pass",
            "second/conftest": """
            def pytest_itemcollected(item):
                marks = [mark.name for mark in item.iter_markers()]
                assert marks == (["asyncio"] if "async" in item.name else []), marks
        """,
            "second/test_b": "async def test_async(): pass\ndef test_plain(): pass",
        }
    )
    pytester.runpytest("first", "second", "-m", "asyncio").assert_outcomes(passed=2, deselected=1)


def test_an_early_collection_hook_sees_the_marker(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest
        @pytest.hookimpl(tryfirst=True)
        def pytest_collection_modifyitems(items):
            items[:] = [item for item in items if item.get_closest_marker("asyncio")]
    """)
    pytester.makepyfile("async def test_async(): pass\ndef test_plain(): pass")
    pytester.runpytest().assert_outcomes(passed=1)


def test_an_async_generator_test_is_warned_about_once(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("def pytest_itemcollected(item): pass")
    pytester.makepyfile("async def test_it(): yield")
    pytester.runpytest("-W", "default").assert_outcomes(xfailed=1, warnings=1)


def test_a_test_that_becomes_async_after_collection_is_run(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest
        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(items):
            async def now_async(): raise RuntimeError("it ran")
            items[-1].obj = now_async
    """)
    pytester.makepyfile("def test_plain(): pass\ndef test_other(): pass")
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*RuntimeError: it ran*"])


def test_a_suite_without_async_tests_has_no_hook_around_each_call(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        def pytest_runtest_call(item):
            hooks = (item.ihook.pytest_runtest_call, item.ihook.pytest_pyfunc_call)
            modules = [i.function.__module__ for hook in hooks for i in hook.get_hookimpls()]
            item.user_properties.append(("ours", [name for name in modules if name.startswith("asyncshim.")]))
        def pytest_runtest_logreport(report):
            if report.when == "call":
                print("ours:", len(dict(report.user_properties)["ours"]))
    """)
    pytester.makepyfile("def test_plain(): pass")
    pytester.runpytest("-s").stdout.fnmatch_lines(["*ours: 0*"])
    pytester.makepyfile("import pytest\n@pytest.mark.asyncio\ndef test_marked(): pass")
    pytester.runpytest("-s").stdout.fnmatch_lines(["*ours: 2*"])


# Tests that a decorator of the suite has replaced by a synchronous function

_DECORATORS = """
import functools
def wrapped(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
def bare(function):
    def wrapper(*args):
        return function(*args)
    return wrapper
def twice(function):
    return wrapped(wrapped(function))
"""


@pytest.mark.parametrize("decorator", ["wrapped", "bare", "twice"])
@pytest.mark.parametrize("mark", ["", "@pytest.mark.asyncio\n"])
def test_an_async_test_behind_a_synchronous_wrapper_is_run(
    pytester: pytest.Pytester, decorator: str, mark: str
) -> None:
    source = f"""
{mark}@{decorator}
async def test_passes():
    await asyncio.sleep(0)
    notes.append("ran")
{mark}@{decorator}
async def test_fails():
    await asyncio.sleep(0)
    assert notes == []
def test_ran(): assert notes == ["ran"]
"""
    pytester.makepyfile(test_it=HEAD + _DECORATORS + source)
    result = pytester.runpytest("-W", "default")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: assert *'ran'*== *"])


def test_a_wrapped_async_method_runs_with_its_fixtures_and_on_the_shared_loop(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def loop(): return asyncio.get_running_loop()
class TestIt:
    @wrapped
    async def test_method(self, loop):
        assert asyncio.get_running_loop() is loop
        notes.append("method")
    @staticmethod
    @wrapped
    async def test_static(loop):
        assert asyncio.get_running_loop() is loop
        notes.append("static")
    @wrapped
    def test_generator_like(self):
        return asyncio.sleep(0, notes.append("returned"))
def test_ran(): assert notes == ["method", "static", "returned"]
"""
    pytester.makepyfile(test_it=HEAD + _DECORATORS + source)
    pytester.runpytest("-W", "error").assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        ("@wrapped\nasync def test_it(): notes.append('never')\n", ["--asyncio-mode=strict"]),
        ("@wrapped\nasync def test_it(): yield notes.append('never')\n", []),
        ("@pytest.mark.trio\n@wrapped\nasync def test_it(): notes.append('never')\n", []),
    ],
)
def test_a_wrapped_test_that_is_not_asyncshims_to_run_fails(
    pytester: pytest.Pytester, source: str, arguments: list[str]
) -> None:
    pytester.makeini("[pytest]\nmarkers = trio\n")
    pytester.makepyfile(test_it=f"{HEAD}{_DECORATORS}{source}def test_not_run(): assert notes == []\n")
    result = pytester.runpytest("-W", "ignore", *arguments)
    result.assert_outcomes(passed=1, failed=1)


def test_a_wrapper_that_awaits_or_drops_the_coroutine_is_left_alone(pytester: pytest.Pytester) -> None:
    source = """
def runs(function):
    @functools.wraps(function)
    def wrapper():
        asyncio.run(function())
    return wrapper
@runs
async def test_it(): notes.append("ran")
def test_ran(): assert notes == ["ran"]
"""
    pytester.makepyfile(test_it=HEAD + _DECORATORS + source)
    pytester.runpytest("-W", "ignore").assert_outcomes(passed=2)
