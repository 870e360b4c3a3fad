"""A test that fails while a task of an earlier test cannot be ended: its report names the task and the way out."""

from __future__ import annotations

import pytest

TITLE = "*still running on the shared loop*"
SUITE = """
import asyncio, pytest

async def stubborn():
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

async def test_leaves_it():
    asyncio.create_task(stubborn(), name="the stubborn one")
    await asyncio.sleep(0)

async def test_passes(): pass
def test_without_a_loop(): assert False

{decorator}
async def test_fails(): assert False
"""


def run(pytester: pytest.Pytester, source: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=source)
    return pytester.runpytest("-p", "no:randomly", "-o", "asyncshim_cancel_timeout=0.05", "-Wignore")


def test_a_failure_beside_a_task_of_another_test_names_it_and_own_runner(pytester: pytest.Pytester) -> None:
    result = run(pytester, SUITE.format(decorator=""))
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*_ test_fails _*",
            TITLE,
            "task 'the stubborn one' running stubborn, created at *:* by test_it.py::test_leaves_it",
            "They may have disturbed this test: @pytest.mark.own_runner gives a test an event loop of its own.",
        ]
    )
    assert result.stdout.str().count("still running on the shared loop") == 1
    assert result.stdout.str().count("task 'the stubborn one'") == 1


def test_a_test_with_its_own_runner_is_not_told(pytester: pytest.Pytester) -> None:
    result = run(pytester, SUITE.format(decorator="@pytest.mark.own_runner"))
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.no_fnmatch_line(TITLE)


def test_a_failure_without_such_a_task_says_nothing(pytester: pytest.Pytester) -> None:
    result = run(
        pytester, SUITE.format(decorator="").replace("pass\n\nasync def test_leaves", "raise\n\nasync def test_leaves")
    )
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.no_fnmatch_line(TITLE)
