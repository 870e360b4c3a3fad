from __future__ import annotations

import pytest

from asyncshim_codemods.config.entries import judge_entry
from asyncshim_codemods.results import Safety


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        ("markers", "asyncio: runs on a loop", "marker asyncio removed: asyncshim registers it"),
        ("markers", "asyncio", "marker asyncio removed: asyncshim registers it"),
        ("markers", "asyncio(loop_scope): x", "marker asyncio removed: asyncshim registers it"),
        (
            "required_plugins",
            "pytest-asyncio>=0.21",
            "required plugin pytest-asyncio>=0.21 removed: the suite no longer needs it",
        ),
        ("required_plugins", "Pytest_Asyncio", "required plugin Pytest_Asyncio removed: the suite no longer needs it"),
        (
            "filterwarnings",
            "ignore::pytest_asyncio.plugin.PytestDeprecationWarning",
            "warning filter removed: it names pytest-asyncio, whose warnings no longer come",
        ),
        (
            "filterwarnings",
            "ignore:The event_loop fixture provided by pytest-asyncio has been redefined",
            "warning filter removed: it names pytest-asyncio, whose warnings no longer come",
        ),
        (
            "filterwarnings",
            'ignore:The configuration option "asyncio_default_fixture_loop_scope" is unset',
            "warning filter removed: it names pytest-asyncio, whose warnings no longer come",
        ),
    ],
)
def test_entries_that_name_pytest_asyncio_are_removed(option: str, text: str, message: str) -> None:
    decision = judge_entry(option, text, "asyncshim", ())
    assert decision is not None
    assert (decision.code, decision.safety, decision.value, decision.message) == ("ASH403", Safety.SAFE, None, message)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("markers", "asyncio_slow: x"),
        ("markers", "anyio: x"),
        ("markers", "slow: not for asyncio"),
        ("markers", "no_asyncio"),
        ("required_plugins", "pytest-asyncio-cooperative"),
        ("required_plugins", "alt-pytest-asyncio"),
        ("filterwarnings", "error"),
        ("filterwarnings", "ignore:There is no current event loop:DeprecationWarning"),
        ("filterwarnings", "ignore::alt_pytest_asyncio.Warned"),
        ("filterwarnings", "ignore:pytest-asyncio-cooperative is slow"),
        ("filterwarnings", "ignore::DeprecationWarning:asyncio"),
        ("filterwarnings", "ignore:coroutine .* was never awaited"),
    ],
)
def test_other_entries_are_kept(option: str, text: str) -> None:
    assert judge_entry(option, text, "asyncshim", ()) is None


def test_the_runner_pytest_asyncio_keeps_its_entries() -> None:
    assert judge_entry("markers", "asyncio: x", "pytest-asyncio", ()) is None


def test_filters_and_required_plugins_stay_while_something_needs_pytest_asyncio() -> None:
    needed = ("tests/a.py:1 imports pytest_asyncio",)
    decision = judge_entry("required_plugins", "pytest-asyncio", "asyncshim", needed)
    assert decision is not None
    assert (decision.safety, decision.message) == (
        Safety.MANUAL,
        "required plugin pytest-asyncio kept while pytest-asyncio is needed: tests/a.py:1 imports pytest_asyncio",
    )
    decision = judge_entry("markers", "asyncio", "conftest", needed)
    assert decision is not None
    assert decision.safety is Safety.MANUAL
    decision = judge_entry("markers", "asyncio", "asyncshim", needed)
    assert decision is not None
    assert decision.safety is Safety.SAFE
