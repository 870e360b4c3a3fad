"""From files on disk to results in memory: facts first, then the Python files, then what configures them."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.migrate.plan import worker_pool
from asyncshim.migrate.plan.plan import FileChange, Plan, Spool
from asyncshim.migrate.plan.plan import of as plan_of
from asyncshim.migrate.read import files
from asyncshim_codemods.results import FileResult, Options

if TYPE_CHECKING:
    from asyncshim.migrate.plan.ruleset import RuleSet
    from asyncshim.migrate.read.discover import Discovery
    from asyncshim_codemods.api import KeptAliases, ProjectFacts

Progress = Callable[[str, int, int], None]
_ELSEWHERE = b"what the change holds"
Rewrite = Callable[[str, bytes, "ProjectFacts", Options], FileResult]


@dataclass(frozen=True, slots=True)
class Visited:
    """One file after the rules: the result, the permission bits it was read with, and details of a crash.

    With a ``change``, that has the bytes: the result only tells that there are other ones.
    """

    result: FileResult
    mode: int = 0
    details: str = ""
    change: FileChange | None = None

    @property
    def whole(self) -> FileResult:
        """The result with the bytes."""
        if self.change is None:
            return self.result
        return replace(self.result, old=self.change.old.data, new=self.change.new.data)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found: only files with a change, a finding or an error are kept, in order of path."""

    visited: tuple[Visited, ...]
    files: int

    @property
    def results(self) -> tuple[FileResult, ...]:
        """The results alone, for reports: that a file changes, not its bytes."""
        return tuple(visited.result for visited in self.visited)

    @property
    def whole_results(self) -> tuple[FileResult, ...]:
        """The results with all bytes, for reports that show code."""
        return tuple(visited.whole for visited in self.visited)

    def plan(self) -> Plan:
        """Return what is to be written."""
        return plan_of(visited.change for visited in self.visited if visited.change is not None)


