"""From files on disk to results in memory: facts first, then the Python files, then what configures them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from asyncshim.migrate.plan import worker_pool
from asyncshim.migrate.plan.limits import Limits
from asyncshim.migrate.plan.note import note_about
from asyncshim.migrate.plan.one_file import (
    Careful,
    Rewrite,
    Visited,
    every_alias,
    facts_of,
    failed,
    gave_up,
    kept_aliases,
    may_be_broken,
    no_facts,
    rewritten_as_given,
    still_required_by,
    visit,
)
from asyncshim.migrate.plan.outcome import Outcome
from asyncshim.migrate.plan.plan import FileChange, Kept, Spool
from asyncshim.migrate.plan.scan import Progress, Scan, untold
from asyncshim.migrate.plan.shared_settings import editable
from asyncshim.migrate.read import files
from asyncshim_codemods.results import FileResult, Options

if TYPE_CHECKING:
    from asyncshim.migrate.plan.ruleset import RuleSet
    from asyncshim.migrate.read.discover import Discovery
    from asyncshim_codemods.api import FileFacts, ProjectFacts

T = TypeVar("T")

_ELSEWHERE = b"what the change holds"


@dataclass(frozen=True, slots=True)
class Engine:
    """The rules, bound to a project and to what the user asked of them."""

    root: Path
    rules: RuleSet
    options: Options
    jobs: int = 1
    progress: Progress = untold
    limits: Limits = field(default_factory=Limits)
    doing: str = "Rewriting"
    looks_outside: bool = False

    def run(self, discovery: Discovery) -> Outcome:
        """Look at every file once; nothing is written and no file's failure stops another."""
        spool = Spool()
        scan = Scan(self.root, self.rules, self.limits, self.progress)
        everything: Iterable[tuple[str, bytes | FileFacts]]
        everything = chain(scan.python(discovery.python), scan.plain(discovery.settings), self._read_apart(scan))
        facts = self.rules.collect_facts(everything)
        discovery = replace(discovery, config=editable(discovery, facts, scan.relevant))
        facts = self._facts_about_runner(facts, scan, discovery, pending=discovery.targets)
        # A file that imports another's alias of the marker may hold nothing else that a rule looks for.
        wanted = (scan.relevant | scan.unreadable | facts.wanted).difference(scan.failed)
        wanted |= self._broken([path for path in discovery.targets if path not in wanted], scan)
        targets = [path for path in discovery.targets if path in wanted]
        if facts.alt.enabled_in or facts.alt.in_config:  # whether that goes depends on what leaks
            facts = self._facts_about_leaks(facts, scan, (), discovery)
        before = facts = self._facts_about_aliases(facts, targets, scan)
        first = self._rewrite_python(targets, facts, scan, spool)
        second: list[Visited] = []
        unseen = [Visited(failed(path, f"cannot be read: {reason}")) for path, reason in discovery.unreadable]
        unseen += [gave_up(path, scan.failed[path]) for path in discovery.targets if path in scan.failed]
        config = [path for path in discovery.config if path not in scan.failed]
        # Configuration applies to all Python files, so it stays unchanged if one of them is unknown.
        known = not unseen and scan.hidden.isdisjoint(discovery.targets) and not any(one.given_up for one in first)
        if config and known:
            facts = self._facts_after(facts, scan, first, discovery)
            told = self._facts_about_runner(facts, scan, discovery)
            frees = bool(told.alt.loaded) and told.alt.uses != before.alt.uses
            if frees or (told.kept is not None and facts.kept is None):
                # What these files still import keeps pytest-asyncio, or the file that loads alt-pytest-asyncio.
                targets = [path for path in discovery.targets if path in wanted | told.wanted]
                told = self._facts_about_aliases(told, targets, scan)
                first = self._rewrite_python(targets, told, scan, spool)
            if frees:
                told = self._facts_about_runner(self._facts_after(told, scan, first, discovery), scan, discovery)
            facts = self._facts_after(told, scan, first, discovery)
            facts = self._facts_about_requirements(facts, scan, discovery)
            facts = self._facts_about_leaks(facts, scan, first, discovery)
            second = self._rewrite(f"{self.doing} configuration", self.rules.rewrite_config, config, facts, scan, spool)
        unseen += [gave_up(path, scan.failed[path]) for path in discovery.config if path in scan.failed]
        kept = [visited for visited in (*unseen, *first, *second) if _matters(visited.result)]
        kept.sort(key=lambda visited: visited.result.path)
        outside = self._outside([path for path in discovery.outside if path in wanted], before, scan)
        number = len(discovery.targets) + len(discovery.config)
        is_repeatable = not (scan.lost or scan.unreadable or any(visited.is_doubtful for visited in kept))
        note = note_about(facts, self.options)
        return Outcome(tuple(kept), number, note, outside, tuple(discovery.config), is_repeatable)

    def run_one(self, discovery: Discovery, path: str, snapshot: files.Snapshot) -> Visited:
        """Rewrite bytes that are not on disk, as if they were the file at ``path``."""
        scan = Scan(self.root, self.rules, self.limits, self.progress, given={path: snapshot})
        others = tuple(one for one in discovery.python if one != path)
        settings = tuple(one for one in discovery.settings if one != path)
        own = scan.plain([path]) if self.rules.is_config(path) else scan.python((path,))
        facts = self.rules.collect_facts(chain(own, scan.python(others), scan.plain(settings), self._read_apart(scan)))
        if path in scan.failed:
            return Visited(failed(path, scan.failed[path]))
        rewrite = self.rules.rewrite_python
        if self.rules.is_config(path):
            rewrite = self.rules.rewrite_config
            facts = self._facts_about_requirements(facts, scan, replace(discovery, settings=settings, config=()))
        else:
            facts = self._facts_about_runner(facts, scan, replace(discovery, settings=settings, config=()), (path,))
            facts = self._facts_about_aliases(facts, [path], scan)
        task = partial(rewritten_as_given, snapshot, self._careful(rewrite, scan), facts, self.options)
        (visited,) = self._each(task, [path], scan)
        return visited

    def _rewrite_python(self, targets: Sequence[str], facts: ProjectFacts, scan: Scan, spool: Spool) -> list[Visited]:
        scan.measure(targets)
        return self._rewrite(self.doing, self.rules.rewrite_python, targets, facts, scan, spool)

    def _outside(self, paths: Sequence[str], facts: ProjectFacts, scan: Scan) -> tuple[FileResult, ...]:
        """Return what the rules find in files that are not within the given paths."""
        if not self.looks_outside or not paths:
            return ()
        scan.measure(paths)
        todo = [path for path in paths if path not in scan.failed]
        found = self._rewrite("Looking outside the paths", self.rules.rewrite_python, todo, facts, scan, Spool())
        results = (visited.result for visited in found if visited.result.findings)
        return tuple(sorted(results, key=lambda result: result.path))

    def _broken(self, paths: Sequence[str], scan: Scan) -> set[str]:
        """Return the files that may have a syntax error, of those in which no rule looks for anything."""
        todo = [path for path in paths if path not in scan.failed]
        task = partial(may_be_broken, self.root, self.rules.may_be_broken, self.limits.size)
        broken: set[str] = set()
        asked = self._spread(task, todo, lambda path, _: (path, False), scan)
        for number, (path, is_broken) in enumerate(asked, 1):
            self.progress("Parsing", number, len(todo))
            if is_broken:
                broken.add(path)
        return broken

    def _each(self, task: Callable[[str], Visited], paths: Sequence[str], scan: Scan) -> Iterator[Visited]:
        return self._spread(task, paths, gave_up, scan)

    def _spread(
        self, task: Callable[[str], T], paths: Sequence[str], gave_up: Callable[[str, str], T], scan: Scan
    ) -> Iterator[T]:
        """Yield ``task(path)`` for every path; note the files for which that failed, because it may not fail again."""

        def lost(path: str, reason: str) -> T:
            scan.lost.append(path)
            return gave_up(path, reason)

        return worker_pool.each(task, paths, self.jobs, lost, isolated=scan.suspicious, limits=self.limits)

    def _careful(self, rewrite: Rewrite, scan: Scan) -> Rewrite:
        """Return ``rewrite``, which works on suspicious files in another process."""
        apart = self.rules.rewrite_apart
        return rewrite if apart is None else Careful(rewrite, apart, frozenset(scan.suspicious))

    def _read_apart(self, scan: Scan) -> Iterator[tuple[str, FileFacts]]:
        """Read the suspicious files in other processes; those for which that fails are not used any further."""
        task = partial(facts_of, self.root, self.rules.read_apart, scan.given)
        paths = sorted(scan.suspicious - set(scan.failed))
        for path, facts, reason in self._spread(task, paths, no_facts, scan):
            if facts is None:
                scan.failed[path] = reason
            else:
                yield path, facts

    def _facts_about_runner(
        self, facts: ProjectFacts, scan: Scan, discovery: Discovery, pending: Collection[str] = ()
    ) -> ProjectFacts:
        """The facts with the runner that the dependency files install after this run.

        What the ``pending`` Python files need does not count, because they are not rewritten yet.
        """
        needs = facts.still_needs_pytest_asyncio
        facts = replace(facts, kept=None)
        facts = self.rules.facts_without_imports_in(facts, frozenset(pending))
        facts = self._facts_about_requirements(facts, scan, discovery)
        facts = self.rules.facts_about_runner(facts, scan.plain(discovery.settings), discovery.config, self.options)
        return replace(facts, still_needs_pytest_asyncio=needs)

    def _facts_about_requirements(self, facts: ProjectFacts, scan: Scan, discovery: Discovery) -> ProjectFacts:
        """The facts with the files that still require pytest-asyncio; a suspicious file may be one."""
        plain = scan.plain(discovery.settings)
        facts = self.rules.facts_about_requirements(facts, plain, discovery.config, self.options)
        apart = sorted(scan.suspicious.intersection(discovery.settings).difference(scan.failed))
        unknown = set(scan.failed).intersection(discovery.settings)
        if not apart and not unknown:
            return facts
        ask = self.rules.facts_about_requirements
        task = partial(still_required_by, self.root, ask, facts, discovery.config, self.options)
        found = self._spread(task, apart, lambda path, _: (path,), scan)
        required = {*facts.still_required_by, *unknown, *chain.from_iterable(found)}
        return replace(facts, still_required_by=tuple(sorted(required)))

    def _facts_about_aliases(self, facts: ProjectFacts, edited: Iterable[str], scan: Scan) -> ProjectFacts:
        """Add the aliases that files still import after the run; needed before the aliases are removed."""
        if not facts.importers:
            return facts
        # What --unsafe leaves of the imports in the files that it may edit; all of them in others.
        scan.measure(sorted(facts.importers))
        careful = self._careful(self.rules.rewrite_python, scan)
        rewrite = partial(visit, self.root, careful, facts, replace(self.options, unsafe=True))
        task = partial(kept_aliases, self.root, self.rules.imported_aliases, rewrite, facts, frozenset(edited))
        every = partial(every_alias, facts)
        kept = self._spread(task, sorted(facts.importers), every, scan)
        return replace(facts, kept_aliases=frozenset(chain.from_iterable(kept)))

    def _facts_after(
        self, facts: ProjectFacts, scan: Scan, visited: Iterable[Visited], discovery: Discovery
    ) -> ProjectFacts:
        """Return the facts as they will be: what still imports pytest_asyncio decides whether it may go."""
        new = {one.result.path: one.change.new for one in visited if one.change is not None}
        if not new:
            return facts
        python = _after(new, scan.plain(discovery.python))
        apart = Scan(self.root, self.rules, self.limits, self.progress, given=scan.given)
        apart.suspicious, apart.lost = scan.suspicious - set(scan.failed), scan.lost
        apart.given |= {path: files.Snapshot(new[path].data, 0) for path in apart.suspicious.intersection(new)}
        again = self._read_apart(apart)
        return self.rules.facts_after(facts, chain(python, scan.plain(discovery.settings), again))

    def _facts_about_leaks(
        self, facts: ProjectFacts, scan: Scan, visited: Iterable[Visited], discovery: Discovery
    ) -> ProjectFacts:
        """Return the facts with what may leak tasks, unless a file cannot be read here or was left out."""
        if discovery.others or not scan.suspicious.union(scan.failed, scan.unreadable).isdisjoint(discovery.python):
            return facts
        new = {one.result.path: one.change.new for one in visited if one.change is not None}
        return self.rules.facts_about_leaks(facts, _after(new, scan.plain(discovery.python)))

    def _rewrite(
        self,
        phase: str,
        rewrite: Rewrite,
        paths: Iterable[str],
        facts: ProjectFacts,
        scan: Scan,
        spool: Spool,
    ) -> list[Visited]:
        todo = list(paths)
        task = partial(visit, self.root, self._careful(rewrite, scan), facts, self.options)
        results: list[Visited] = []
        for visited in self._each(task, todo, scan):
            results.append(_spooled(visited, spool))
            self.progress(phase, len(results), len(todo))
        return results


def _after(new: Mapping[str, Kept], files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    return ((path, new[path].data if path in new else data) for path, data in files)


def _spooled(visited: Visited, spool: Spool) -> Visited:
    """Return the same with the bytes kept elsewhere: a project may have more of them than there is memory."""
    result = visited.result
    if not result.changed:
        return visited
    change = FileChange.keeping(spool, result.path, result.old, result.new, visited.mode)
    return replace(visited, result=replace(result, old=b"", new=_ELSEWHERE), change=change)


def _matters(result: FileResult) -> bool:
    return result.changed or bool(result.findings) or result.error is not None
