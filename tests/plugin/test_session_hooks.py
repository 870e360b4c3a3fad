"""What pytest finds in the plugin's module, and what a session of synchronous tests does not import."""

from __future__ import annotations

import pytest

from asyncshim import plugin
from asyncshim.plugin import session_hooks

_NOT_NEEDED = (
    "asyncshim.plugin.choose.fixture_holders",
    "asyncshim.plugin.choose.given_loops",
    "asyncshim.plugin.choose.outer_loop",
    "asyncshim.plugin.choose.runner_choice",
    "asyncshim.plugin.compat.terminal",
    "asyncshim.plugin.compat.unhandled",
    "asyncshim.plugin.loops.contexts",
    "asyncshim.plugin.run.async_fixtures",
    "asyncshim.plugin.run.by_name",
    "asyncshim.plugin.run.debugger",
    "asyncshim.plugin.run.explanations",
    "asyncshim.plugin.run.time_limits",
    "asyncshim.plugin.suite.exclusions",
    "asyncshim.plugin.suite.recently_ended",
    "asyncshim.plugin.suite.still_running",
)


def test_pytest_finds_every_hook_of_the_session_in_the_module_of_the_plugin() -> None:
    own = session_hooks.__name__
    hooks = {name: value for name, value in vars(session_hooks).items() if getattr(value, "__module__", None) == own}
    assert hooks
    assert {name: getattr(plugin, name) for name in hooks} == hooks


def test_a_session_of_one_synchronous_test_imports_nothing_for_asynchronous_ones(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    pytester.makeconftest(
        f"""
        import sys

        def pytest_unconfigure():
            print("imported:", [name for name in {_NOT_NEEDED!r} if name in sys.modules])
        """
    )
    options = ("-s", "-p", "no:cacheprovider", "-p", "no:debugging")  # pdb imports asyncio since Python 3.14
    pytester.runpytest_subprocess(*options).stdout.fnmatch_lines(["imported: []"])
