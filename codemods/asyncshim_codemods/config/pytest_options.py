"""ASH401: the ``asyncio_*`` options of pytest's configuration, in every file format.

Under asyncshim an unset mode is ``auto`` and every test and fixture shares one Runner, so a mode and a function-wide
default scope have no effect. A wider default scope decides how long a leaked task lives; only the whole suite can prove
that nothing leaks.
"""

from __future__ import annotations

from collections.abc import Mapping

from asyncshim_codemods.config.review import Decision
from asyncshim_codemods.project.file_settings import KeptPlugin
from asyncshim_codemods.results import Safety

CODE = "ASH401"

MODE = "asyncio_mode"
FIXTURE_SCOPE = "asyncio_default_fixture_loop_scope"
TEST_SCOPE = "asyncio_default_test_loop_scope"
DEBUG = "asyncio_debug"
OPTIONS = (MODE, FIXTURE_SCOPE, TEST_SCOPE, DEBUG)

_MODES = frozenset({"auto", "strict", "legacy"})
_NARROW = {FIXTURE_SCOPE: frozenset({"", "function", "fixture-scope"}), TEST_SCOPE: frozenset({"function"})}
_WIDE = frozenset({"class", "module", "package", "session"})
_FALSE = frozenset({"", "0", "no", "false", "off", "n", "f"})
_TRUE = frozenset({"1", "yes", "true", "on", "y", "t"})

_WRITTEN: Mapping[str, Mapping[str, str]] = {
    "pytest-asyncio": {MODE: "auto", FIXTURE_SCOPE: "session", TEST_SCOPE: "session"},
    "anyio": {"anyio_mode": "auto"},
}


def written_for(runner: str, kept: KeptPlugin | None = None) -> Mapping[str, str]:
    """Return the options that a plain async suite needs under that runner; most need none.

    While pytest-asyncio is ``kept``, it needs its auto mode.
    """
    if kept is not None:
        return {MODE: "auto"} if kept.auto else {}
    return _WRITTEN.get(runner, {})


def judge_option(
    name: str,
    value: object,
    runner: str,
    present: frozenset[str],
    kept: KeptPlugin | None = None,
    leak: str | None = None,
) -> Decision | None:
    """Decide about one option; ``None`` if it is not about asyncio or already right.

    ``present`` names the options that stand beside it, so that a rename never makes a duplicate. While pytest-asyncio
    is ``kept``, only its mode changes. ``leak`` says what in the whole suite may leak tasks, "" for nothing, None if
    that is not known.
    """
    text = str(value).strip() if isinstance(value, str | bool) else repr(value)
    wanted = written_for(runner, kept)
    if kept is not None and name in OPTIONS:
        return _judge_kept_mode(text) if name in wanted else None
    if name in wanted:
        if text == wanted[name]:
            return None
        return Decision(CODE, f"{name} becomes {wanted[name]}, for plain async tests on {runner}", value=wanted[name])
    if name.startswith("asyncshim_") and runner != "asyncshim":
        return Decision(CODE, f"{name}: {runner} does not support it, remove it together with asyncshim", Safety.MANUAL)
    if name not in OPTIONS or (runner == "pytest-asyncio" and name == DEBUG):
        return None
    if name == DEBUG:
        return _judge_debug(text.lower())
    if name == MODE:
        return _judge_mode(text, runner, present)
    return _judge_scope(name, text, runner, leak)


def added(name: str, value: str, runner: str, kept: KeptPlugin | None) -> str:
    """Return the message about a new option."""
    who = f"on {runner}" if kept is None else "while pytest-asyncio stays"
    return f"{name} = {value} added: plain async tests need it {who}"


def _judge_kept_mode(text: str) -> Decision | None:
    if text == "auto":
        return None
    if text not in _MODES:
        return _unknown(MODE, text, "auto, strict or legacy")
    return Decision(CODE, f"{MODE} becomes auto: pytest-asyncio stays and needs it for plain async tests", value="auto")


def _judge_mode(text: str, runner: str, present: frozenset[str]) -> Decision:
    if text not in _MODES:
        return _unknown(MODE, text, "auto, strict or legacy")
    if runner == "anyio" and "anyio_mode" not in present:
        return Decision(CODE, f"{MODE} becomes anyio_mode = auto", value="auto", name="anyio_mode")
    if runner == "asyncshim" and text == "strict":
        return Decision(CODE, f"{MODE} = strict removed: asyncshim runs plain async tests, marked or not")
    return Decision(CODE, f"{MODE} = {text} removed: {runner} runs plain async tests without it")


def _judge_scope(name: str, text: str, runner: str, leak: str | None) -> Decision:
    if text not in _NARROW[name] | _WIDE:
        return _unknown(name, text, "function, class, module, package or session")
    if text in _NARROW[name]:
        return Decision(CODE, f"{name} = {text} removed: {runner} has one loop for all")
    if runner != "asyncshim":
        return Decision(CODE, f"{name} = {text} removed: {runner} has one loop for all and does not support the option")
    if leak == "":
        return Decision(CODE, f"{name} = {text} removed: nothing in the suite leaks tasks or servers")
    message = (
        f"{name} = {text}: removing it ends tasks that a test or fixture leaves running with that test or fixture, "
        f"no longer with the {text}"
    )
    return Decision(CODE, f"{message}: {leak}" if leak else message, Safety.UNSAFE)


def _judge_debug(text: str) -> Decision:
    if text in _FALSE:
        return Decision(CODE, f"{DEBUG} = {text or 'false'} removed: it is the default")
    if text not in _TRUE:
        return _unknown(DEBUG, text, "true or false")
    return Decision(
        CODE,
        f"{DEBUG} = {text}: removing it turns asyncio's debug mode off; PYTHONASYNCIODEBUG=1 turns it on anywhere",
        Safety.UNSAFE,
    )


def _unknown(name: str, text: str, valid: str) -> Decision:
    return Decision(CODE, f"{name} = {text!r} is none of {valid}: set or remove it manually", Safety.MANUAL)
