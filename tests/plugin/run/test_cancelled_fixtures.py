"""A cancelled set-up or tear-down is an error of that fixture; all other tear-downs run (as in pytest-asyncio 2.0)."""

from __future__ import annotations

import pytest

from house.nested import run_source

SUITE = """
import asyncio, contextvars, pytest
torn_down = []
variable = contextvars.ContextVar("variable", default="former")

@pytest.fixture(scope="module")
def wide():
    yield
    torn_down.append("wide")

@pytest.fixture
def narrow(wide):
    yield
    torn_down.append("narrow")

@pytest.fixture
async def also_async(narrow):
    yield
    torn_down.append("async")

async def wait():
    await asyncio.Event().wait()

def cancel():
    task = asyncio.current_task()
    asyncio.get_running_loop().call_soon(task.cancel)

@pytest.fixture
async def value(also_async):
    {body}

async def test_it(value): pass
async def test_next(also_async): pass

class TestLast:
    def test_what_was_torn_down(self):
        assert torn_down == ["async", "narrow", "async", "narrow"]
"""
BODIES = {
    "the set-up of a coroutine": ("cancel(); await wait()", "set-up"),
    "the set-up of a generator": ("cancel(); await wait(); yield", "set-up"),
    "a set-up that raises it": ("raise asyncio.CancelledError", "set-up"),
    "the tear-down": ("yield; cancel(); await wait()", "tear-down"),
    "a tear-down that raises it": ("yield; raise asyncio.CancelledError", "tear-down"),
    "a tear-down with a cause": ("yield; raise asyncio.CancelledError from ValueError('why')", "tear-down"),
}


@pytest.mark.parametrize("scope", ["function", "module"])
@pytest.mark.parametrize(("body", "half"), BODIES.values(), ids=BODIES)
def test_a_cancelled_half_is_an_error_of_the_fixture(
    pytester: pytest.Pytester, body: str, half: str, scope: str
) -> None:
    source = SUITE.format(body=body)
    if scope == "module":
        source = source.replace("@pytest.fixture\n", '@pytest.fixture(scope="module")\n')
        source = source.replace('== ["async", "narrow", "async", "narrow"]', "== []")
    pytester.makepyfile(source)
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=2 + (half == "tear-down"), errors=1)
    result.stdout.fnmatch_lines([f"E *FixtureCancelledError: the {half} of the async fixture 'value' was cancelled"])
    result.stdout.no_fnmatch_line("*hidden*")
    result.stdout.no_fnmatch_line("*src/asyncshim*")
    if "why" in body:
        assert "ValueError: why" in result.stdout.str()


def test_the_task_of_a_test_that_is_cancelled_ends_with_that_test(pytester: pytest.Pytester) -> None:
    result = pytester.makepyfile(SUITE.format(body="yield").replace("(value): pass", "(value): cancel(); await wait()"))
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["E *CancelledError"])


@pytest.mark.parametrize("failure", ["raise ValueError", "cancel(); await wait()", "assert False"])
def test_context_variables_are_restored_although_the_tear_down_fails(pytester: pytest.Pytester, failure: str) -> None:
    result = pytester.makepyfile(
        SUITE.format(body=f"variable.set('changed'); yield; {failure}")
        .replace("async def test_it(value): pass", "async def test_it(value): assert variable.get() == 'changed'")
        .replace(
            "def test_what_was_torn_down(self):", "def test_variable(self):\n        assert variable.get() == 'former'"
        )
    )
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=3, errors=1)


def test_is_async_test_is_true_or_false(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import unittest
        import pytest, pytest_asyncio

        @pytest.fixture(autouse=True)
        def answer(request):
            wanted = request.node.originalname.startswith("test_async")
            assert pytest_asyncio.is_async_test(request.node) is wanted

        async def test_async(): pass

        @pytest.mark.asyncio
        async def test_async_marked(): pass

        @pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.asyncio)])
        async def test_async_parameter(n): pass

        def test_sync(): pass

        class TestCase(unittest.IsolatedAsyncioTestCase):
            async def test_method(self): pass
        """,
        passed=5,
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("'module'", "mark.asyncio accepts only keyword arguments"),
        ("loop_scope='x'", "unexpected loop scope value 'x'"),
        ("scope='class', loop_scope='class'", 'defines both "scope" and "loop_scope"'),
        ("loop_factories=[]", "'loop_factories' must be a non-empty sequence of strings"),
    ],
)
@pytest.mark.parametrize("decorator", ["", "@pytest.mark.asyncio\n", '@pytest.mark.asyncio(loop_scope="module")\n'])
def test_marks_of_parameter_sets_are_validated(
    pytester: pytest.Pytester, decorator: str, arguments: str, text: str
) -> None:
    pytester.makepyfile(
        "import pytest\n\n"
        + decorator
        + f'@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.asyncio({arguments}))])\n'
        + "async def test_it(n): pass\n"
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, errors=1)
    assert text in result.stdout.str()
