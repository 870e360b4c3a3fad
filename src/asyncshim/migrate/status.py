"""How much of a project is migrated: plain tests, remaining uses, and uses for manual review."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.migrate.read import files
from asyncshim_codemods.results import FileResult, Finding, Safety

if TYPE_CHECKING:
    from asyncshim.migrate.plan.outcome import Outcome
    from asyncshim.migrate.read.discover import Discovery

# A regular expression, because a parser would take a hundred times as long. It is exact for formatted code.
_TEST = re.compile(rb"^[ \t]*(async[ \t]+)?def[ \t]+test", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Uses:
    """Uses by safety: ``migrate`` rewrites safe ones, ``migrate --unsafe`` also unsafe ones."""

    safe: int = 0
    unsafe: int = 0
    manual: int = 0

    @property
    def total(self) -> int:
        """All uses."""
        return self.safe + self.unsafe + self.manual

    def __add__(self, other: Uses) -> Uses:
        return Uses(self.safe + other.safe, self.unsafe + other.unsafe, self.manual + other.manual)


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """One folder: its files, as `check` counts them, and tests. ``plain`` counts async tests in files without uses."""

    files: int = 0
    tests: int = 0
    async_tests: int = 0
    plain: int = 0
    uses: Uses = field(default_factory=Uses)

    def __add__(self, other: FolderStatus) -> FolderStatus:
        return FolderStatus(
            self.files + other.files,
            self.tests + other.tests,
            self.async_tests + other.async_tests,
            self.plain + other.plain,
            self.uses + other.uses,
        )

    @property
    def percent(self) -> int:
        """The share of plain async tests; 100 only if all are plain."""
        return 100 if self.plain == self.async_tests else 100 * self.plain // self.async_tests


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason for manual review: the number of uses, and the place of the first."""

    code: str
    message: str
    count: int
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Status:
    """The numbers of the whole project, by folder and by rule."""

    total: FolderStatus
    folders: Mapping[str, FolderStatus]
    rules: Mapping[str, Uses]
    blockers: tuple[Blocker, ...]
    failed: tuple[FileResult, ...]


def count_tests(root: Path, paths: Iterable[str]) -> list[int]:
    """Return two numbers for each file, one after the other: its tests, and its async tests."""
    counts: list[int] = []
    for path in paths:
        try:
            matches = _TEST.findall(files.read(f"{root}/{path}", most=files.MOST).data)
        except OSError:
            matches = []
        counts += [len(matches), sum(map(bool, matches))]
    return counts


def status(discovery: Discovery, outcome: Outcome, counts: Sequence[int]) -> Status:
    """Add up uses and tests by folder, and uses by rule; ``counts`` are those of the discovered Python files."""
    results = {result.path: result for result in outcome.results}
    folders: dict[str, FolderStatus] = {}
    without_results: dict[str, list[int]] = {}  # most files, so their numbers are added up in place
    python = zip(discovery.targets, counts[::2], counts[1::2], strict=True)
    for path, tests, async_tests in (*python, *((path, 0, 0) for path in outcome.config)):
        name = path.rpartition("/")[0] or "."
        if path in results:
            folders[name] = folders.get(name, FolderStatus()) + _of_file(results[path], tests, async_tests)
            continue
        sums = without_results.setdefault(name, [0, 0, 0])
        sums[0] += 1
        sums[1] += tests
        sums[2] += async_tests
    for name, (number, tests, async_tests) in without_results.items():
        folders[name] = folders.get(name, FolderStatus()) + FolderStatus(number, tests, async_tests, async_tests)
    rules: dict[str, Uses] = {}
    for result in outcome.results:
        for finding in result.findings:
            rules[finding.code] = rules.get(finding.code, Uses()) + _kind(finding)
    return Status(
        total=sum(folders.values(), FolderStatus()),
        folders={name: folder for name, folder in sorted(folders.items()) if folder.tests or folder.uses.total},
        rules=dict(sorted(rules.items())),
        blockers=_blockers(outcome),
        failed=tuple(result for result in outcome.results if result.error is not None),
    )


def _of_file(result: FileResult, tests: int, async_tests: int) -> FolderStatus:
    uses = sum(map(_kind, result.findings), Uses())
    is_plain = not uses.total and result.error is None
    return FolderStatus(1, tests, async_tests, async_tests if is_plain else 0, uses)


def _kind(finding: Finding) -> Uses:
    if finding.fixed:
        return Uses(safe=1)
    return Uses(unsafe=1) if finding.safety is Safety.UNSAFE else Uses(manual=1)


def _blockers(outcome: Outcome) -> tuple[Blocker, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], tuple[str, int]] = {}
    for result in outcome.results:
        for finding in sorted(result.findings):
            if not finding.fixed and finding.safety is not Safety.UNSAFE:
                key = (finding.code, finding.message)
                counts[key] += 1
                first.setdefault(key, (result.path, finding.line))
    return tuple(Blocker(code, text, number, *first[code, text]) for (code, text), number in counts.most_common())
