"""``asyncio.get_event_loop()`` answers even in the test that is the first to import asyncio."""

from __future__ import annotations

import sys

import pytest

NOBODY = ("-p", "no:debugging", "-p", "no:unraisableexception", "-p", "no:threadexception")  # of those that import it


@pytest.fixture(params=[False, True], ids=["beside others", "alone"], autouse=True)
def _plugins(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without other plugins, asyncshim does nothing at the set-up of tests before the import."""
    if request.param:
        load_nothing_else(monkeypatch)


def load_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "asyncshim.plugin")


def run_apart(pytester: pytest.Pytester, source: str, *options: str, **outcomes: int) -> pytest.RunResult:
    pytester.makepyfile(test_it=source)
    result = pytester.runpytest_subprocess("-W", "error", *NOBODY, *options)
    result.assert_outcomes(**outcomes)
    return result


def test_a_test_that_imports_asyncio_finds_the_loop_of_the_session(pytester: pytest.Pytester) -> None:
    source = """
import sys
def test_before(): assert "asyncio" not in sys.modules
def test_imports():
    import asyncio
    loop = asyncio.get_event_loop()
    assert loop.run_until_complete(asyncio.sleep(0, 42)) == 42
    sys.loop_of_the_test = loop
    assert type(asyncio.__loader__).exec_module.__get__(asyncio.__loader__) == asyncio.__loader__.exec_module
async def test_async():
    import asyncio
    assert asyncio.get_running_loop() is sys.loop_of_the_test
"""
    run_apart(pytester, source, passed=3)


def test_a_fixture_that_imports_a_submodule_of_asyncio_gets_a_current_loop(pytester: pytest.Pytester) -> None:
    source = """
import pytest, sys
@pytest.fixture(scope="session")
def loop():
    from asyncio.events import get_event_loop
    return get_event_loop()
def test_it(loop):
    import asyncio
    assert loop is asyncio.get_event_loop() and not loop.is_closed()
"""
    run_apart(pytester, source, passed=1)


def test_no_import_finder_is_left_in_the_process_if_asyncio_is_not_imported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="def test_it(): pass\n")
    code = f"""
import sys, pytest
before = list(sys.meta_path)
assert pytest.main(["-q", *{NOBODY!r}]) == 0
names = [type(finder).__name__ for finder in sys.meta_path if finder not in before]
assert "LateImport" not in names, names
assert "asyncio" not in sys.modules
"""
    result = pytester.run(sys.executable, "-c", code)
    assert result.ret == 0, result.stderr.str()


def test_an_asyncio_that_cannot_be_imported_raises_its_own_error(pytester: pytest.Pytester) -> None:
    source = """
import importlib.machinery, pytest, sys
def test_it(monkeypatch):
    monkeypatch.setattr(importlib.machinery.PathFinder, "find_spec", lambda *arguments: None)
    with pytest.raises(ModuleNotFoundError, match="No module named 'asyncio'"):
        import asyncio
"""
    run_apart(pytester, source, passed=1)


def test_sync_tests_before_and_after_the_import_of_asyncio_are_like_those_of_an_async_suite(
    pytester: pytest.Pytester,
) -> None:
    source = """
import pytest, sys
loops = []
@pytest.fixture
async def resource(): return 1
def test_first(): pass
def test_second(): assert "asyncio" not in sys.modules
def test_leaves_a_timer():
    import asyncio
    loop = asyncio.get_event_loop()
    loops.append(loop)
    loop.mark_of_the_test = 1
    loop.call_later(60, print)
def test_finds_a_fresh_loop():
    import asyncio
    loop = asyncio.get_event_loop()
    assert loop is loops[0] and not hasattr(loop, "mark_of_the_test") and not loop._scheduled
@pytest.mark.own_runner
def test_has_its_own(resource):
    assert resource == 1
def test_does_not_see_it(resource):
    import asyncio
    assert asyncio.get_event_loop() is loops[0]
"""
    run_apart(pytester, source, passed=6)


def test_the_first_to_import_asyncio_may_have_a_runner_of_its_own(pytester: pytest.Pytester) -> None:
    source = """
import pytest, sys
loops = []
@pytest.fixture
async def loop():
    import asyncio
    return asyncio.get_running_loop()
def test_first(): assert "asyncio" not in sys.modules
@pytest.mark.own_runner
def test_has_its_own(loop): loops.append(loop)
def test_shares(loop): assert loop is not loops[0] and loops[0].is_closed()
"""
    run_apart(pytester, source, passed=3)


IS_ASKED = """
import pytest, sys
def is_asked(request):
    found = request.config.hook.pytest_runtest_setup.get_hookimpls()
    return any(each.function.__module__ == "asyncshim.plugin.hooks" for each in found)
def test_first(): pass
"""


def test_no_hook_is_called_at_the_set_up_of_a_test_before_the_import(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_nothing_else(monkeypatch)
    source = f"""{IS_ASKED}
def test_second(request): assert not is_asked(request)
def test_imports(request):
    import asyncio
    assert is_asked(request)
def test_after(request): assert is_asked(request)
"""
    run_apart(pytester, source, passed=4)


def test_an_import_that_no_finder_sees_is_noticed_when_the_test_ends(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_nothing_else(monkeypatch)
    source = f"""{IS_ASKED}
def test_imports(request, monkeypatch):
    finders = [each for each in sys.meta_path if type(each).__name__ != "LateImport"]
    assert len(finders) < len(sys.meta_path)
    monkeypatch.setattr(sys, "meta_path", finders)
    import asyncio
    assert not is_asked(request)
def test_after(request): assert is_asked(request)
"""
    run_apart(pytester, source, passed=3)


@pytest.mark.parametrize("hook", ["pytest_runtest_setup", "pytest_runtest_protocol"])
def test_the_hook_is_called_where_a_conftest_may_change_what_a_test_requests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, hook: str
) -> None:
    load_nothing_else(monkeypatch)
    pytester.makeconftest(f"def {hook}(item): pass")
    run_apart(pytester, f"{IS_ASKED}def test_second(request): assert is_asked(request)", passed=2)


def test_a_request_for_event_loop_after_plain_tests_is_an_old_feature_in_use(pytester: pytest.Pytester) -> None:
    source = """
def test_first(): pass
def test_second(): pass
def test_asks(event_loop): assert not event_loop.is_running()
"""
    result = run_apart(pytester, source, passed=3)
    result.stdout.fnmatch_lines(["*old features in use: 1 request for event_loop;*"])


def test_a_test_that_returns_a_coroutine_after_plain_tests_fails_by_name(pytester: pytest.Pytester) -> None:
    source = """
async def work(): pass
def test_first(): pass
def test_second(): pass
def test_returns(): return work()
"""
    result = run_apart(pytester, source, passed=2, failed=1)
    result.stdout.fnmatch_lines(["*test_returns*the test returned a coroutine that is never awaited*"])


def test_a_marked_fixture_that_a_test_defines_is_an_old_feature_in_use(pytester: pytest.Pytester) -> None:
    source = """
import pytest
def test_first(): pass
def test_defines():
    @pytest.mark.asyncio
    @pytest.fixture
    def value(): pass
def test_last(): pass
"""
    result = run_apart(pytester, source, passed=3)
    result.stdout.fnmatch_lines(["*old features in use: 1 asyncio marker on a fixture;*"])


@pytest.mark.parametrize("where", ["set-up", "tear-down"])
def test_what_a_fixture_leaves_that_imports_asyncio_is_reported_for_its_test(
    pytester: pytest.Pytester, where: str
) -> None:
    source = f"""
import pytest
def leave():
    import asyncio
    asyncio.get_event_loop().call_later(60, print)
@pytest.fixture
def resource():
    if {where == "set-up"}: leave()
    yield
    if {where == "tear-down"}: leave()
def test_first(): pass
def test_second(): pass
def test_uses(resource): pass
def test_last(): pass
"""
    result = run_apart(pytester, source, "--asyncshim-leaks=error", "-p", "no:randomly", passed=4, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_uses*", "*timer*test_it.py::test_uses*"])
