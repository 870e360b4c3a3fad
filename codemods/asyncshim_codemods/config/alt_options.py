"""ASH603: the options of alt-pytest-asyncio, and what enables it, in pytest's configuration."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.project.alt_uses import DEFAULT, ENABLING, MODULE, doubt_about_removal, enables
from asyncshim_codemods.project.facts import settings_for
from asyncshim_codemods.project.requirement import ALT, name_of
from asyncshim_codemods.results import Safety

CODE = "ASH603"

OPTION = DEFAULT
FLAG = "--default-async-timeout"
LIMIT = "asyncshim_timeout"
_NEW_FLAG = "--asyncshim-timeout"
PLUGINS = frozenset({MODULE, f"{MODULE}.plugin", ENABLING})
_SECONDS = "5"  # its default limit


@dataclass(slots=True)
class AltOptions:
    """The decisions about one section of pytest's configuration. ``names`` are its options, ``words`` its addopts."""

    review: Review
    names: frozenset[str]
    words: Sequence[str] = ()
    was_enabled: bool = field(default=False, init=False)

    def option(self, value: object) -> Decision:
        """Decide about ``default_async_timeout``."""
        text = str(value).strip()
        if (left := self._left()) is not None:
            return _manual(f"{OPTION} {left}")
        if not _is_positive(text):
            return _manual(f"{OPTION} = {text!r} is not a positive number of seconds: set {LIMIT} manually")
        if LIMIT in self.names:
            return _manual(f"{OPTION} beside {LIMIT}: keep one of them manually")
        return self._decision(f"{OPTION} becomes {LIMIT}", value=text, name=LIMIT)

    def flag(self, value: str, *, is_one_word: bool) -> Decision:
        """Decide about ``--default-async-timeout``, with its value in the same word or in the next one."""
        if (left := self._left()) is not None:
            return _manual(f"{FLAG} {left}")
        if OPTION in self.names:
            return self._decision(f"{FLAG} removed: the option of the file overrides it")
        if not _is_positive(value):
            return _manual(f"{FLAG}={value} is not a positive number of seconds: set {_NEW_FLAG} manually")
        if LIMIT in self.names:
            return _manual(f"{FLAG} beside {LIMIT}: keep one of them manually")
        new = f"{_NEW_FLAG}={value}" if is_one_word else _NEW_FLAG
        return self._decision(f"{FLAG} becomes {_NEW_FLAG}", value=new)

    def plugin(self, name: str, plugin: str | None) -> Decision:
        """Decide about ``-p alt_pytest_asyncio.enable``; ``plugin`` is the one to load in its place, if any."""
        if (left := self._left()) is not None:
            return _manual(f"-p {name} {left}")
        if plugin is not None:
            return self._decision(f"-p {name} becomes -p {plugin}: plugins do not load by themselves here", plugin)
        return self._decision(f"-p {name} removed: asyncshim runs async tests")

    def entry(self, text: str) -> Decision | None:
        """Decide about an entry of ``required_plugins``; None if it names another plugin."""
        if name_of(text) != ALT:
            return None
        if (left := self._left()) is not None:
            return _manual(f"required plugin {text.strip()} {left}")
        return Decision(CODE, f"required plugin {text.strip()} removed: the suite no longer needs it")

    def missing(self, *, is_chosen: bool) -> Decision | None:
        """Decide about the limit that the plugin sets without an option; None if there is one, or no plugin."""
        facts = self.review.facts
        if self.review.options.runner != "asyncshim" or self._left() is not None:
            return None
        has_own = {OPTION, LIMIT} & self.names or any(
            word.partition("=")[0] in {FLAG, _NEW_FLAG} for word in self.words
        )
        path = self.review.source.path
        in_python = any(settings_for(facts.settings, each).path == path for each in facts.alt.enabled_in)
        if has_own or not (self.was_enabled or (in_python and is_chosen)):
            return None
        return self._decision(f"{LIMIT} = {_SECONDS} added: the limit that {MODULE} sets", value=_SECONDS)

    def _decision(self, message: str, value: str | None = None, name: str | None = None) -> Decision:
        facts = self.review.facts
        doubt = doubt_about_removal(facts.alt, facts.leak_below(self.review.source.path))
        if doubt and enables(self.words):
            return Decision(CODE, f"{message}, but {doubt}", Safety.UNSAFE, value, name)
        return Decision(CODE, message, Safety.SAFE, value, name)

    def _left(self) -> str | None:
        """Return why the options stay, as the end of a message; None if they go."""
        runner, alt = self.review.options.runner, self.review.facts.alt
        if runner != "asyncshim":
            return f"is not known to {runner}: remove it together with alt-pytest-asyncio"
        if alt.stays:
            return f"stays: {alt.stays}"
        needed = (*alt.uses, *alt.loaded)
        more = f" (and {len(needed) - 1} more)" if len(needed) > 1 else ""
        return f"stays: {needed[0]}{more}" if needed else None


def judge_words(options: AltOptions, plugin: str | None) -> Iterator[tuple[tuple[int, ...], Decision]]:
    """Yield the decisions on the words of ``addopts``. ``plugin`` is what ``-p`` has to load in the place of others.

    If a decision has a value, it replaces the last of its words; otherwise all its words are removed.
    """
    words, index = options.words, 0
    while index < len(words):
        word, following = words[index], words[index + 1] if index + 1 < len(words) else None
        name, equals, value = word.partition("=")
        here: tuple[int, ...] = (index,)
        if word in {"-p", FLAG} and following is not None:
            here, value = (index, index + 1), following
        if name == FLAG and (equals or len(here) == 2):
            decision = options.flag(value, is_one_word=bool(equals))
            yield here if decision.value is None else (index,), decision
        elif word == "-p" and len(here) == 2 and value.strip() in PLUGINS:
            yield here, options.plugin(value.strip(), plugin)
        elif word.startswith("-p") and not word.startswith("--") and word[2:].strip() in PLUGINS:
            decision = options.plugin(word[2:].strip(), plugin)
            yield here, decision if decision.value is None else _prefixed(decision, word)
        index += len(here)


def _prefixed(decision: Decision, word: str) -> Decision:
    prefix = word[: len(word) - len(word[2:].lstrip())]
    return Decision(decision.code, decision.message, decision.safety, f"{prefix}{decision.value}")


def _is_positive(text: str) -> bool:
    try:
        return 0 < float(text) < math.inf
    except ValueError:
        return False


def _manual(message: str) -> Decision:
    return Decision(CODE, message, Safety.MANUAL)
