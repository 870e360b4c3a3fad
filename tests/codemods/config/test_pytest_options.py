from __future__ import annotations

import pytest

from asyncshim_codemods.config.pytest_options import OPTIONS, judge_option, written_for
from asyncshim_codemods.config.review import Decision
from asyncshim_codemods.project.file_settings import KeptPlugin
from asyncshim_codemods.results import Safety

NOTHING: frozenset[str] = frozenset()
RUNNERS = ("asyncshim", "conftest", "alt-pytest-asyncio", "anyio", "pytest-asyncio")


def judge(name: str, value: object, runner: str = "asyncshim") -> Decision | None:
    return judge_option(name, value, runner, NOTHING)


def safety(name: str, value: object, runner: str = "asyncshim") -> Safety | None:
    decision = judge(name, value, runner)
    return None if decision is None else decision.safety


@pytest.mark.parametrize("mode", ["auto", "strict", "legacy", " auto "])
@pytest.mark.parametrize("runner", ["asyncshim", "conftest", "alt-pytest-asyncio"])
def test_every_mode_is_removed_for_runners_that_need_none(mode: str, runner: str) -> None:
    assert (decision := judge("asyncio_mode", mode, runner)) is not None
    assert (decision.safety, decision.value) == (Safety.SAFE, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("asyncio_default_fixture_loop_scope", "function"),
        ("asyncio_default_fixture_loop_scope", "fixture-scope"),
        ("asyncio_default_fixture_loop_scope", ""),
        ("asyncio_default_test_loop_scope", "function"),
        ("asyncio_debug", False),
        ("asyncio_debug", "false"),
        ("asyncio_debug", "0"),
    ],
)
def test_an_option_with_its_default_value_is_removed(name: str, value: object) -> None:
    assert safety(name, value) is Safety.SAFE


@pytest.mark.parametrize("scope", ["class", "module", "package", "session"])
@pytest.mark.parametrize("name", ["asyncio_default_fixture_loop_scope", "asyncio_default_test_loop_scope"])
def test_a_wide_scope_needs_unsafe_only_for_asyncshim(name: str, scope: str) -> None:
    assert safety(name, scope) is Safety.UNSAFE
    assert safety(name, scope, "conftest") is Safety.SAFE


@pytest.mark.parametrize("runner", ["asyncshim", "conftest", "anyio"])
@pytest.mark.parametrize("value", [True, "true", "1", "Yes"])
def test_debug_mode_is_removed_only_with_unsafe(value: object, runner: str) -> None:
    assert safety("asyncio_debug", value, runner) is Safety.UNSAFE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("asyncio_mode", "AUTO"),
        ("asyncio_mode", ""),
        ("asyncio_mode", True),
        ("asyncio_mode", ["auto"]),
        ("asyncio_mode", "{env}"),
        ("asyncio_default_test_loop_scope", "fixture-scope"),
        ("asyncio_default_fixture_loop_scope", "Session"),
        ("asyncio_debug", "maybe"),
        ("asyncio_debug", 1.5),
    ],
)
def test_an_invalid_value_needs_manual_review(name: str, value: object) -> None:
    assert safety(name, value) is Safety.MANUAL


@pytest.mark.parametrize("name", ["asyncio_modes", "anyio_mode", "addopts", "asyncio_timeout", "timeout"])
@pytest.mark.parametrize("runner", ["asyncshim", "conftest"])
def test_options_of_other_plugins_are_kept(name: str, runner: str) -> None:
    assert judge(name, "auto", runner) is None


def test_the_runner_pytest_asyncio_gets_auto_mode_and_session_scopes() -> None:
    for name, value in written_for("pytest-asyncio").items():
        assert judge(name, value, "pytest-asyncio") is None
        assert (decision := judge(name, "function", "pytest-asyncio")) is not None
        assert (decision.safety, decision.value, decision.name) == (Safety.SAFE, value, None)
    assert judge("asyncio_debug", True, "pytest-asyncio") is None


def test_anyio_gets_its_mode_under_its_own_name_unless_it_has_one() -> None:
    assert (decision := judge("asyncio_mode", "strict", "anyio")) is not None
    assert (decision.name, decision.value) == ("anyio_mode", "auto")
    assert (decision := judge_option("asyncio_mode", "strict", "anyio", frozenset({"anyio_mode"}))) is not None
    assert (decision.name, decision.value) == (None, None)
    assert (decision := judge("anyio_mode", "strict", "anyio")) is not None
    assert (decision.name, decision.value) == (None, "auto")
    assert judge("anyio_mode", "auto", "anyio") is None


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_options_for_a_runner_are_not_changed_again(runner: str) -> None:
    assert all(judge(name, value, runner) is None for name, value in written_for(runner).items())
    assert {name for name in written_for(runner) if name not in OPTIONS} <= {"anyio_mode"}


@pytest.mark.parametrize("runner", RUNNERS[1:])
def test_asyncshim_options_need_manual_review_for_other_runners(runner: str) -> None:
    assert (decision := judge("asyncshim_timeout", "5", runner)) is not None
    assert decision.safety is Safety.MANUAL
    assert decision.message == f"asyncshim_timeout: {runner} does not support it, remove it together with asyncshim"
    assert judge("asyncshim_timeout", "5") is None


def test_an_unknown_mode_needs_manual_review_while_pytest_asyncio_stays() -> None:
    kept = KeptPlugin("setup.cfg supports 3.8", "`python -m asyncshim migrate`")
    decision = judge_option("asyncio_mode", "sloppy", "asyncshim", NOTHING, kept)
    assert decision is not None
    assert decision.safety is Safety.MANUAL
