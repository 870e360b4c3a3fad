"""ASH402: the words of ``addopts`` that configure pytest-asyncio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from asyncshim_codemods.config.review import Decision
from asyncshim_codemods.project.file_settings import KeptPlugin
from asyncshim_codemods.results import Safety

CODE = "ASH402"

_PLUGIN_NAMES = frozenset({"asyncio", "pytest_asyncio", "pytest_asyncio.plugin"})
_MODES = frozenset({"auto", "strict", "legacy"})
# What `-p` loads for each runner; the conftest needs nothing.
_RUNNER_PLUGINS: Mapping[str, str] = {
    "asyncshim": "asyncshim",
    "alt-pytest-asyncio": "alt_pytest_asyncio",
    "anyio": "anyio",
}


@dataclass(frozen=True, slots=True)
class WordsDecision:
    """A decision on neighbouring words. With a value it replaces the last of them, without one all of them go."""

    words: tuple[int, ...]
    decision: Decision


def judge_addopts(
    words: Sequence[str], runner: str, *, autoload: bool, kept: KeptPlugin | None = None
) -> Iterator[WordsDecision]:
    """Yield the decisions on the words of one ``addopts``. ``autoload``: pytest loads installed plugins.

    While pytest-asyncio is ``kept``, only its mode changes.
    """
    if kept is None:
        yield from _judge(words, runner, autoload=autoload)
    elif kept.auto:
        yield from (each for each in _judge(words, "pytest-asyncio", autoload=autoload) if _is_mode(words, each))


def _is_mode(words: Sequence[str], decided: WordsDecision) -> bool:
    return words[decided.words[0]].startswith("--asyncio-mode")


def _judge(words: Sequence[str], runner: str, *, autoload: bool) -> Iterator[WordsDecision]:
    index = 0
    while index < len(words):
        word, following = words[index], words[index + 1] if index + 1 < len(words) else None
        option, equals, value = word.partition("=")
        here: tuple[int, ...] = (index,)
        if word in {"-p", "--asyncio-mode"} and following is not None:
            here, value = (index, index + 1), following
        if option == "--asyncio-mode" and (equals or len(here) == 2):
            yield from _mode(here, value, f"{option}={value}" if equals else value, runner)
        elif word == "--asyncio-debug" and runner != "pytest-asyncio":
            yield WordsDecision(here, _debug())
        elif option.startswith("--asyncshim-") and runner != "asyncshim":
            message = f"{option}: {runner} does not support it, remove it together with asyncshim"
            yield WordsDecision(here, Decision(CODE, message, Safety.MANUAL))
        elif word == "-p" and len(here) == 2:
            yield from _plugin(here, value.strip(), "", words, runner, autoload=autoload)
        elif word.startswith("-p") and not word.startswith("--"):
            name = word[2:].strip()
            prefix = word[: len(word) - len(word[2:].lstrip())]
            yield from _plugin(here, name, prefix, words, runner, autoload=autoload)
        index += len(here)


def _mode(words: tuple[int, ...], value: str, written: str, runner: str) -> Iterator[WordsDecision]:
    if value not in _MODES:
        message = f"--asyncio-mode={value} is none of auto, strict or legacy: set or remove it manually"
        yield WordsDecision(words, Decision(CODE, message, Safety.MANUAL))
    elif runner != "pytest-asyncio":
        yield WordsDecision(
            words, Decision(CODE, f"--asyncio-mode={value} removed: {runner} runs plain async tests without it")
        )
    elif value != "auto":
        auto = written.removesuffix(value) + "auto"
        yield WordsDecision(words, Decision(CODE, "--asyncio-mode becomes auto, for plain async tests", value=auto))


def _debug() -> Decision:
    message = "--asyncio-debug: removing it turns asyncio's debug mode off; PYTHONASYNCIODEBUG=1 turns it on anywhere"
    return Decision(CODE, message, Safety.UNSAFE)


def _plugin(
    words: tuple[int, ...], name: str, prefix: str, all_words: Sequence[str], runner: str, *, autoload: bool
) -> Iterator[WordsDecision]:
    blocked = name.startswith("no:")
    if name == "asyncshim" and runner != "asyncshim":
        message = f"-p asyncshim: {runner} does without, remove it together with asyncshim"
        yield WordsDecision(words, Decision(CODE, message, Safety.MANUAL))
    if name.removeprefix("no:") not in _PLUGIN_NAMES:
        return
    if blocked:
        yield WordsDecision(words, _unblock(name, runner))
    elif runner != "pytest-asyncio":
        plugin = loaded_by_name(all_words, runner, autoload=autoload)
        if plugin is None:
            yield WordsDecision(words, Decision(CODE, f"-p {name} removed: the suite no longer needs that plugin"))
        else:
            message = f"-p {name} becomes -p {plugin}: plugins do not load by themselves here"
            yield WordsDecision(words, Decision(CODE, message, value=prefix + plugin))


def loaded_by_name(words: Sequence[str], runner: str, *, autoload: bool) -> str | None:
    """Return the plugin of the runner, if ``-p`` has to load it and does not yet do so."""
    plugin = None if autoload else _RUNNER_PLUGINS.get(runner)
    return None if plugin is None or plugin in words or f"-p{plugin}" in words else plugin


def _unblock(name: str, runner: str) -> Decision:
    if runner == "asyncshim" and name == "no:asyncio":
        message = f"-p {name}: removing it lets asyncshim run the async tests of this suite, which it switches off"
        return Decision(CODE, message, Safety.UNSAFE)
    if runner == "pytest-asyncio":
        return Decision(CODE, f"-p {name}: removing it switches pytest-asyncio on", Safety.UNSAFE)
    return Decision(CODE, f"-p {name} removed: nothing of that name is loaded any more")
