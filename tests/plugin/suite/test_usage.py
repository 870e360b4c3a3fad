"""Old features in use: quiet, counted in one line of the summary; warned about or failed on when a team wants that."""

from __future__ import annotations

import sys

import pytest

from asyncshim.plugin.suite.usage import MESSAGES
from house.nested import run, run_source

# One module that uses everything once or more; the lines matter.
OLD = """\
import asyncio, pytest, pytest_asyncio                  # line 1

pytestmark = pytest.mark.asyncio                        # 3

@pytest.fixture(scope="module")
def event_loop():                                       # 5: where its decorator is
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()

@pytest_asyncio.fixture                                 # 11
async def number(event_loop):
    return 1

async def test_marked_by_module(number):
    pass

@pytest.mark.asyncio                                    # 18
async def test_marked(event_loop):
    pass

@pytest.mark.asyncio                                    # 22
class TestMethods:
    async def test_method(self):
        pass

@pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.asyncio)])
async def test_parameter(n):                            # 27
    pass

@pytest.mark.usefixtures("event_loop")                  # 31
def test_uses():
    pass

def test_sync(event_loop):                              # 35
    pass
"""
USES = {
    "ASH101": {18, 22},
    "ASH102": {3},
    "ASH103": {27},
    "ASH201": {11},
    "ASH302": {11, 18},
    "ASH303": {35},
    "ASH305": {5},
    "ASH308": {31},
}
# The module's marker is on its sync functions too; that they are no async functions is pytest-asyncio's own warning.
NOT_ASYNC = "-Wignore:The test <Function:pytest.PytestWarning"


def warned(result: pytest.RunResult) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for line in result.outlines:
        place, colon, text = line.strip().partition(": LegacyUsageWarning: ")
        if colon:
            found.setdefault(text.split()[0], set()).add(int(place.rsplit(":", 1)[1]))
    return found


def test_old_features_are_counted_by_rule_in_one_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(OLD)
    result = run(pytester, NOT_ASYNC, passed=6)
    counts = ", ".join(f"{len(lines)} of {code}" for code, lines in USES.items())
    lines = [line for line in result.outlines if line.startswith("asyncshim: ")]
    remedy = "`python -m asyncshim migrate` removes them or says why not"
    assert lines == [f"asyncshim: old features in use: {counts}; {remedy}"]


def test_the_command_of_the_summary_removes_what_was_counted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="import pytest\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n")
    result = run(pytester, passed=1)
    result.stdout.fnmatch_lines(["asyncshim: *1 of ASH101; `python -m asyncshim migrate` removes them or says why not"])
    pytester.run(sys.executable, "-m", "asyncshim", "migrate", "--allow-dirty", ".")
    run(pytester, passed=1).stdout.no_fnmatch_line("asyncshim: old features*")


@pytest.mark.parametrize("how", ["ini", "option"])
def test_warn_shows_each_place_once_with_file_and_line(pytester: pytest.Pytester, how: str) -> None:
    pytester.makepyfile(test_old=OLD)
    if how == "ini":
        pytester.makeini("[pytest]\nasyncshim_legacy = warn\n")
    result = pytester.runpytest(*([] if how == "ini" else ["--asyncshim-legacy=warn"]), "-Wdefault", NOT_ASYNC)
    result.assert_outcomes(passed=6, warnings=sum(map(len, USES.values())))
    assert warned(result) == USES
    result.stdout.fnmatch_lines(["*test_old.py:18: LegacyUsageWarning: ASH101 @pytest.mark.asyncio is not needed: *"])
    result.stdout.fnmatch_lines(["*; `python -m asyncshim migrate` rewrites it or says why not"])


def test_warnings_can_be_filtered_by_their_class(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(OLD)
    run(pytester, "--asyncshim-legacy=warn", NOT_ASYNC, "-Wignore::asyncshim.LegacyUsageWarning", passed=6)


def test_legacy_error_fails_every_test_that_uses_an_old_feature(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_old="""\
        import asyncio, pytest, pytest_asyncio

        @pytest_asyncio.fixture
        async def number():
            return 1

        async def test_new():
            pass

        @pytest.mark.asyncio
        async def test_marked():
            pass

        async def test_through_a_fixture(number):
            pass

        async def test_through_it_too(number):
            pass
        """
    )
    result = pytester.runpytest("--asyncshim-legacy=error")
    result.assert_outcomes(passed=1, errors=3)
    place = "*test_old.py:{}: {}*; `python -m asyncshim migrate` rewrites it or says why not (asyncshim_legacy = error)"
    result.stdout.fnmatch_lines([place.format(10, "ASH101"), place.format(3, "ASH201"), place.format(3, "ASH201")])


HEAD = "import asyncio, pytest, pytest_asyncio\n"
ALONE = {  # each use on line 2
    "ASH101": "@pytest.mark.asyncio\nasync def test_it(): pass\n",
    "ASH101 on a class": "@pytest.mark.asyncio\nclass TestIt:\n    async def test_it(self): pass\n",
    "ASH102": "pytestmark = pytest.mark.asyncio\nasync def test_it(): pass\n",
    "ASH103": '@pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.asyncio)])\n'
    "async def test_it(n): pass\n",
    "ASH105": "@pytest.mark.asyncio\n@pytest.fixture\ndef value(): pass\ndef test_it(value): pass\n",
    "ASH106": "@pytest.mark.asyncio\ndef test_it(): pass\n",
    "ASH201": "@pytest_asyncio.fixture\nasync def value(): pass\ndef test_it(value): pass\n",
    "ASH302": "async def test_it(event_loop): pass\n",
    "ASH302 in a fixture": "@pytest.fixture\nasync def value(event_loop): pass\ndef test_it(value): pass\n",
    "ASH303": "def test_it(event_loop): pass\n",
    "ASH303 in a fixture": "@pytest.fixture\ndef value(event_loop): pass\ndef test_it(value): pass\n",
    "ASH305": "@pytest.fixture\ndef event_loop(): return asyncio.new_event_loop()\nasync def test_it(): pass\n",
    "ASH307": "@pytest.fixture\ndef event_loop_policy(): return None\nasync def test_it(): pass\n",
    "ASH308": '@pytest.mark.usefixtures("event_loop")\ndef test_it(): pass\n',
}


@pytest.mark.parametrize(("use", "source"), ALONE.items(), ids=list(ALONE))
def test_error_fails_on_every_kind_of_use_with_file_and_line(pytester: pytest.Pytester, use: str, source: str) -> None:
    path = pytester.makepyfile(test_old=HEAD + source)
    result = pytester.runpytest("--asyncshim-legacy=error")
    result.assert_outcomes(errors=1)
    code = use[:6]
    assert f"{path}:2: {code} {MESSAGES[code]}; " in result.stdout.str()


def test_a_suite_without_old_features_gets_no_summary_line(pytester: pytest.Pytester) -> None:
    result = run_source(
        pytester,
        """
        import pytest

        @pytest.fixture
        async def number():
            yield 1

        async def test_it(number):
            assert number == 1
        """,
        "--asyncshim-legacy=error",
        passed=1,
    )
    result.stdout.no_fnmatch_line("asyncshim: *")


def test_marks_that_a_hook_adds_are_one_use(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.asyncio(loop_scope="session"))
        """
    )
    result = run_source(
        pytester,
        """
        async def test_one(): pass

        async def test_two(): pass
        """,
        passed=2,
    )
    result.stdout.fnmatch_lines(["asyncshim: old features in use: 1 of ASH107; *"])


def test_every_code_is_a_rule() -> None:
    from asyncshim_codemods.api import rules

    assert set(MESSAGES) <= set(rules())
