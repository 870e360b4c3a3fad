"""The explanation of one rule for a terminal: prose as Markdown, examples as diffs."""

from __future__ import annotations

import difflib
import io
import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text
from rich.theme import Theme

if TYPE_CHECKING:
    from rich.console import RenderableType

    from asyncshim_codemods.api import Example, RuleInfo

_SAFETIES = {
    "safe": "safe: node ids and outcomes stay the same; `migrate` applies it",
    "unsafe": "unsafe: may change behaviour; `migrate --unsafe` applies it",
    "manual": "manual review: reported only; no rewrite is applied",
}
_THEME = Theme({"markdown.code": "cyan", "markdown.item.bullet": "none"})
_SIGNS = {"-": "red", "+": "green"}
_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
# Lines of prose are hard to read on a wide terminal.
_WIDEST = 100


class RulePage:
    """Renders a rule. Without colour, backticks show what is code; with colour, cyan does."""

    def __init__(self, *, width: int, color: bool, encoding: str = "utf-8") -> None:
        self._file = io.StringIO()
        self._color = color
        self._console = Console(
            file=self._file,
            width=min(width, _WIDEST),
            force_terminal=color,
            color_system="standard" if color else None,
            highlight=False,
            theme=_THEME,
            legacy_windows=False,
        )
        self._bullet = "•" if "utf" in encoding.lower() else "*"

    def lines(self, rule: RuleInfo) -> list[str]:
        """Return the lines of the explanation."""
        self._print(Text(f"{rule.code} {rule.name}", "bold"))
        self._print(self._markdown(rule.summary))
        self._print()
        self._print(self._markdown(_SAFETIES[rule.safety.value]))
        until = f", removed in {rule.until}" if rule.until else ""
        self._print(Text(f"{rule.plugin}: since {rule.since}{until}"))
        self._print()
        self._print(self._markdown(textwrap.dedent(rule.documentation)))
        for example in rule.examples:
            self._example(example)
        self._print()
        self._print(self._markdown(f"To exclude a line, add the comment `# asyncshim: ignore[{rule.code}]`."))
        told = self._file.getvalue().replace("•", self._bullet)
        return [_stripped(line) for line in told.strip("\n").split("\n")]

    def _print(self, what: RenderableType = "") -> None:
        self._console.print(what)

    def _markdown(self, text: str) -> Markdown:
        # A code span of Markdown may hold backticks if its own fence is longer.
        code = r"`\2`" if self._color else r"`` `\2` ``"
        return Markdown(_CODE.sub(code, text))

    def _example(self, example: Example) -> None:
        self._print()
        label = "left unchanged" if example.after is None else "with --unsafe" if example.unsafe else ""
        self._print(Text(f"{example.title}{f' ({label})' if label else ''}:", "bold"))
        self._print()
        for line in _diff(example):
            code = Text(f"    {line}".rstrip(), _SIGNS.get(line[:1], "") if example.after is not None else "")
            self._console.print(code, soft_wrap=True)


def _stripped(line: str) -> str:
    """Return a line without the spaces with which rich fills it."""
    return re.sub(r" +((?:\x1b\[[0-9;]*m)*)$", r"\1", line)


def _diff(example: Example) -> Iterator[str]:
    """Yield the lines of an example: a diff of its whole text, or the unchanged text."""
    before = example.before.splitlines()
    if example.after is None:
        yield from (f"  {line}".rstrip() for line in before)
        return
    yield from (line.rstrip() for line in difflib.ndiff(before, example.after.splitlines()) if line[0] != "?")
