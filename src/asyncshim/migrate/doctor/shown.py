"""Which values a report may show: it is pasted into public issues, so it has no secrets and no home directory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

_PLAIN = re.compile(r"[\w.,:/*\[\]<>=!~ +-]{0,120}")
_WITH_A_VALUE = frozenset({"-p", "-n", "--numprocesses", "--dist", "--import-mode", "--asyncio-mode"})
_ABOUT_ASYNC = re.compile(
    r"--(?:asyncio|asyncshim|anyio|trio|looptime|no-looptime|uvloop)[\w-]*|-p.*|-n.*|--numprocesses|--dist|--import-mode"
    r"|--strict(?:-markers|-config)?|--disable-plugin-autoload"
)
HIDDEN = "(not shown)"


def plain(value: str) -> str:
    """Return a value of an option, or a placeholder if it has characters that such a value does not need."""
    return value if _PLAIN.fullmatch(value) and "//" not in value else HIDDEN


def words(given: Iterable[str]) -> str:
    """Return the options of pytest that matter to async tests, and the number of the others."""
    kept: list[str] = []
    others = 0
    for word, value in _with_values(given):
        if _ABOUT_ASYNC.fullmatch(word.partition("=")[0]):
            kept.append(plain(word) + (f" {plain(value)}" if value else ""))
        else:
            others += 1
    if others:
        kept.append(f"({others} other {'word' if others == 1 else 'words'})")
    return " ".join(kept)


def blocked_and_loaded(given: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the plugins that ``-p no:NAME`` turns off, and those that ``-p NAME`` loads, in order."""
    blocked: list[str] = []
    loaded: list[str] = []
    for word, value in _with_values(given):
        name = value if word == "-p" else word[2:] if word.startswith("-p") and not word.startswith("--") else ""
        if name.startswith("no:"):
            blocked.append(name.removeprefix("no:"))
            loaded = [each for each in loaded if each != blocked[-1]]
        elif name:
            loaded.append(name)
            blocked = [each for each in blocked if each != name]
    return frozenset(blocked), tuple(loaded)


def without_home(text: str) -> str:
    """Return a text in which the home directory is ``~``."""
    for home in sorted({os.path.expanduser("~"), os.path.realpath(os.path.expanduser("~"))}, key=len, reverse=True):  # noqa: PTH111
        if len(home) > 1:
            text = re.sub(rf"{re.escape(home)}(?=[\\/]|$|[^\w.-])", "~", text)
    return text


def _with_values(given: Iterable[str]) -> Iterator[tuple[str, str]]:
    pending = ""
    for word in given:
        if pending:
            yield pending, word
            pending = ""
        elif word in _WITH_A_VALUE:
            pending = word
        else:
            yield word, ""
    if pending:
        yield pending, ""
