"""Which Runner a test or fixture gets where that is not the one shared Runner."""

from __future__ import annotations

import asyncio

import pytest

from asyncshim.plugin.suite.options import load_factory
from house.loops import HEAD, Loops
from house.nested import run, run_source

# Other factories


def test_a_runner_for_each_distinct_factory_and_no_more(pytester: pytest.Pytester, loops: Loops) -> None:
    pytester.makeconftest("""
        import asyncio
        class One(asyncio.SelectorEventLoop): pass
        class Two(asyncio.SelectorEventLoop): pass
        def pytest_asyncio_loop_factories(config, item): return {"one": One, "two": Two, "again": One}
    """)
    source = """
@pytest.mark.parametrize("number", [1, 2])
async def test_it(number, function_loop, request):
    loop = asyncio.get_running_loop()
    assert loop is function_loop
    assert type(loop).__name__ == ("Two" if "two" in request.node.name else "One")
"""
    run_source(pytester, HEAD + source, passed=6)
    assert sorted(type(loop).__name__ for loop in loops.made) == ["One", "Two"]
    assert len(loops.closed) == 2


def test_a_factory_that_the_settings_name_makes_the_one_loop(pytester: pytest.Pytester, loops: Loops) -> None:
    pytester.makeini("[pytest]\nasyncshim_loop_factory = own_loop:make\npythonpath = .\n")
    pytester.makepyfile(
        own_loop="import asyncio\nclass Own(asyncio.SelectorEventLoop): pass\ndef make(): return Own()\n",
        test_it="import asyncio\nasync def test_it(): assert type(asyncio.get_running_loop()).__name__ == 'Own'",
    )
    run(pytester, passed=1)
    assert [type(loop).__name__ for loop in loops.made] == ["Own"]
    assert loops.closed == loops.made


def test_what_names_no_factory_is_a_usage_error() -> None:
    assert load_factory(None) is None
    assert load_factory("asyncio:SelectorEventLoop") is asyncio.SelectorEventLoop
    for path in ("asyncio", "asyncio:NoLoop", "no_such_module:Loop", ":"):
        with pytest.raises(
            pytest.UsageError, match=f"asyncshim_loop_factory = {path}: .*; module:callable is expected"
        ):
            load_factory(path)


# A Runner for each loop scope

ISOLATED = """
class TestOne:
    async def test_one(self, function_loop): loops.append((function_loop, asyncio.get_running_loop()))
    async def test_two(self, function_loop): loops.append((function_loop, asyncio.get_running_loop()))
def test_two_loops():
    (one, same), (two, also) = loops
    assert one is same and two is also and one is not two and one.is_closed() and two.is_closed()
"""


