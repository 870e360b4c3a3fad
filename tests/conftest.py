"""Fixtures for the whole test suite."""

from __future__ import annotations

import os
import shutil
import signal
import unittest.mock  # noqa: F401  (pytester forgets what a nested run imports first; the package would remember it)
from collections.abc import Iterator
from pathlib import Path

import packaging.requirements  # noqa: F401  (the same: half of it would be imported twice, with two classes of each error)
import pytest
from hypothesis import HealthCheck, settings

from house.processes import CACHE_HOME, STATE_HOME

# Their `assert` statements show both sides, as those of the tests do. The tests import them later.
pytest.register_assert_rewrite("config_tools", "migrated_suites", "repositories", "rule_tools", "unrelated_code")
pytest_plugins = ["pytester"]
HERE = Path(__file__).parent
# What these tests show depends on the operating system and on other programs, not on the interpreter: `.ci/run` runs
# them on the oldest Python, with the newest and the oldest dependencies; elsewhere they would take half of the time.
OF_ANY_PYTHON = (
    *("benchmarks", "cli", "contracts/test_action.py", "contracts/test_documentation.py", "contracts/test_site.py"),
    "migrate/write",
)
# Nothing here is a matter of time: a busy machine makes examples more slowly, that is all.
# The examples are the same in each run, so that luck never breaks the build; `nox -s fuzz` looks for new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")


def pytest_configure() -> None:
    # What a shell starts in the background ignores Ctrl-C, and so does all that it starts in turn; tests send it to
    # themselves and to others, and mean it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # pytest prints whole comparisons under them; what tests expect to read is what a person's terminal shows.
    for name in ("CI", "BUILD_NUMBER"):
        os.environ.pop(name, None)
    # Commands that tests call in this process must not use the cache of the user.
    os.environ["XDG_CACHE_HOME"] = CACHE_HOME


def pytest_itemcollected(item: pytest.Item) -> None:
    if any(item.path.is_relative_to(HERE / folder) for folder in OF_ANY_PYTHON):
        item.add_marker(pytest.mark.any_python)


@pytest.fixture(autouse=True)
def _undo_data_and_cache_of_this_test_only() -> Iterator[None]:
    """Remove undo data and the cache after each test: pytest gives the folder of a test that passed to another one."""
    yield
    for home in (STATE_HOME, CACHE_HOME):
        shutil.rmtree(Path(home, "asyncshim"), ignore_errors=True)
