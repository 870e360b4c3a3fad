"""An async test runs whoever calls it, and whoever looks at its function."""

from __future__ import annotations

import pytest

from asyncshim.plugin.suite import callers

SUITE = """
import asyncio
async def test_async():
    await asyncio.sleep(0)
async def test_fails():
    await asyncio.sleep(0)
    assert False, "it has run"
def test_plain(): pass
"""
OWN_CLASS = """
import pytest
class Called(pytest.Function):
    def runtest(self):
        assert self.obj() is None
@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(collector, name, obj):
    found = yield
    if not name.startswith("test_"):
        return found
    return [Called.from_parent(collector, name=name)]
"""
OWN_METHOD = """
def pytest_collection_modifyitems(items):
    for item in items:
        item.runtest = lambda item=item: item.obj()
"""
HOOK_OF_CALL = """
def pytest_runtest_call(item):
    assert item.obj.__name__ == item.name
"""
HOOK_OF_FUNCTION = """
def pytest_pyfunc_call(pyfuncitem):
    pyfuncitem.obj()
    return True
"""


@pytest.mark.parametrize("conftest", ["", OWN_CLASS, OWN_METHOD, HOOK_OF_CALL, HOOK_OF_FUNCTION])
def test_an_async_test_runs_whoever_calls_it(conftest: str, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(conftest)
    pytester.makepyfile(SUITE)
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: it has run*"])


@pytest.mark.parametrize(("conftest", "expected"), [("", False), (OWN_CLASS, True), (HOOK_OF_CALL, True)])
def test_other_callers_are_known_before_the_first_test(
    conftest: str, expected: bool, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(callers, "has_foreign_hooks", _of_conftest)
    monkeypatch.delitem(__import__("sys").modules, "greenlet", raising=False)

    class Look:
        def pytest_collection_finish(self, session: pytest.Session) -> None:
            seen.append(callers.exist(session))

    pytester.makeconftest(conftest)
    pytester.makepyfile("def test_plain(): pass")
    pytester.inline_run(plugins=[Look()])
    assert seen == [expected]


def _of_conftest(hook: object) -> bool:
    """Return whether a conftest implements *hook*: plugins that happen to be installed do not count here."""
    found = getattr(hook, "get_hookimpls", list)()
    return any(implementation.function.__module__ == "conftest" for implementation in found)


def test_items_that_are_no_functions_are_collected_beside_async_tests(pytester: pytest.Pytester) -> None:
    source = """
        import asyncio
        def documented():
            \"\"\"
            >>> import asyncio
            >>> asyncio.get_event_loop().run_until_complete(asyncio.sleep(0, 3))
            3
            \"\"\"
        async def test_it(): await asyncio.sleep(0)
    """
    pytester.makepyfile(source)
    for order in ([], ["-k", "documented"]):
        result = pytester.runpytest("--doctest-modules", "-W", "error", *order)
        result.assert_outcomes(passed=1 if order else 2, deselected=1 if order else 0)
