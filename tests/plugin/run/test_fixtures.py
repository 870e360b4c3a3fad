"""Async fixtures of every scope and shape, for async and sync code alike."""

from __future__ import annotations

import pytest

from house.nested import run, run_source

HEAD = """\
import asyncio, contextlib, functools, pytest
notes = []
"""
KINDS = {
    "coroutine": "return {value}",
    "generator": "yield {value}\n    await asyncio.sleep(0)\n    notes.append('down')",
}
USERS = """
async def test_async(value): assert value == 42
def test_sync(value): assert value == 42
@pytest.fixture
def through_sync(value): return value + 1
@pytest.fixture
async def through_async(value): return value + 1
@pytest.fixture
async def through_both(through_sync, through_async): yield through_sync + through_async
def test_sync_through(through_sync, through_async): assert through_sync == through_async == 43
async def test_async_through(through_both): assert through_both == 86
"""


@pytest.mark.parametrize("scope", ["function", "class", "module", "package", "session"])
@pytest.mark.parametrize("kind", KINDS)
def test_async_fixtures_of_every_scope_work_for_sync_and_async_tests(
    pytester: pytest.Pytester, scope: str, kind: str
) -> None:
    source = f"""
made = []
@pytest.fixture(scope="{scope}")
async def value():
    await asyncio.sleep(0)
    made.append(1)
    {KINDS[kind].format(value=42)}
class TestIt:
    {USERS.replace(chr(10), chr(10) + "    ").replace("(value)", "(self, value)").replace("(through", "(self, through")}
    def test_how_often_it_was_made(self): assert len(made) == {4 if scope == "function" else 1}
"""
    run_source(pytester, HEAD + source, passed=5)


def test_a_generator_is_torn_down_when_its_scope_ends(pytester: pytest.Pytester) -> None:
    source = """
def make(scope):
    @pytest.fixture(scope=scope, name=scope + "_value")
    async def fixture():
        await asyncio.sleep(0)
        yield scope
        await asyncio.sleep(0)
        notes.append(scope)
    return fixture
function, class_, module = make("function"), make("class"), make("module")
class TestOne:
    async def test_one(self, function_value, class_value, module_value): pass
    def test_two(self, function_value, class_value, module_value): assert notes == ["function"]
def test_after(): assert notes == ["function", "function", "class"]
"""
    run_source(pytester, HEAD + source, passed=3)


def test_methods_static_methods_and_class_methods_can_be_async_fixtures(pytester: pytest.Pytester) -> None:
    source = """
class Base:
    factor = 2
    @pytest.fixture
    async def method(self):
        self.seen = "by the method"
        yield self.factor * 10
        assert self.seen == "by the test"
    @pytest.fixture
    @staticmethod
    async def static(): return 20
    @pytest.fixture
    @classmethod
    async def of_class(cls): return cls.factor * 10
class TestIt(Base):
    factor = 3
    async def test_async(self, method, static, of_class):
        assert (method, static, of_class, self.seen) == (30, 20, 30, "by the method")
        self.seen = "by the test"
    def test_sync(self, method, static):
        assert (method, static, self.seen) == (30, 20, "by the method")
        self.seen = "by the test"
"""
    run_source(pytester, HEAD + source, passed=2)


def test_the_static_method_that_is_decorated_first_works_without_the_warning_of_pytest_9(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    pytester.makepyfile("""
        import pytest
        class TestIt:
            @staticmethod
            @pytest.fixture
            async def static(): return 20
            async def test_it(self, static): assert static == 20
    """)
    pytester.runpytest().assert_outcomes(passed=1)


def test_parametrized_async_fixtures_keep_the_ids_of_pytest(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(params=[1, 2], ids=["one", "two"])
async def number(request):
    await asyncio.sleep(0)
    yield request.param * 10
@pytest.fixture
async def doubled(request): return request.param * 2
async def test_params(number): assert number in (10, 20)
def test_params_sync(number): assert number in (10, 20)
@pytest.mark.parametrize("doubled", [1, 2], indirect=True)
async def test_indirect(doubled, request): assert doubled == request.node.callspec.params["doubled"] * 2
@pytest.mark.parametrize("plain", [7])
async def test_both(plain, number): assert plain == 7
"""
    pytester.makepyfile(test_it=HEAD + source)
    run(pytester, passed=8)
    listed = pytester.runpytest("--collect-only", "-q").outlines
    assert listed[:8] == [
        "test_it.py::test_params[one]",
        "test_it.py::test_params[two]",
        "test_it.py::test_params_sync[one]",
        "test_it.py::test_params_sync[two]",
        "test_it.py::test_indirect[1]",
        "test_it.py::test_indirect[2]",
        "test_it.py::test_both[one-7]",
        "test_it.py::test_both[two-7]",
    ]


def test_async_fixtures_support_autouse_usefixtures_and_names(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(autouse=True)
async def always(): notes.append("always")
@pytest.fixture(name="other_name")
async def function_name(): return "named"
@pytest.fixture
async def used(): notes.append("used")
@pytest.mark.usefixtures("used")
def test_sync(): assert notes == ["always", "used"]
async def test_async(other_name): assert notes == ["always", "used", "always"] and other_name == "named"
@pytest.mark.usefixtures("used")
class TestIt:
    async def test_method(self): assert notes[-2:] == ["always", "used"]
"""
    run_source(pytester, HEAD + source, passed=3)


def test_an_async_override_may_request_the_overridden_fixture(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest
        @pytest.fixture
        async def value(): return 1
        @pytest.fixture
        def becomes_async(): return 1
        @pytest.fixture
        async def becomes_sync(): return 1
    """)
    source = """
@pytest.fixture
async def value(value):
    yield value + 1
@pytest.fixture
async def becomes_async(becomes_async): return becomes_async + 1
@pytest.fixture
def becomes_sync(becomes_sync): return becomes_sync + 1
async def test_module(value, becomes_async, becomes_sync): assert (value, becomes_async, becomes_sync) == (2, 2, 2)
class TestIt:
    @pytest.fixture
    async def value(self, value): return value + 1
    def test_class(self, value): assert value == 3
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_decorated_fixture_function_is_called_through_its_decorator(pytester: pytest.Pytester) -> None:
    source = """
def traced(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs): return await function(*args, **kwargs)
    return wrapper
@pytest.fixture
def start(): return 40
@pytest.fixture
@traced
async def wrapped(start): return start + 3
@pytest.fixture
@contextlib.asynccontextmanager
async def manager(start): yield start + 4
async def test_it(wrapped, manager):
    assert wrapped == 43
    async with manager as value:
        assert value == 44
"""
    run_source(pytester, HEAD + source, passed=1)


def test_a_sync_fixture_that_returns_a_coroutine_is_not_awaited(pytester: pytest.Pytester) -> None:
    source = """
async def answer(): return 42
async def numbers(): yield 1
@pytest.fixture
def coroutine(): return answer()
@pytest.fixture
def generator(): return numbers()
async def test_it(coroutine, generator):
    assert await coroutine == 42
    assert [number async for number in generator] == [1]
"""
    run_source(pytester, HEAD + source, passed=1)
