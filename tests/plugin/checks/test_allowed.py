"""What may block the loop."""

from __future__ import annotations

import pytest

from asyncshim.plugin.checks import allowed


@pytest.mark.parametrize("function", ["Client.fetch", "fetch"])
def test_a_function_is_allowed_by_its_module_and_its_name(function: str) -> None:
    assert allowed.covers([("client", function)], [("other", "run"), ("client", "Client.fetch")])


@pytest.mark.parametrize("function", [("other", "fetch"), ("client", "fetch_all"), ("client", "Client")])
def test_another_function_is_not_allowed(function: tuple[str, str]) -> None:
    assert not allowed.covers([function], [("client", "Client.fetch")])
    assert not allowed.covers([], [("client", "Client.fetch")])


def test_the_mark_takes_no_arguments(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import pytest\n@pytest.mark.allow_blocking(1)\nasync def test_it(): pass\n"
        "@pytest.mark.allow_blocking\nasync def test_other(): pass\n"
    )
    result = pytester.runpytest_subprocess("--asyncshim-slow-callback=60", "--strict-markers")
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(["test_the_mark*test_it: mark.allow_blocking takes no arguments"])
