"""The state of a session."""

from __future__ import annotations

import pytest

from asyncshim.plugin.suite.options import read_settings
from asyncshim.plugin.suite.state import SessionPlan, State


def test_a_conftest_may_change_the_mode_until_the_session_begins_and_no_longer(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = request.config
    state = State(config, read_settings(config), [], None)
    for mode in ("strict", "auto"):
        monkeypatch.setattr(config.option, "asyncio_mode", mode)
        assert state.mode == mode
    state.session = request.session
    assert state.mode == "auto"
    monkeypatch.setattr(config.option, "asyncio_mode", "strict")
    assert state.mode == "auto"


def test_the_plan_cannot_be_changed_once_it_is_made() -> None:
    with pytest.raises(AttributeError):
        SessionPlan().is_shared = True  # type: ignore[misc]
