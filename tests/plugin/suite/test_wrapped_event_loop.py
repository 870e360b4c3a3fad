"""Plugins that wrap the set-up of the built-in ``event_loop`` see a fresh loop for each test again."""

from __future__ import annotations

import pytest

from house.nested import run, run_source

# What looptime does: the loop of a marked test changes its class, and its clock with it.
CLOCK = """
import asyncio, pytest

class Skipping(asyncio.SelectorEventLoop):
    def time(self):
        return super().time() + self.__dict__.setdefault("skipped", 0)
    def _run_once(self):
        if not self._ready and self._scheduled:
            self.skipped = self.__dict__.get("skipped", 0) + max(0, self._scheduled[0]._when - self.time())
        super()._run_once()

@pytest.hookimpl(hookwrapper=True{order})
def pytest_fixture_setup(fixturedef, request):
    result = yield
    if fixturedef.argname == "event_loop" and request.node.get_closest_marker("skipping"):
        result.get_result().__class__ = Skipping

def pytest_configure(config):
    config.addinivalue_line("markers", "skipping: without waiting")
"""
SUITE = """
import asyncio, time, pytest

@pytest.fixture
async def slow_fixture():
    await asyncio.sleep(0)
    return asyncio.get_running_loop()

@pytest.mark.skipping
async def test_virtual(slow_fixture):
    assert slow_fixture is asyncio.get_running_loop()
    begin = time.monotonic()
    await asyncio.sleep(3600)
    assert time.monotonic() - begin < 60

async def test_real(slow_fixture):
    loop = asyncio.get_running_loop()
    assert type(loop) is asyncio.SelectorEventLoop is type(slow_fixture)
    begin = time.monotonic()
    await asyncio.sleep(0.02)
    assert time.monotonic() - begin >= 0.015

@pytest.mark.skipping
async def test_virtual_again():
    await asyncio.sleep(3600)

def test_sync(event_loop):
    assert event_loop.run_until_complete(asyncio.sleep(0, 7)) == 7
"""


@pytest.mark.parametrize("order", ["", ", tryfirst=True", ", trylast=True"])
def test_virtual_time_reaches_the_marked_tests_and_no_other(pytester: pytest.Pytester, order: str) -> None:
    pytester.makepyfile(skipping_plugin=CLOCK.format(order=order))
    pytester.makepyfile(test_it=SUITE)
    pytester.syspathinsert()
    result = run(pytester, "-p", "skipping_plugin", passed=4)
    assert "ASH305" not in result.stdout.str()


def test_an_override_of_the_suite_is_used_before_a_wrapped_event_loop(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(skipping_plugin=CLOCK.format(order=""))
    pytester.makeconftest(
        """
        import asyncio, pytest
        class Own(asyncio.SelectorEventLoop): pass
        @pytest.fixture
        def event_loop():
            loop = Own()
            yield loop
            loop.close()
        """
    )
    pytester.makepyfile(
        test_it="""
        import asyncio
        from conftest import Own
        async def test_it(): assert isinstance(asyncio.get_running_loop(), Own)
        """
    )
    pytester.syspathinsert()
    run(pytester, "-p", "skipping_plugin", passed=1)


def test_other_fixture_hooks_change_nothing(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest
        @pytest.hookimpl(hookwrapper=True)
        def pytest_fixture_setup(fixturedef, request):
            yield
        """
    )
    run_source(
        pytester,
        """
        import asyncio
        loops = set()
        async def test_one(): loops.add(asyncio.get_running_loop())
        async def test_two(): assert loops == {asyncio.get_running_loop()}
        """,
        passed=2,
    )
