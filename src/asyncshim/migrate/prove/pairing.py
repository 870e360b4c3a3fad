"""Pair the tests of two runs whose node ids have random parts, such as the address of an object."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncshim.migrate.prove.outcomes import SuiteRun

# What differs from process to process: UUIDs, addresses, dates with times, hashes and tokens, numbers such as
# time.time(), and the names of temporary folders.
_RANDOM = re.compile(
    r"""
    [0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}
    | 0x[0-9a-f]{4,}
    | \d{4}-\d\d-\d\d[t\ _]\d\d[:-]?\d\d(?:[:-]?\d\d)?(?:[.,]\d+)?(?:z|[+-]\d\d:?\d\d)?
    | \b(?:datetime\.)?datetime\([\d,\ ]+
    | (?<![0-9a-z])(?:\d{6,}(?:\.\d+)?|\d+\.\d{4,})(?![0-9a-z])
    | (?<![0-9a-z])(?=[a-z]*\d)[0-9a-f]{8,}(?![0-9a-z])
    | pytest-\d+(?=/) | (?<=/)tmp[a-z0-9_]{6,}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def function_of(test: str) -> str:
    """Return a node id without its parameters."""
    path, separator, rest = test.partition("::")
    return path + separator + rest.partition("[")[0]


def shape_of(test: str) -> str:
    """Return a node id whose random parts are replaced."""
    function = function_of(test)
    return function + _RANDOM.sub("*", test[len(function) :])


def unstable(first: SuiteRun, again: SuiteRun) -> frozenset[str]:
    """Return the functions whose node ids differ between two runs of the same files."""
    return frozenset(map(function_of, first.outcomes.keys() ^ again.outcomes.keys()))


def aligned(run: SuiteRun, to: SuiteRun, random_functions: Collection[str] = ()) -> SuiteRun:
    """Return ``run`` with the node ids of ``to`` for the tests whose ids differ in a random part only.

    Tests of the ``random_functions`` are paired in the order of collection.
    """
    names: dict[str, str] = {}
    _pair(names, run, to, shape_of)
    if random_functions:
        _pair(names, run, to, lambda test: name if (name := function_of(test)) in random_functions else None)
    if not names:
        return run
    return replace(run, outcomes=_renamed(run.outcomes, names), texts=_renamed(run.texts, names))


def _pair(names: dict[str, str], run: SuiteRun, to: SuiteRun, key: Callable[[str], str | None]) -> None:
    taken = set(names.values())
    free: defaultdict[str | None, deque[str]] = defaultdict(deque)
    for test in to.outcomes:
        if test not in run.outcomes and test not in taken:
            free[key(test)].append(test)
    for test in run.outcomes:
        if test not in to.outcomes and test not in names and (which := key(test)) is not None and free[which]:
            names[test] = free[which].popleft()


def _renamed(values: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {names.get(test, test): value for test, value in values.items()}
