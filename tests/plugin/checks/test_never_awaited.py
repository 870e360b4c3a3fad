"""``asyncshim_never_awaited``: coroutines that a test creates and nobody awaits."""

from __future__ import annotations

import sys
import warnings

import pytest

from asyncshim.plugin.checks import never_awaited

HOOK = "_warn_unawaited_coroutine"
ERROR = "--asyncshim-never-awaited=error"
SUITE = """
import asyncio, gc, warnings

import pytest

KEPT = []

async def fetch(): pass
def make(): return fetch()

async def test_drops(): make()
def test_is_synchronous(): fetch()

async def test_leaves_a_cycle():
    cycle = [fetch()]
    cycle.append(cycle)

async def test_keeps_it_for_the_next_test(): KEPT.append(fetch())
async def test_drops_that_of_the_former_test(): KEPT.clear()
async def test_keeps_it_to_the_end(): KEPT.append(fetch())

@pytest.fixture
async def dropping():
    fetch()
    yield
    fetch()

async def test_has_a_fixture_that_drops(dropping): pass
"""
INNOCENT = """
import asyncio, gc, warnings

import pytest

LATER = []

async def fetch(): pass
AT_IMPORT = fetch()

async def test_awaits(): await fetch()
async def test_closes(): fetch().close()
async def test_has_a_task(): asyncio.create_task(fetch())
async def test_keeps_it(): LATER.append(fetch())
async def test_awaits_later(): await LATER.pop()

def test_expects_the_warning():
    with pytest.warns(RuntimeWarning, match="coroutine 'fetch' was never awaited"):
        fetch()
        gc.collect()

def test_records_warnings(recwarn):
    fetch()
    gc.collect()
    assert len(recwarn) == 1

@pytest.mark.filterwarnings("ignore:coroutine 'fetch' was never awaited")
def test_ignores_the_warning(): fetch()

def test_suppresses_the_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fetch()

def test_of_a_coroutine_made_at_import():
    global AT_IMPORT
    AT_IMPORT.close()
"""


@pytest.mark.parametrize("workers", [[], ["-p", "xdist", "-n1"]], ids=["alone", "xdist"])
def test_the_test_that_created_the_coroutine_fails(pytester: pytest.Pytester, workers: list[str]) -> None:
    if workers:
        pytest.importorskip("xdist")
    pytester.makepyfile(test_it=SUITE)
    result = pytester.runpytest_subprocess(ERROR, "-W", "error", "-rA", *workers)
    result.assert_outcomes(passed=3, failed=3, errors=4)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    for test, place in {
        "test_drops": 8,
        "test_is_synchronous": 11,
        "test_leaves_a_cycle": 14,
        "test_keeps_it_for_the_next_test": 17,
        "test_keeps_it_to_the_end": 19,
        "test_has_a_fixture_that_drops": 23,
    }.items():
        text = f"test_it.py::{test}: the coroutine 'fetch' was never awaited (created at test_it.py:{place})"
        assert text in result.outlines
    for test in ("test_keeps_it_for_the_next_test", "test_keeps_it_to_the_end", "test_has_a_fixture_that_drops"):
        result.stdout.fnmatch_lines([f"ERROR test_it.py::{test}*"])
    result.stdout.fnmatch_lines(["PASSED test_it.py::test_drops_that_of_the_former_test"])


def test_coroutines_that_are_awaited_closed_or_expected_fail_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=INNOCENT)
    pytester.runpytest_subprocess(ERROR).assert_outcomes(passed=10)


def test_the_option_can_ignore_them(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SUITE, test_other=INNOCENT)
    pytester.runpytest_subprocess("--asyncshim-never-awaited=ignore", "-W", "error").assert_outcomes(passed=17)


def test_by_default_python_warns_as_ever(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys, warnings
        async def fetch(): pass
        async def test_it():
            assert warnings._warn_unawaited_coroutine.__module__ in ("warnings", "_py_warnings")
            assert sys.get_coroutine_origin_tracking_depth() == 0
            fetch()
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*RuntimeWarning: coroutine 'fetch' was never awaited"])


def test_what_was_replaced_is_restored(pytester: pytest.Pytester) -> None:
    hook, depth = getattr(warnings, HOOK), sys.get_coroutine_origin_tracking_depth()
    pytester.makepyfile("async def fetch(): pass\nasync def test_it(): fetch()")
    pytester.runpytest(ERROR).assert_outcomes(failed=1)
    assert getattr(warnings, HOOK) is hook
    assert sys.get_coroutine_origin_tracking_depth() == depth


def test_many_coroutines_give_a_short_report(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        KEPT = []
        async def fetch(): pass
        async def test_drops():
            for _ in range(5000): fetch()
        async def test_keeps(): KEPT.extend(fetch() for _ in range(5000))
        """
    )
    result = pytester.runpytest(ERROR)
    result.assert_outcomes(passed=1, failed=1, errors=1)
    result.stdout.fnmatch_lines(["4950 more coroutines were never awaited"])
    assert len(result.outlines) < 250


def test_a_coroutine_of_another_thread_has_the_place_of_its_definition(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import threading
        async def fetch(): pass
        def test_it():
            thread = threading.Thread(target=fetch)
            thread.start()
            thread.join()
        """
    )
    result = pytester.runpytest(ERROR)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the coroutine 'fetch' was never awaited (defined at test_it.py:2)"])


def test_only_filters_that_apply_to_the_text_ignore_it() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert not never_awaited._is_ignored("coroutine 'fetch' was never awaited")
        warnings.filterwarnings("ignore", "coroutine 'other'", RuntimeWarning)
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        assert not never_awaited._is_ignored("coroutine 'fetch' was never awaited")
        warnings.filterwarnings("ignore", "coroutine 'fetch'")
        assert never_awaited._is_ignored("coroutine 'fetch' was never awaited")


def test_a_baseline_accepts_the_coroutines_of_today_and_a_new_one_fails(pytester: pytest.Pytester) -> None:
    accepted = "async def save(): pass\nasync def test_old(): save()\n"
    pytester.makepyfile(test_it=accepted)
    options = ("--asyncshim-never-awaited=error", "--asyncshim-baseline=accepted.json")
    pytester.runpytest(*options, "--asyncshim-update-baseline").assert_outcomes(passed=1)
    pytester.makepyfile(test_it=f"{accepted}async def test_new(): save()\n")
    result = pytester.runpytest(*options)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*test_new: the coroutine 'save' was never awaited *", "FAILED *::test_new*"])
