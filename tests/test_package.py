"""The package ``asyncshim`` itself, as pytest meets it."""

from __future__ import annotations

import pytest


def test_pytest_plugins_names_the_plugin_where_entry_points_are_not_asked(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "asyncshim")
    monkeypatch.setenv("PYTEST_ADDOPTS", "")
    pytester.makepyfile("async def test_it(event_loop): pass")
    result = pytester.runpytest_subprocess("-W", "error")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["asyncshim *: one loop, *"])
