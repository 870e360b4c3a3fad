"""The findings that a team has accepted for now: only new ones fail its check."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.errors import UsageError
from asyncshim.migrate.read import files

if TYPE_CHECKING:
    from asyncshim_codemods.results import FileResult, Finding

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Compared:
    """``new`` are findings that nobody accepted; ``gone`` is how many accepted ones are there no more."""

    new: tuple[tuple[FileResult, Finding], ...]
    accepted: int
    gone: int


class Baseline:
    """Accepted uses by file. A use is its code and the text of its line, so that it may move within its file."""

    def __init__(self, uses: Counter[tuple[str, str]]) -> None:
        self._uses = uses

    @classmethod
    def of(cls, root: Path, results: Iterable[FileResult]) -> Baseline:
        """Accept everything that was found."""
        return cls(Counter((result.path, use) for result in results for _, use in _uses(root, result)))

    @classmethod
    def load(cls, file: Path) -> Baseline:
        """Read a baseline."""
        try:
            content = json.loads(files.read(os.path.realpath(file)).data)
            if content["version"] != _VERSION:
                raise UsageError(f"{file}: is of another version of asyncshim; write it again with --update-baseline")
            return cls(Counter((path, str(use)) for path, uses in content["accepted"].items() for use in uses))
        except FileNotFoundError as error:
            raise UsageError(f"{file}: there is no such baseline yet; --update-baseline writes it") from error
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise UsageError(f"{file}: is no baseline of asyncshim; write it again with --update-baseline") from error

    def save(self, file: Path) -> None:
        """Write the baseline, one use a line, so that two branches merge."""
        accepted: dict[str, list[str]] = {}
        for path, use in sorted(self._uses.elements()):
            accepted.setdefault(path, []).append(use)
        file.write_text(json.dumps({"version": _VERSION, "accepted": accepted}, indent=1) + "\n", "utf-8")

    def compare(self, root: Path, results: Iterable[FileResult]) -> Compared:
        """Tell new findings from accepted ones."""
        left = Counter(self._uses)
        new: list[tuple[FileResult, Finding]] = []
        accepted = 0
        for result in results:
            for finding, use in _uses(root, result):
                if left[result.path, use] > 0:
                    left[result.path, use] -= 1
                    accepted += 1
                else:
                    new.append((result, finding))
        return Compared(tuple(new), accepted, gone=left.total())


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
