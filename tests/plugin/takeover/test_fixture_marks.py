"""``@pytest.mark.asyncio`` on fixtures: pytest 9 refuses it at import; under asyncshim it is ignored and counted."""

from __future__ import annotations

import pytest
from _pytest.fixtures import FixtureFunctionMarker
from _pytest.mark import structures

from asyncshim.plugin.takeover.fixture_marks import Tolerance
from house.nested import run, run_source

MARKED = """
import asyncio, pytest, pytest_asyncio

@pytest.mark.asyncio
@pytest.fixture
async def above():
    return await asyncio.sleep(0, "above")

@pytest.fixture
@pytest.mark.asyncio
async def below():
    return await asyncio.sleep(0, "below")

@pytest.fixture(scope="module")
@pytest.mark.asyncio(loop_scope="module")
async def below_with_arguments():
    yield "below"

@pytest.mark.asyncio(scope="module")
@pytest_asyncio.fixture(scope="module")
async def above_pytest_asyncio():
    yield "above"

@pytest_asyncio.fixture
@pytest.mark.asyncio
async def below_pytest_asyncio():
    return "below"

@pytest.mark.asyncio
@pytest.fixture
def plain():
    return "plain"

@pytest.mark.asyncio
async def test_functions(above, below, below_with_arguments, above_pytest_asyncio, below_pytest_asyncio, plain):
    assert [above, below, below_with_arguments] == ["above", "below", "below"]
    assert [above_pytest_asyncio, below_pytest_asyncio, plain] == ["above", "below", "plain"]

class TestMethods:
    @pytest.mark.asyncio
    @pytest.fixture
    async def above(self):
        yield self

    @pytest.fixture
    @pytest.mark.asyncio
    async def below(self):
        yield self

    @pytest.mark.asyncio
    async def test_method(self, above, below):
        assert above is below is self
"""
COUNT = 8


def test_both_orders_work_for_functions_and_methods(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, MARKED, "--strict-markers", passed=2)
    result.stdout.fnmatch_lines([f"asyncshim: old features in use: *{COUNT} asyncio markers on fixtures*"])


def test_strict_mode_ignores_the_mark_but_not_the_fixture(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest, pytest_asyncio

        @pytest.mark.asyncio
        @pytest_asyncio.fixture
        async def number():
            return 1

        @pytest.mark.asyncio
        async def test_it(number):
            assert number == 1
        """,
        "--asyncio-mode=strict",
        passed=1,
    )


def test_they_work_with_hypothesis_own_hook_into_the_decorator(pytester: pytest.Pytester) -> None:
    pytest.importorskip("hypothesis")
    pytester.makepyfile(test_marked=MARKED)
    pytester.makepyfile(
        test_given="""
        import pytest
        from hypothesis import HealthCheck, given, settings, strategies

        @pytest.fixture
        @pytest.mark.asyncio
        async def one():
            return 1

        @settings(max_examples=3, database=None, suppress_health_check=list(HealthCheck))
        @given(number=strategies.integers())
        async def test_given(one, number):
            assert one + number - number == 1
        """
    )
    result = run(pytester, "-p", "hypothesispytest", passed=3)
    result.stdout.fnmatch_lines(["plugins: *hypothesis-*", f"asyncshim: *{COUNT + 1} asyncio markers on fixtures*"])


def test_marks_on_fixtures_of_conftest_work(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.mark.asyncio
        @pytest.fixture(scope="session")
        async def number():
            yield 1
        """
    )
    result = run_source(pytester, "async def test_it(number): assert number == 1", passed=1)
    result.stdout.fnmatch_lines(["asyncshim: old features in use: 1 asyncio marker on a fixture; *"])


OF_THE_LOOP = """
import asyncio, pytest, pytest_asyncio

@pytest.mark.usefixtures("event_loop")
@pytest.fixture
def above():
    return asyncio.get_event_loop()

@pytest.fixture
@pytest.mark.usefixtures("event_loop")
async def below():
    return asyncio.get_running_loop()

@pytest.mark.usefixtures("event_loop")
@pytest.mark.asyncio
@pytest_asyncio.fixture
async def above_both():
    yield asyncio.get_running_loop()

@pytest.fixture(scope="module")
@pytest.mark.asyncio
@pytest.mark.usefixtures("event_loop")
async def below_both():
    return asyncio.get_running_loop()

class TestMethods:
    @pytest.mark.usefixtures("event_loop")
    @pytest.fixture
    def method(self):
        return asyncio.get_event_loop()

    @pytest.mark.asyncio
    async def test_it(self, above, below, above_both, below_both, method):
        assert {above, below, above_both, below_both, method} == {asyncio.get_running_loop()}
"""


@pytest.mark.parametrize("place", ["module", "conftest"])
def test_usefixtures_of_event_loop_is_ignored_and_counted_as_the_asyncio_mark_is(
    pytester: pytest.Pytester, place: str
) -> None:
    if place == "conftest":
        fixtures, classes, test = OF_THE_LOOP.partition("class TestMethods")
        pytester.makeconftest(fixtures)
        pytester.makepyfile(test_it="import asyncio, pytest\n" + classes + test)
    else:
        pytester.makepyfile(test_it=OF_THE_LOOP)
    result = run(pytester, "--strict-markers", passed=1)
    result.stdout.fnmatch_lines(["asyncshim: old features in use: 1 of ASH101, 2 of ASH105, *5 of ASH308*"])


