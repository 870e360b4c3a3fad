"""The baseline of accepted findings: with it, ``check`` fails only for new ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim import baseline_file
from asyncshim.baseline_file import BaselineFile
from asyncshim.errors import UsageError
from asyncshim.migrate.read import files

if TYPE_CHECKING:
    from asyncshim_codemods.results import FileResult, Finding


@dataclass(frozen=True, slots=True)
class Compared:
    """The new findings, the number of accepted findings, and the number that no longer exist."""

    new: tuple[tuple[FileResult, Finding], ...]
    accepted: int
    gone: int


class Baseline:
    """Accepted uses by file. A use is identified by code and line text, so that it may move within its file."""

    def __init__(self, uses: Counter[tuple[str, str]]) -> None:
        self._uses = uses

    @classmethod
    def of(cls, root: Path, results: Iterable[FileResult]) -> Baseline:
        """Return a baseline that accepts all findings."""
        return cls(Counter((result.path, use) for result in results for _, use in _uses(root, result)))

    @classmethod
    def load(cls, file: Path) -> Baseline:
        """Read a baseline."""
        return cls(baseline_file.load(file).accepted)

    def save(self, file: Path) -> None:
        """Write the baseline; the findings of test runs in it stay."""
        try:
            runtime = baseline_file.load(file).runtime
        except UsageError:  # there is none, or one that cannot be read
            runtime = None
        BaselineFile(self._uses, runtime).save(file)

    def compare(self, root: Path, results: Iterable[FileResult]) -> Compared:
        """Separate new findings from accepted ones."""
        unused = Counter(self._uses)
        new: list[tuple[FileResult, Finding]] = []
        accepted = 0
        for result in results:
            for finding, use in _uses(root, result):
                if unused[result.path, use] > 0:
                    unused[result.path, use] -= 1
                    accepted += 1
                else:
                    new.append((result, finding))
        return Compared(tuple(new), accepted, gone=unused.total())


def _uses(root: Path, result: FileResult) -> Iterator[tuple[Finding, str]]:
    findings = sorted(result.findings)
    if not findings:
        return
    try:
        lines = files.read(root / result.path).data.split(b"\n")
    except OSError:
        lines = []
    for finding in findings:
        line = lines[finding.line - 1] if finding.line <= len(lines) else b""
        yield finding, f"{finding.code} {line.strip().decode('utf-8', 'backslashreplace')}"
