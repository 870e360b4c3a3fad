"""Print the steps and results of the demo."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from asyncshim.migrate.prove.outcomes import SuiteRun

_SIGNS = {"passed": "✓", "skipped": "s", "xfailed": "x", "xpassed": "X", "failed": "✗", "error": "!"}
_COLORS = {"passed": "green", "skipped": "yellow", "xfailed": "yellow", "failed": "red", "error": "red"}
_DIFF = {"diff ": "bold", "---": "bold", "+++": "bold", "@@": "cyan", "-": "red", "+": "green"}
_WIDTH_IN_A_PIPE = 100
_PLAIN = {"✓": "+", "✗": "-", "─": "-", "·": "-"}


class DemoOutput:
    """Prints to stdout; on a stream without UTF-8, ASCII characters replace the symbols."""

    def __init__(self, *, color: bool) -> None:
        self._console = Console(
            file=sys.stdout,
            force_terminal=color,
            no_color=not color,
            highlight=False,
            width=None if sys.stdout.isatty() else _WIDTH_IN_A_PIPE,
        )
        self._plain = "utf" not in (sys.stdout.encoding or "").lower()

    def title(self, text: str, where: str) -> None:
        """Print the title and the folder."""
        self._console.print()
        self._console.print(Text(text, "bold"))
        self._console.print(Text(where, "dim"))

    def listing(self, files: Sequence[tuple[str, str]]) -> None:
        """List the files of the suite with a description."""
        grid = Table.grid(padding=(0, 2))
        for name, words in files:
            grid.add_row(Text(name, "cyan"), Text(words))
        self._console.print(Padding(grid, (1, 0, 0, 2), expand=False))

    def step(self, number: int, title: str, command: str) -> None:
        """Print the heading of a step with the command that it runs."""
        self._console.print()
        line = Text.assemble((f" {number} ", "bold"), (f"{title} ", "bold"), (f" $ {command} ", "cyan"))
        if self._plain:
            self._console.print(line)
        else:
            self._console.print(Rule(line, align="left", style="dim"))

    def result(self, run: SuiteRun) -> None:
        """Show the last line of pytest, or the whole output if the run failed."""
        good = run.exit_code == 0
        self._lines(self._sign(run.last_line if good else run.output), "green" if good else "red")

    def diff(self, text: str) -> None:
        """Show a diff."""
        for line in text.splitlines():
            style = next((style for start, style in _DIFF.items() if line.startswith(start)), "")
            self._lines(line, style)

    def quote(self, text: str) -> None:
        """Show the output of a command."""
        self._lines(text)

    def comparison(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Show every test with both outcomes."""
        table = Table(box=None, padding=(0, 1), pad_edge=False)
        for heading in ("test", "before", "after", ""):
            table.add_column(Text(heading, "bold"), overflow="fold" if heading == "test" else "ellipsis")
        file = ""
        for test in {**before, **after}:
            path, _, name = test.partition("::")
            if path != file:
                table.add_row(Text(path, "cyan"))
                file = path
            old, new = before.get(test, "missing"), after.get(test, "missing")
            verdict = Text("same") if old == new else Text("DIFFERENT", "bold red")
            table.add_row(Text(f"  {name}"), self._outcome(old), self._outcome(new), verdict)
        self._console.print(Padding(table, (1, 0, 1, 2), expand=False))

    def success(self, text: str) -> None:
        """Print the final line of a successful demo."""
        self._console.print(Text(self._sign(f"✓ {text}"), "bold green"))

    def failure(self, text: str) -> None:
        """Print the final line of a failed demo."""
        self._console.print(Text(self._sign(f"✗ {text}"), "bold red"))

    def note(self, text: str) -> None:
        """Print a note."""
        self._console.print(Text(text))

    def _lines(self, text: str, style: str = "") -> None:
        for line in text.strip("\n").splitlines():
            self._console.print(Text(f"  {line}".rstrip(), style), soft_wrap=True)

    def _outcome(self, outcome: str) -> Text:
        return Text(self._sign(f"{_SIGNS.get(outcome, '?')} {outcome}"), _COLORS.get(outcome, ""))

    def _sign(self, text: str) -> str:
        return "".join(_PLAIN.get(sign, sign) for sign in text) if self._plain else text