OTHER_MARKS = """
import pytest

@pytest.mark.slow
@pytest.fixture
def above():
    return 1

@pytest.fixture
@pytest.mark.slow
@pytest.mark.usefixtures("other", "event_loop")
async def below():
    return 2

@pytest.mark.usefixtures("other")
@pytest.fixture
def other(): return 3

@pytest.mark.asyncio
@pytest.mark.parametrize("x", [1])
@pytest.fixture
async def mixed(): return 4
"""
USES_OTHERS = """
async def test_it(above, below, other, mixed, request):
    assert (above, below, other, mixed) == (1, 2, 3, 4)
    assert [mark.name for mark in request.node.iter_markers()] == ["asyncio"]
"""


@pytest.mark.parametrize("place", ["module", "conftest"])
@pytest.mark.parametrize("setting", ["ini", "-oasyncshim_fixture_marks=ignore", "--asyncshim-fixture-marks=ignore"])
def test_every_mark_on_a_fixture_is_ignored_where_the_suite_asks_for_it(
    pytester: pytest.Pytester, place: str, setting: str
) -> None:
    marker = "[pytest]\nmarkers = slow: slow\n"
    pytester.makeini(marker + "asyncshim_fixture_marks = ignore\n" if setting == "ini" else marker)
    if place == "conftest":
        pytester.makeconftest(OTHER_MARKS)
    pytester.makepyfile(test_it=USES_OTHERS if place == "conftest" else OTHER_MARKS + USES_OTHERS)
    arguments = () if setting == "ini" else (setting,)
    result = run(pytester, "--strict-markers", "--strict-config", *arguments, passed=1)
    result.stdout.fnmatch_lines(["asyncshim: old features in use: 1 of ASH105; *"])


def test_an_unknown_value_for_marks_on_fixtures_is_a_usage_error(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("-oasyncshim_fixture_marks=drop")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: 'drop' is not a valid asyncshim_fixture_marks. Valid values: refuse, ignore."])


@pytest.mark.skipif(pytest.version_tuple < (8,), reason="pytest says something about them since 8.0")
def test_other_marks_on_fixtures_are_handled_by_pytest(pytester: pytest.Pytester) -> None:
    source = """
    import pytest

    {}
    def number():
        return 1

    def test_it(number):
        pass
    """
    others = ("slow", 'usefixtures("tmp_path")', 'usefixtures("event_loop", "tmp_path")')
    orders = ("@pytest.mark.{}\n    @pytest.fixture", "@pytest.fixture\n    @pytest.mark.{}")
    for order in (order.format(mark) for order in orders for mark in others):
        pytester.makepyfile(test_it=source.format(order))
        pytester.makeini("[pytest]\nmarkers = slow: slow\n")
        with_us = pytester.runpytest()
        without = pytester.runpytest_subprocess("-p", "no:asyncshim")
        assert with_us.parseoutcomes() == without.parseoutcomes()
        with_us.stdout.fnmatch_lines(["*Marks *applied to fixtures*"])


def test_the_patched_checks_of_pytest_are_restored() -> None:
    before = FixtureFunctionMarker.__call__, structures.store_mark
    tolerance = Tolerance()
    tolerance.begin()
    assert (FixtureFunctionMarker.__call__, structures.store_mark) != before
    tolerance.end()
    assert (FixtureFunctionMarker.__call__, structures.store_mark) == before


def test_a_check_that_another_plugin_wrapped_is_not_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis' plugin wraps the gate when it is imported, once in a process."""
    monkeypatch.setattr(FixtureFunctionMarker, "__call__", lambda marker, function: function)
    tolerance = Tolerance()
    tolerance.begin()
    ours = FixtureFunctionMarker.__call__

    def others(marker: FixtureFunctionMarker, function: object) -> object:
        return ours(marker, function)  # type: ignore[arg-type]

    monkeypatch.setattr(FixtureFunctionMarker, "__call__", others)
    tolerance.end()
    assert FixtureFunctionMarker.__call__ is others

    def marked() -> None: ...

    marked.pytestmark = [pytest.mark.asyncio.mark]  # type: ignore[attr-defined]
    pytest.fixture(marked)
    assert hasattr(marked, "pytestmark")
    assert not tolerance.uses


def test_an_inner_session_does_not_restore_the_checks_of_the_outer_one(pytester: pytest.Pytester) -> None:
    """pytester in process: the inner session must neither wrap a second time nor unwrap."""
    pytester.makeconftest('pytest_plugins = ["pytester"]')
    run_source(
        pytester,
        '''
        import pytest

        def test_inner(pytester):
            pytester.makepyfile("""
                import pytest

                @pytest.fixture
                @pytest.mark.asyncio
                async def number():
                    return 1

                async def test_it(number):
                    assert number == 1
            """)
            pytester.runpytest_inprocess().assert_outcomes(passed=1)

        def test_outer():
            @pytest.fixture
            @pytest.mark.asyncio
            async def number():
                return 1
        ''',
        passed=2,
    )
