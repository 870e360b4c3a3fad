"""Ratios of measurements: medians over the rounds with quartiles, because machines are noisy."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from measuring import Usage

REFERENCE = "pytest-asyncio"
DIRECT = "L1"


@dataclass(frozen=True, slots=True)
class Spread:
    """A median between its quartiles."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """The spread of *values*, one for each round."""
        found = sorted(values)
        if len(found) == 1:
            return cls(found[0], found[0], found[0])
        low, middle, high = statistics.quantiles(found, n=4, method="inclusive")
        return cls(low, middle, high)

    def text(self, digits: int) -> str:
        """``0.06 (0.05 to 0.07)``."""
        low, middle, high = (f"{value:.{digits}f}" for value in (self.low, self.middle, self.high))
        return middle if low == high else f"{middle} ({low} to {high})"


@dataclass(slots=True)
class Measured:
    """The measurements of one suite by runner; each list has one entry for each round."""

    size: int
    plain: Mapping[str, str]  # the runner of the same suite of plain functions
    rounds: dict[str, list[Usage]] = field(default_factory=dict[str, list[Usage]])
    smaller: dict[str, list[Usage]] = field(default_factory=dict[str, list[Usage]])  # with `small[0]` tests
    smaller_size: int = 0
    instructions: dict[str, float] = field(default_factory=dict[str, float])  # for each test, not yet over plain ones

    def overhead(self, runner: str) -> list[float]:
        """Seconds of CPU for each test, over the plain suite of the same round."""
        pairs = zip(self.rounds[runner], self.rounds[self.plain[runner]], strict=True)
        return [(own.cpu - base.cpu) / self.size for own, base in pairs]

    def of_reference(self, runner: str) -> Spread | None:
        """Return the overhead divided by that of pytest-asyncio."""
        if REFERENCE not in self.rounds:
            return None
        pairs = list(zip(self.overhead(runner), self.overhead(REFERENCE), strict=True))
        if any(reference <= 0 for _, reference in pairs):
            return None  # lost in the noise: it costs nothing
        return Spread.of(own / reference for own, reference in pairs)

    def total(self, runner: str, other: str | None = None) -> Spread:
        """Return the total CPU time divided by that of *other*, by default of the plain suite."""
        pairs = zip(self.rounds[runner], self.rounds[other or self.plain[runner]], strict=True)
        return Spread.of(own.cpu / base.cpu for own, base in pairs)

    def kept(self, runner: str) -> Spread:
        """Bytes of peak memory that each further test adds, over the plain suite."""
        return Spread.of(
            own - base for own, base in zip(self._growth(runner), self._growth(self.plain[runner]), strict=True)
        )

    def _growth(self, runner: str) -> list[float]:
        pairs = zip(self.rounds[runner], self.smaller[runner], strict=True)
        return [1024 * (large.peak - small.peak) / (self.size - self.smaller_size) for large, small in pairs]

    def counted(self, runner: str) -> float:
        """Thousands of instructions for each test, over the plain suite."""
        return (self.instructions[runner] - self.instructions[self.plain[runner]]) / 1000


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, readable as text."""
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    lines = [heads, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def rows_of(measured: Measured, titles: Mapping[str, str]) -> tuple[list[str], list[list[str]]]:
    """The table of one suite."""
    columns = _columns(measured)
    rows = [[titles[name], *(text(name) for text in columns.values())] for name in measured.plain]
    return ["runner", *columns], rows


def _columns(measured: Measured) -> dict[str, Callable[[str], str]]:
    columns: dict[str, Callable[[str], str]] = {}
    if measured.smaller:
        columns["bytes for each further test"] = lambda name: measured.kept(name).text(0)
        return columns
    if measured.rounds and measured.size == 1:
        columns["ms over plain"] = lambda name: Spread.of(1e3 * x for x in measured.overhead(name)).text(1)
    elif measured.rounds:
        columns["overhead / pytest-asyncio's"] = lambda name: _text(measured.of_reference(name), 2)
        columns["us over plain"] = lambda name: Spread.of(1e6 * x for x in measured.overhead(name)).text(0)
    if measured.rounds:
        columns["total / plain"] = lambda name: measured.total(name).text(2)
    if DIRECT in measured.rounds:
        columns["total / direct"] = lambda name: measured.total(name, DIRECT).text(2)
    if measured.instructions:
        columns["k instructions over plain"] = lambda name: f"{measured.counted(name):.0f}"
    return columns


def _text(spread: Spread | None, digits: int) -> str:
    return "" if spread is None else spread.text(digits)
