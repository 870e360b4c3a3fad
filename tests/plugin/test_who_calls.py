"""Other plugins, conftests and pytest's own options that wrap or call the function of an async test."""

from __future__ import annotations

import sys

import pytest

from house.nested import run, run_source

WRAP = """
import functools, inspect

def wrapped(function, notes):
    @functools.wraps(function)
    def call(*args, **kwargs):
        notes.append((function.__name__, *inspect.signature(function).parameters))
        return function(*args, **kwargs)
    return call
"""
SUITE = """
import asyncio, pytest
@pytest.fixture
async def value(): return 41
async def test_passes(value):
    await asyncio.sleep(0)
    assert value == 41
async def test_fails(value):
    await asyncio.sleep(0)
    assert value == 42
def test_sync(value): assert value == 41
class TestIt:
    async def test_method(self, value): assert value == 41
"""


@pytest.mark.parametrize(
    "hook",
    [
        "@pytest.hookimpl(hookwrapper=True)\ndef pytest_pyfunc_call(pyfuncitem):\n    item = pyfuncitem\n",
        "@pytest.hookimpl(hookwrapper=True, tryfirst=1)\ndef pytest_pyfunc_call(pyfuncitem):\n    item = pyfuncitem\n",
        "@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_call(item):\n",
        "@pytest.hookimpl(hookwrapper=True, tryfirst=True)\ndef pytest_runtest_call(item):\n",
        "@pytest.hookimpl(hookwrapper=True, tryfirst=True)\ndef pytest_runtest_setup(item):\n",
    ],
)
def test_a_conftest_may_wrap_the_function_in_any_hook(pytester: pytest.Pytester, hook: str) -> None:
    pytester.makeconftest(
        f"{WRAP}\nimport pytest\nnotes = []\n{hook}"
        "    item.obj = wrapped(item.obj, notes)\n    yield\n"
        "def pytest_unconfigure(): print('NOTES', *sorted(notes))\n"
    )
    pytester.makepyfile(SUITE)
    result = run(pytester, passed=3, failed=1)
    names = [("test_fails", "value"), ("test_method", "value"), ("test_passes", "value"), ("test_sync", "value")]
    result.stdout.fnmatch_lines([" ".join(["NOTES", *map(str, names)]).replace("[", "[[]")])
    result.stdout.fnmatch_lines([">*assert value == 42"])


@pytest.mark.parametrize(
    "hook",
    [
        "@pytest.hookimpl(tryfirst=True)\ndef pytest_runtest_call(item):\n",
        "def pytest_runtest_call(item):\n",
        "def pytest_runtest_setup(item):\n",
        "def pytest_itemcollected(item):\n",
        "def pytest_collection_modifyitems(items):\n  for item in items:\n",
        "def pytest_pyfunc_call(pyfuncitem):\n    item = pyfuncitem\n",
    ],
)
def test_a_conftest_may_replace_the_function_for_good(pytester: pytest.Pytester, hook: str) -> None:
    pytester.makeconftest(f"{WRAP}\nimport pytest\nnotes = []\n{hook}    item.obj = wrapped(item.obj, notes)\n")
    pytester.makepyfile(SUITE)
    result = run(pytester, passed=3, failed=1)
    result.stdout.fnmatch_lines([">*assert value == 42"])


@pytest.mark.parametrize("hook", ["pytest_pyfunc_call(pyfuncitem)", "pytest_runtest_call(item)"])
@pytest.mark.parametrize("options", ["hookwrapper=True", "hookwrapper=True, tryfirst=True"])
def test_a_conftest_may_wrap_the_function_in_a_coroutine_function(
    pytester: pytest.Pytester, hook: str, options: str
) -> None:
    pytester.makeconftest(f"""
        import asyncio, functools, pytest
        @pytest.hookimpl({options})
        def {hook}:
            item = {hook[hook.index("(") + 1 : -1]}
            if item.name == "test_sync":
                yield
                return
            function = item.obj
            @functools.wraps(function)
            async def call(**kwargs):
                await asyncio.sleep(0)
                answer = function(**kwargs)
                if answer is not None:
                    await answer
            item.obj = call
            yield
        """)
    pytester.makepyfile(SUITE)
    run(pytester, passed=3, failed=1).stdout.fnmatch_lines([">*assert value == 42"])


def test_trace_stops_inside_the_test_which_then_fails(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
import asyncio
async def test_x():
    value = 41
    await asyncio.sleep(0)
    value += 1
    assert value == 0
"""
    )
    stdin = b"n\nn\nn\nn\np ('value', value)\ncontinue\n"
    arguments = ("-m", "pytest", "--trace", "--asyncshim-timeout=30")
    for debug in ((), ("--asyncio-debug",)):
        result = pytester.run(sys.executable, *arguments, *debug, stdin=stdin, timeout=60)
        text = result.stdout.str().replace("(Pdb) ", "")
        assert "asyncshim/" not in text.replace("\\", "/"), text
        assert "asyncio/" not in text.replace("\\", "/"), text
        result.stdout.fnmatch_lines(["> *test_it.py(2)test_x()", "*('value', 42)", "*assert 42 == 0"])
        assert result.parseoutcomes() == {"failed": 1}


def test_trace_of_a_sync_test_steps_through_all_modules(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="import asyncio\ndef test_x():\n    asyncio.iscoroutine(1)\nasync def test_y(): pass\n")
    stdin = b"s\ncontinue\ncontinue\n"
    result = pytester.run(sys.executable, "-m", "pytest", "--trace", stdin=stdin, timeout=60)
    result.stdout.fnmatch_lines(["> *test_it.py(3)test_x()", "*iscoroutine()*", "> *test_it.py(4)test_y()"])
    assert result.parseoutcomes() == {"passed": 2}


@pytest.mark.parametrize("hypothesis", ["", "@hypothesis.given(st.just(1))\n"])
def test_a_running_async_test_is_an_async_test(pytester: pytest.Pytester, hypothesis: str) -> None:
    source = f"""
import hypothesis, pytest, pytest_asyncio
from hypothesis import strategies as st
seen = []
@pytest.fixture(autouse=True)
def note(request):
    seen.append(pytest_asyncio.is_async_test(request.node))
    yield
    seen.append(pytest_asyncio.is_async_test(request.node))
@pytest.fixture(scope="session")
def current(): return []
@pytest.fixture(autouse=True)
def remember(request, current): current[:] = [request.node]
{hypothesis}async def test_async(current{", x" if hypothesis else ""}):
    seen.append(pytest_asyncio.is_async_test(*current))
def test_sync(current):
    assert set(seen) - {{None}} == {{True, False}}
    assert seen.pop() is False and all(seen) and pytest_asyncio.is_async_test(*current) is False
"""
    if hypothesis:
        source = source.replace("(st.just(1))", "(x=st.just(1))")
    run_source(pytester, source, "-p", "hypothesispytest" if hypothesis else "no:x", passed=2)