def _untold(phase: str, done: int, total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The rules, bound to a project and to what the user asked of them."""

    root: Path
    rules: RuleSet
    options: Options
    jobs: int = 1
    progress: Progress = _untold
    doing: str = "Rewriting"

    def run(self, discovery: Discovery) -> Outcome:
        """Look at every file once; nothing is written and no file's failure stops another."""
        spool = Spool()
        scan = _Scan(self.root, self.rules.is_relevant, self.progress)
        facts = self.rules.collect_facts(chain(scan.python(discovery.python), scan.plain(discovery.settings)))
        # A file that imports another's alias of the marker may hold nothing else that a rule looks for.
        wanted = scan.relevant | scan.unreadable | facts.wanted
        targets = [path for path in discovery.targets if path in wanted]
        facts = self._facts_about_aliases(facts, targets)
        first = self._rewrite(self.doing, self.rules.rewrite_python, targets, facts, spool)
        second: list[Visited] = []
        # Configuration applies to all Python files, so it stays unchanged if one of them is unknown.
        unseen = [Visited(_failed(path, f"cannot be read: {reason}")) for path, reason in discovery.unreadable]
        if discovery.config and not unseen and scan.hidden.isdisjoint(discovery.targets):
            facts = self._facts_after(facts, scan, first, discovery)
            settings = scan.plain(discovery.settings)
            facts = self.rules.facts_about_requirements(facts, settings, discovery.config, self.options)
            second = self._rewrite(
                f"{self.doing} configuration", self.rules.rewrite_config, discovery.config, facts, spool
            )
        kept = [visited for visited in (*unseen, *first, *second) if _matters(visited.result)]
        kept.sort(key=lambda visited: visited.result.path)
        return Outcome(tuple(kept), files=len(discovery.targets) + len(discovery.config))

    def run_one(self, discovery: Discovery, path: str, snapshot: files.Snapshot) -> Visited:
        """Rewrite bytes that are not on disk, as if they were the file at ``path``."""
        scan = _Scan(self.root, self.rules.is_relevant, self.progress)
        others = tuple(one for one in discovery.python if one != path)
        settings = tuple(one for one in discovery.settings if one != path)
        facts = self.rules.collect_facts(chain([(path, snapshot.data)], scan.python(others), scan.plain(settings)))
        if not self.rules.is_config(path):
            facts = self._facts_about_aliases(facts, [path])
            return _rewritten(path, snapshot, self.rules.rewrite_python, facts, self.options)
        facts = self.rules.facts_about_requirements(facts, scan.plain(settings), (), self.options)
        return _rewritten(path, snapshot, self.rules.rewrite_config, facts, self.options)

    def _facts_about_aliases(self, facts: ProjectFacts, edited: Iterable[str]) -> ProjectFacts:
        """Add the aliases that files still import after the run; needed before the aliases are removed."""
        if not facts.importers:
            return facts
        # What --unsafe leaves of the imports in the files that it may edit; all of them in others.
        rewrite = partial(_visit, self.root, self.rules.rewrite_python, facts, replace(self.options, unsafe=True))
        task = partial(_kept_aliases, self.root, self.rules.imported_aliases, rewrite, facts, frozenset(edited))
        every = partial(_every_alias, facts)
        kept = worker_pool.each(task, sorted(facts.importers), self.jobs, every)
        return replace(facts, kept_aliases=frozenset(chain.from_iterable(kept)))

    def _facts_after(
        self, facts: ProjectFacts, scan: _Scan, visited: Iterable[Visited], discovery: Discovery
    ) -> ProjectFacts:
        """Return the facts as they will be: what still imports pytest_asyncio decides whether it may go."""
        new = {one.result.path: one.change.new for one in visited if one.change is not None}
        if not new:
            return facts
        python = ((path, new[path].data if path in new else data) for path, data in scan.plain(discovery.python))
        return self.rules.facts_after(facts, chain(python, scan.plain(discovery.settings)))

    def _rewrite(
        self,
        phase: str,
        rewrite: Rewrite,
        paths: Iterable[str],
        facts: ProjectFacts,
        spool: Spool,
    ) -> list[Visited]:
        todo = list(paths)
        task = partial(_visit, self.root, rewrite, facts, self.options)
        results: list[Visited] = []
        for visited in worker_pool.each(task, todo, self.jobs, _died):
            results.append(_spooled(visited, spool))
            self.progress(phase, len(results), len(todo))
        return results


class _Scan:
    """Reads the project for facts, every Python file of it, and notes which ones can hold anything of interest."""

    def __init__(self, root: Path, is_relevant: Callable[[bytes], bool], progress: Progress) -> None:
        self._root = root
        self._is_relevant = is_relevant
        self._progress = progress
        self.relevant: set[str] = set()
        self.unreadable: set[str] = set()
        self.hidden: set[str] = set()  # those that are there, and may hold anything

    def python(self, paths: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
        for number, (path, data) in enumerate(self.plain(paths), 1):
            self._progress("Reading", number, len(paths))
            if self._is_relevant(data):
                self.relevant.add(path)
            yield path, data

    def plain(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            try:
                yield path, files.read(f"{self._root}/{path}").data
            except OSError as error:
                self.unreadable.add(path)
                if not isinstance(error, FileNotFoundError):
                    self.hidden.add(path)


def _kept_aliases(
    root: Path,
    imported: Callable[[str, bytes, ProjectFacts], KeptAliases],
    rewrite: Callable[[str], Visited],
    facts: ProjectFacts,
    edited: frozenset[str],
    path: str,
) -> KeptAliases:
    result = rewrite(path).result if path in edited else None
    if result is not None and result.changed:
        return imported(path, result.new, facts)
    try:
        return imported(path, files.read(f"{root}/{path}").data, facts)
    except OSError:
        return _every_alias(facts, path)


def _every_alias(facts: ProjectFacts, path: str) -> KeptAliases:
    return frozenset((alias, path) for alias in facts.aliases)


def _visit(
    root: Path,
    rewrite: Rewrite,
    facts: ProjectFacts,
    options: Options,
    path: str,
) -> Visited:
    try:
        snapshot = files.read(f"{root}/{path}")
    except OSError as error:
        return Visited(_failed(path, f"cannot be read: {error.strerror}"))
    return _rewritten(path, snapshot, rewrite, facts, options)


def _spooled(visited: Visited, spool: Spool) -> Visited:
    """Return the same with the bytes kept elsewhere: a project may have more of them than there is memory."""
    result = visited.result
    if not result.changed:
        return visited
    change = FileChange.keeping(spool, result.path, result.old, result.new, visited.mode)
    return replace(visited, result=replace(result, old=b"", new=_ELSEWHERE), change=change)


def _rewritten(path: str, snapshot: files.Snapshot, rewrite: Rewrite, facts: ProjectFacts, options: Options) -> Visited:
    try:
        result = rewrite(path, snapshot.data, facts, options)
    except Exception as error:  # noqa: BLE001 - a rule's fault must not cost the other files
        place = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"a rule crashed, the file is unchanged: {type(error).__name__}: {error} ({place.name})"
        return Visited(_failed(path, reason), details=traceback.format_exc())
    if not result.changed:
        # Thousands of files that stay as they are need not stay in memory, too.
        result = replace(result, old=b"", new=b"")
    elif not snapshot.mode & 0o222:
        return Visited(_failed(path, "is read-only: make it writable, then run again"))
    return Visited(result, mode=snapshot.mode, details=result.details)


def _died(path: str) -> Visited:
    return Visited(_failed(path, "the process that worked on it died (out of memory, or killed); the file is left"))


def _failed(path: str, reason: str) -> FileResult:
    return FileResult(path=path, old=b"", new=b"", error=reason)


def _matters(result: FileResult) -> bool:
    return result.changed or bool(result.findings) or result.error is not None
