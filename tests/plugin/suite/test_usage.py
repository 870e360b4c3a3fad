"""Old features in use: quiet, counted in one line of the summary; warned about or failed on when a team wants that."""

from __future__ import annotations

import json
import sys
from collections import Counter

import pytest

from asyncshim.plugin.suite.usage import FEATURES, MESSAGES
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


def test_old_features_are_counted_by_name_in_one_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(OLD)
    result = run(pytester, NOT_ASYNC, passed=6)
    lines = [line for line in result.outlines if line.startswith("asyncshim: ")]
    uses = "4 asyncio markers, 1 pytest_asyncio.fixture, 4 requests for event_loop, 1 event_loop override"
    assert lines == [f"asyncshim: old features in use: {uses}; `asyncshim migrate` removes them or says why not"]


def test_the_command_of_the_summary_removes_what_was_counted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="import pytest\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n")
    result = run(pytester, passed=1)
    result.stdout.fnmatch_lines(["asyncshim: *1 asyncio marker; `asyncshim migrate` removes them or says why not"])
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
    result.stdout.fnmatch_lines(["asyncshim: old features in use: 1 asyncio marker; *"])


def test_every_code_is_a_rule_and_belongs_to_a_feature() -> None:
    from asyncshim_codemods.api import rules

    codes = [code for feature in FEATURES for code in feature.codes]
    assert set(MESSAGES) <= set(codes) <= set(rules())
    assert len(codes) == len(set(codes))


def test_a_request_by_name_is_counted_where_it_is(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""\
        def ask(request):
            return request.getfixturevalue("event_loop")

        async def test_it(request):
            assert ask(request)
        """
    )
    result = pytester.runpytest("--asyncshim-legacy=warn", "-Wdefault")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*test_it.py:2: LegacyUsageWarning: ASH331 *"])
    result.stdout.fnmatch_lines(["asyncshim: old features in use: 1 request for event_loop; *"])


# Suites, and how many uses of each feature the summary and `asyncshim check` count.
AGREED = {
    "a suite of today": (
        "",
        "import pytest\n\n@pytest.fixture\nasync def value(): pass\n\nasync def test_it(value): pass\n",
    ),
    "every feature": ("", OLD),
    "markers with arguments": (
        "",
        """\
import pytest

@pytest.mark.asyncio(loop_scope="module")
async def test_one(): pass

@pytest.mark.asyncio(loop_scope="class")
class TestIt:
    @pytest.mark.parametrize("n", [1, 2])
    async def test_two(self, n): pass

    @pytest.mark.asyncio
    @pytest.mark.skip
    async def test_three(self): pass

@pytest.mark.asyncio
def test_sync(): pass
""",
    ),
    "excluded by comments": (
        "",
        """\
import pytest

@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.asyncio  # asyncshim: ignore[ASH101]
async def test_one(n): pass

# Why: it is read by a tool.
# asyncshim: ignore
@pytest.mark.asyncio
async def test_two(): pass

async def test_three(event_loop):  # asyncshim: ignore[ASH3]
    pass

@pytest.mark.asyncio  # asyncshim: ignore[ASH5]
async def test_four(): pass
""",
    ),
    "a module's marker excluded by a comment": (
        "",
        "import pytest\npytestmark = [\n    pytest.mark.asyncio,\n]  # asyncshim: ignore\nasync def test_it(): pass\n",
    ),
    "a rule that is ignored": (
        'ignore = ["ASH1"]',
        "import pytest\n\n@pytest.mark.asyncio\nasync def test_it(): pass\n",
    ),
    "rules that are selected": (
        'select = ["ASH3"]',
        "import pytest\n\n@pytest.mark.asyncio\nasync def test_it(event_loop): print(event_loop)\n",
    ),
    "a file that is excluded": (
        'exclude = ["test_*.py"]',
        "import pytest\n\n@pytest.mark.asyncio\nasync def test_it(): pass\n",
    ),
}


@pytest.mark.parametrize("name", AGREED)
def test_the_summary_agrees_with_check(pytester: pytest.Pytester, name: str) -> None:
    settings, source = AGREED[name]
    pytester.makepyfile(test_it=source)
    pytester.makepyprojecttoml(f"[tool.asyncshim]\n{settings}\n")
    shown = pytester.runpytest("-Wignore").outlines
    lines = [line for line in shown if line.startswith("asyncshim: old features")]
    counted = lines[0].removeprefix("asyncshim: old features in use: ").partition(";")[0].split(", ") if lines else []
    checked = pytester.run(sys.executable, "-m", "asyncshim", "check", "--report", "json", ".")
    files = json.loads(checked.stdout.str())["files"]
    found = Counter(use["code"] for file in files for use in file["findings"])
    numbers = [(sum(found[code] for code in feature.codes), feature) for feature in FEATURES]
    expected = [f"{number} {feature.one if number == 1 else feature.several}" for number, feature in numbers if number]
    assert counted == expected
