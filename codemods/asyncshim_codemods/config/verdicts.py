"""What a rule of the configuration decides about one place: change it, or keep it and say why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from asyncshim_codemods.config.check import Change
from asyncshim_codemods.config.settings import PytestSettings
from asyncshim_codemods.config.text import Edit, Source
from asyncshim_codemods.results import FileResult, Finding, Options, Safety


class ConfigFacts(Protocol):
    """The cross-file facts that the rules of the configuration ask for; ``ProjectFacts`` has them."""

    @property
    def pytest_settings(self) -> PytestSettings:
        """What the project's configuration files tell pytest."""
        ...

    @property
    def still_needs_pytest_asyncio(self) -> tuple[str, ...]:
        """Why pytest-asyncio has to stay installed after this run, one reason an entry; empty when it may go."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule's answer for one option, entry or token.

    ``value`` is what replaces it; ``None`` takes it away. ``name`` renames an option. ``keep`` leaves it as it is
    under every choice of the user.
    """

    code: str
    message: str
    safety: Safety = Safety.SAFE
    value: str | None = None
    name: str | None = None
    keep: bool = False

    def applies(self, options: Options) -> bool:
        """Whether the user's choice lets this edit happen."""
        if self.keep or self.safety is Safety.MANUAL:
            return False
        return self.safety is Safety.SAFE or options.unsafe


@dataclass(frozen=True, slots=True)
class Proposal:
    """A verdict at a place, with the edits that carry it out and the differences that a parser has to see after.

    ``anchor`` is the line above which a TODO comment may stand: where the statement begins.
    """

    offset: int
    verdict: Verdict
    anchor: int
    edits: tuple[Edit, ...] = ()
    changes: tuple[Change, ...] = field(default=())


def finding(source: Source, proposal: Proposal, *, fixed: bool) -> Finding:
    """The finding that tells the user of a proposal."""
    verdict = proposal.verdict
    line, column = source.line(proposal.offset), source.column(proposal.offset)
    return Finding(line, column, verdict.code, verdict.message, verdict.safety, fixed)


def failed(path: str, data: bytes, message: str, line: int | None = None) -> FileResult:
    """The result for a file that is left as it was because of an error."""
    return FileResult(path, data, data, (), message, line)


def unchanged(path: str, data: bytes, findings: Iterable[Finding] = ()) -> FileResult:
    """The result for a file that is left as it was."""
    return FileResult(path, data, data, tuple(sorted(findings)))
