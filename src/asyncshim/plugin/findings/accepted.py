"""The findings that a baseline accepts, and how many of them have occurred."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from asyncshim.plugin.findings.model import RuntimeFinding, owner_of, scope_of

Entry = tuple[str, str]
"""A test and the text that identifies a finding below it."""
Pool = tuple[str, str]
"""An owner and the text: findings that a baseline counts together."""


class Accepted:
    """Counts findings by what a baseline accepts."""

    def __init__(self, entries: Mapping[Entry, int]) -> None:
        self.entries = Counter(entries)
        self._allowed = Counter[Pool]()
        for (test, use), number in self.entries.items():
            self._allowed[owner_of(test, scope_of(use)), use] += number
        self._used: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._most: defaultdict[str, Counter[str]] = defaultdict(Counter)  # of earlier attempts, and of workers
        self._tests: dict[Pool, str] = {}  # the first that caused each

    def begin(self, test: str) -> None:
        """Begin an attempt at *test*: plugins that repeat a test do not repeat its findings."""
        former = self._used.pop(test, None)
        if former is not None:
            self._most[test] |= former

    def covers(self, finding: RuntimeFinding) -> bool:
        """Count *finding*; return whether the baseline accepts so many of its kind."""
        owner, use = finding.owner, finding.use
        self._used[owner][use] += 1
        self._tests.setdefault((owner, use), finding.test)
        return self._used[owner][use] <= self._allowed[owner, use]

    def merge(self, test: str, use: str, number: int) -> None:
        """Add the count of a worker. Two workers set up a wide fixture twice: that is no second finding."""
        owner = owner_of(test, scope_of(use))
        self._most[owner][use] = max(self._most[owner][use], number)
        self._tests.setdefault((owner, use), test)

    def occurred(self) -> Counter[Entry]:
        """Return how often each kind of finding occurred, below the first test that caused it."""
        return Counter({(self._tests[pool], pool[1]): number for pool, number in self._used_pools().items()})

    def unused(self) -> Iterator[tuple[Entry, int]]:
        """Yield the entries that did not occur, with their number."""
        left = self._used_pools()
        for (test, use), number in sorted(self.entries.items()):
            pool = owner_of(test, scope_of(use)), use
            occurred = min(number, left[pool])
            left[pool] -= occurred
            if occurred < number:
                yield (test, use), number - occurred

    def _used_pools(self) -> Counter[Pool]:
        found = Counter[Pool]()
        for counts in (self._most, self._used):
            for owner, uses in counts.items():
                for use, number in uses.items():
                    found[owner, use] = max(found[owner, use], number)
        return found
