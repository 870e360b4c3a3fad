"""The warnings and their public names."""

from __future__ import annotations

import pytest

import asyncshim
from asyncshim.plugin.compat import warning_types

NAMES = ["AsyncshimWarning", "LeakedTaskWarning", "LegacyUsageWarning", "LoopClosedWarning", "BlockingWarning"]


@pytest.mark.parametrize("name", NAMES)
def test_a_warning_is_known_by_its_public_name(name: str) -> None:
    found = getattr(asyncshim, name)
    assert found is getattr(warning_types, name)
    assert (found.__module__, found.__qualname__) == ("asyncshim", name)
    assert issubclass(found, asyncshim.AsyncshimWarning)  # type: ignore[arg-type]
    assert issubclass(found, pytest.PytestWarning)


def test_a_closed_loop_can_be_filtered_as_pytest_asyncios_warning_could() -> None:
    assert issubclass(warning_types.LoopClosedWarning, RuntimeWarning)


def test_other_names_are_unknown() -> None:
    with pytest.raises(AttributeError, match="module 'asyncshim' has no attribute 'NoWarning'"):
        _ = asyncshim.NoWarning


@pytest.mark.parametrize("name", NAMES)
def test_a_filter_finds_it(pytester: pytest.Pytester, name: str) -> None:
    pytester.makepyfile(f"import asyncshim, warnings\ndef test_it(): warnings.warn(asyncshim.{name}('text'))")
    pytester.runpytest_subprocess("-W", f"error::asyncshim.{name}").assert_outcomes(failed=1)