def test_nested_runs_inherit_the_environment(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASYNCSHIM_RUNNER", "loop_scope")
    pytester.makepyfile(test_inner=HEAD + ISOLATED)
    pytester.makepyfile(
        test_outer="import subprocess, sys\n"
        "def test_it(): assert not subprocess.call([sys.executable, '-m', 'pytest', 'test_inner.py'])\n"
    )
    pytester.runpytest_subprocess("test_outer.py").assert_outcomes(passed=1)


def test_each_function_class_module_package_and_session_gets_a_fresh_loop(
    pytester: pytest.Pytester, loops: Loops
) -> None:
    source = """
import asyncio, pytest, shared
@pytest.mark.parametrize("time", [1, 2])
class Base:
    @pytest.mark.asyncio(loop_scope="function")
    async def test_function(self, time): shared.note("function", asyncio.get_running_loop())
    @pytest.mark.asyncio(loop_scope="class")
    async def test_class(self, time): shared.note("class", asyncio.get_running_loop())
    @pytest.mark.asyncio(loop_scope="module")
    async def test_module(self, time): shared.note("module", asyncio.get_running_loop())
    @pytest.mark.asyncio(loop_scope="package")
    async def test_package(self, time): shared.note("package", asyncio.get_running_loop())
    @pytest.mark.asyncio(loop_scope="session")
    async def test_session(self, time): shared.note("session", asyncio.get_running_loop())
class TestOne(Base): pass
class TestTwo(Base): pass
"""
    pytester.makeini("[pytest]\npythonpath = .\n")
    pytester.makepyfile(
        shared="from collections import defaultdict\nloops = defaultdict(dict)\n"
        "def note(scope, loop): loops[scope][id(loop)] = loop\n"
    )
    for package in ("one", "two"):
        pytester.mkpydir(package)
        for module in ("test_a.py", "test_b.py"):
            (pytester.path / package / module).write_text(source, encoding="utf-8")
    # two parameters x two classes x two modules x two packages
    count = "import shared\ndef test_count(): assert {k: len(v) for k, v in shared.loops.items()} == " + repr(
        {"function": 16, "class": 8, "module": 4, "package": 2, "session": 1}
    )
    pytester.makepyfile(test_z=count)
    run(pytester, "--asyncshim-runner=loop_scope", "one", "two", "test_z.py", passed=81)
    assert len(loops.closed) == len(loops.made)


# A Runner of its own for one test or class


def test_own_runner_applies_to_function_scoped_fixtures_and_not_to_wider_ones(
    pytester: pytest.Pytester, loops: Loops
) -> None:
    source = """
@pytest.mark.own_runner
async def test_own(session_loop, module_loop, function_loop):
    assert asyncio.get_running_loop() is function_loop is not session_loop
    assert session_loop is module_loop
    loops.append(function_loop)
async def test_next(session_loop, module_loop, function_loop):
    assert asyncio.get_running_loop() is function_loop is session_loop is module_loop
    assert loops[0].is_closed()
@pytest.mark.own_runner
def test_own_sync(function_loop, session_loop):
    assert asyncio.get_event_loop() is function_loop is not session_loop
    assert function_loop not in loops
"""
    run_source(pytester, HEAD + source, "--strict-markers", passed=3)
    assert len(loops.made) == len(loops.closed) == 3


def test_own_runner_on_a_class_is_one_for_the_class(pytester: pytest.Pytester, loops: Loops) -> None:
    source = """
@pytest.mark.own_runner
class TestOwn:
    async def test_one(self, function_loop, class_loop, session_loop):
        assert asyncio.get_running_loop() is function_loop is class_loop is not session_loop
        loops.append(class_loop)
    async def test_two(self, function_loop, class_loop):
        assert asyncio.get_running_loop() is function_loop is class_loop is loops[0]
        assert not class_loop.is_closed()
async def test_next(session_loop):
    assert loops[0].is_closed()
    assert asyncio.get_running_loop() is session_loop
"""
    run_source(pytester, HEAD + source, passed=3)
    assert len(loops.made) == len(loops.closed) == 2


GENERATOR = """
@pytest.fixture
async def around():
    loop = asyncio.get_running_loop()
    loops.append(loop)
    task = asyncio.create_task(asyncio.sleep(3600))
    yield loop
    assert asyncio.get_running_loop() is loop and not task.done()
    task.cancel()
@pytest.fixture
def through_sync(around): return around
"""


def test_both_halves_of_a_fixture_run_on_the_runner_of_the_test_that_has_its_own(
    pytester: pytest.Pytester, loops: Loops
) -> None:
    source = """
@pytest.mark.own_runner
class TestOwn:
    async def test_one(self, around, through_sync, class_loop):
        assert asyncio.get_running_loop() is around is through_sync is class_loop
    def test_two(self, around, class_loop): assert around is class_loop is loops[0] is asyncio.get_event_loop()
class TestMethod:
    @pytest.mark.own_runner
    async def test_own(self, around, through_sync, class_loop):
        assert asyncio.get_running_loop() is around is through_sync is not class_loop
    async def test_shared(self, around, class_loop): assert asyncio.get_running_loop() is around is class_loop
def test_three_loops(): assert len(set(loops)) == 3 and [loop.is_closed() for loop in loops] == [True] * 3 + [False]
"""
    run_source(pytester, HEAD + GENERATOR + source, passed=5)
    assert len(loops.made) == len(loops.closed) == 3


def test_own_runner_on_a_module_is_one_for_each_test(pytester: pytest.Pytester, loops: Loops) -> None:
    source = """
pytestmark = pytest.mark.own_runner
async def test_one(function_loop): assert asyncio.get_running_loop() is function_loop
async def test_two(function_loop): assert asyncio.get_running_loop() is function_loop
"""
    run_source(pytester, HEAD + source, passed=2)
    assert len(loops.made) == len(loops.closed) == 2


def test_a_ruined_own_runner_does_not_affect_other_tests(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.own_runner
def test_ruins(function_loop): function_loop.close()
async def test_next(function_loop): await asyncio.sleep(0)
"""
    run_source(pytester, HEAD + source, "-W", "ignore::asyncshim.LoopClosedWarning", passed=2)
