"""Which tests a run has executed to their end, and what it left out: only of these does it know what is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from asyncshim.plugin.findings.model import scope_of


class Course:
    """Follows a run for the update of a baseline that names *tests*."""

    def __init__(self, tests: Iterable[str]) -> None:
        self._tests = set(tests)
        self._unfinished: set[str] = set()
        self._torn_down: set[str] = set()
        self.absent: set[str] | None = None  # those that were not collected; None before the collection
        self.is_narrow = False  # some tests were left out, by -k or --lf, say

    def collected(self, items: Iterable[pytest.Item]) -> None:
        """Note which of the tests were collected."""
        nodes = {node for item in items for node in nodes_of(item.nodeid)}
        self.absent = self._tests - nodes

    def note(self, report: pytest.TestReport) -> None:
        """Note how one phase of a test ended."""
        if not report.passed:
            self._unfinished.add(report.nodeid)
        elif report.when == "teardown":
            self._torn_down.add(report.nodeid)

    @property
    def completed(self) -> set[str]:
        """The tests that passed."""
        return self._torn_down - self._unfinished

    def merge(self, completed: Iterable[str], absent: Iterable[str], *, is_narrow: bool) -> None:
        """Add the course of a worker."""
        self._torn_down |= set(completed)
        self.absent = set(absent) if self.absent is None else self.absent & set(absent)
        self.is_narrow = self.is_narrow or is_narrow

    def gone(self, entries: Iterable[tuple[str, str]], config: pytest.Config, *, failed: bool) -> set[tuple[str, str]]:
        """Return those of *entries*, which did not occur, that would have occurred if they still existed."""
        completed = self.completed
        nodes = {node for test in completed for node in nodes_of(test)}
        absent = self.absent or set[str]()
        is_narrow = failed or self.is_narrow or _is_narrow(config)
        covered = _Covered(config)
        return {
            (test, use)
            for test, use in entries
            if (test in completed and scope_of(use) == "function")
            or (not is_narrow and (test in nodes or (test in absent and covered.has(test.partition("::")[0]))))
        }


def nodes_of(test: str) -> Iterator[str]:
    """Yield a node id, without its parameters, too, and the ids of its class and file."""
    yield test
    file, separator, rest = test.partition("::")
    names = rest.partition("[")[0].split("::")
    while separator and names:
        yield "::".join([file, *names])
        names.pop()
    yield file


class _Covered:
    """The folders and files that pytest was called with."""

    def __init__(self, config: pytest.Config) -> None:
        start = config.invocation_params.dir
        self._root = config.rootpath
        self._roots = [(start / argument).resolve() for argument in config.args]
        self._is_all = config.args_source is not pytest.Config.ArgsSource.ARGS

    def has(self, file: str) -> bool:
        path = (self._root / file).resolve()
        return self._is_all or any(path.is_relative_to(root) for root in self._roots)


def _is_narrow(config: pytest.Config) -> bool:
    options = ("lf", "stepwise", "ignore", "ignore_glob", "keyword", "markexpr", "deselect")
    return any(config.getoption(name, None) for name in options) or any("::" in one for one in config.args)
