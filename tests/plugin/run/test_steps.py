"""Async steps of pytest-bdd, which is really installed."""

from __future__ import annotations

import pytest

from house.foreign import Installer

FEATURE = """
Feature: Sums
  Scenario: One grows
    Given a value
    When it grows
    Then it is 2
  Scenario: One does not
    Given a value
    Then it is 2
"""
STEPS = """
import asyncio, contextvars, functools, pytest
from pytest_bdd import given, parsers, scenarios, then, when

scenarios("sums.feature")
notes = []
unit = contextvars.ContextVar("unit")

@pytest.fixture
async def base():
    yield 1
    notes.append("base")

@given("a value", target_fixture="value")
async def a_value(base):
    unit.set("m")
    yield [base, asyncio.get_running_loop()]
    await asyncio.sleep(0)
    notes.append("value")

@when("it grows")
async def it_grows(value):
    await asyncio.sleep(0)
    value[0] += 1

@then(parsers.parse("it is {number:d}"))
async def it_is(value, number):
    await asyncio.sleep(0)
    assert unit.get() == "m" and value[1] is asyncio.get_running_loop()
    assert value[0] == number

def test_torn_down():
    assert notes == ["value", "base"] * 2 and unit.get(None) is None
"""


@pytest.fixture
def steps(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(installer.place("pytest-bdd")))
    pytester.makefile(".feature", sums=FEATURE)
    return pytester


@pytest.mark.parametrize("options", [(), ("-o", "asyncio_mode=strict"), ("--asyncshim-runner=loop_scope",)])
def test_async_steps_run_and_their_failures_count(steps: pytest.Pytester, options: tuple[str, ...]) -> None:
    steps.makepyfile(STEPS if options != ("-o", "asyncio_mode=strict") else STEPS.replace("async def base", "def base"))
    result = steps.runpytest_subprocess("-W", "error", *options)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines([">*assert value[[]0] == number", "E*assert 1 == 2"])
    result.stdout.no_fnmatch_line("*asyncshim*steps.py*")


def test_an_async_step_has_the_time_limit_of_the_suite(steps: pytest.Pytester) -> None:
    steps.makepyfile(STEPS.replace("    value[0] += 1", "    await asyncio.sleep(60)"))
    result = steps.runpytest_subprocess("--asyncshim-timeout=0.2")
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["*'it_grows' exceeded its limit of 0.2 s while waiting at *test_*.py:*"])


def test_a_scenario_of_another_async_plugin_fails_instead_of_dropping_its_steps(steps: pytest.Pytester) -> None:
    steps.makepyfile("import pytest\npytestmark = pytest.mark.trio\n" + STEPS.replace("async def base", "def base"))
    result = steps.runpytest_subprocess()
    assert result.parseoutcomes()["failed"] >= 2
    result.stdout.fnmatch_lines(["*the step 'a_value' is async, but its scenario belongs to another async plugin*"])
