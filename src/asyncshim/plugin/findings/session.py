"""The findings of a session from begin to end: read the baseline, gather from workers, write files, fail the run."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from asyncshim.baseline_file import BaselineFile, load, parse
from asyncshim.errors import UsageError
from asyncshim.plugin.findings import exchange, json_report, section
from asyncshim.plugin.findings.accepted import Accepted
from asyncshim.plugin.findings.collection import Findings
from asyncshim.plugin.findings.course import Course
from asyncshim.whole_files import check_replaceable, replace

NAME = "asyncshim-findings"
_BASELINE = "asyncshim_baseline"
_UPDATE = "--asyncshim-update-baseline"
_OUTPUT = "asyncshim_findings"


def begin(config: pytest.Config) -> Findings | None:
    """Return the findings of the session, if the options ask for a report or have a baseline."""
    report, baseline = _path(config, "asyncshim_report"), _path(config, _BASELINE)
    updates = bool(config.getoption("asyncshim_update_baseline", None))
    if updates and baseline is None:
        raise pytest.UsageError(f"{_UPDATE}: name the file with --asyncshim-baseline=FILE or asyncshim_baseline")
    if report is None and baseline is None:
        return None
    try:
        former = None if baseline is None else _read(config, baseline, updates=updates)
    except UsageError as error:
        raise pytest.UsageError(f"{_BASELINE}: {error}") from error
    if not hasattr(config, "workerinput"):
        _check("asyncshim_report", report)
        _check(_BASELINE, baseline if updates else None)
    accepted = None if baseline is None else Accepted((former and former.runtime) or {})
    findings = Findings(accepted, accepts_all=updates and (former is None or former.runtime is None))
    config.pluginmanager.register(FindingsOfSession(config, findings, report, baseline, former, updates=updates), NAME)
    return findings


def finish(session: pytest.Session) -> None:
    """Finish the findings of the session, after all loops are closed."""
    found: FindingsOfSession | None = session.config.pluginmanager.get_plugin(NAME)
    if found is not None:
        found.finish(session)


def _path(config: pytest.Config, name: str) -> Path | None:
    """Return the file that an option names: relative to the current folder, or to that of the configuration file."""
    given: str | None = config.getoption(name, None)
    folder = config.invocation_params.dir
    if not given:
        given = config.getini(name)
        folder = config.rootpath if config.inipath is None else config.inipath.parent
    return (folder / given).resolve() if given else None


def _read(config: pytest.Config, file: Path, *, updates: bool) -> BaselineFile | None:
    """Return the content of the baseline; ``None`` if it is to be made. A worker has it from the controller."""
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    text: str | None = None if given is None else given.get(_BASELINE)
    if text is not None:
        return parse(text, str(file), option=_UPDATE)
    if updates and (given is not None or not os.path.lexists(file)):
        return None
    return load(file, option=_UPDATE)


def _check(option: str, file: Path | None) -> None:
    if file is not None:
        try:
            check_replaceable(file)
        except OSError as error:
            raise pytest.UsageError(f"{option}: {file} cannot be written: {error.strerror or error}") from error


class FindingsOfSession:
    """The hooks of a session with a report or a baseline, and its end."""

    def __init__(
        self,
        config: pytest.Config,
        findings: Findings,
        report: Path | None,
        baseline: Path | None,
        former: BaselineFile | None,
        *,
        updates: bool,
    ) -> None:
        self._config = config
        self._findings = findings
        self._report = report
        self._baseline = baseline
        self._former = former
        self._course = Course(() if former is None else [test for test, _ in former.runtime or ()]) if updates else None
        self._messages: list[str] = []
        self._is_reported = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin an attempt at a test."""
        if self._findings.accepted is not None:
            self._findings.accepted.begin(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note whether the test passes."""
        if self._course is not None and not hasattr(report, "node"):  # a worker tells it at its end
            self._course.note(report)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which tests there are."""
        if self._course is not None and session.items:
            self._course.collected(session.items)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Note that tests are left out."""
        if self._course is not None and items:
            self._course.is_narrow = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give the baseline to a worker, so that all have the same."""
        if self._former is not None:
            node.workerinput[_BASELINE] = self._former.text()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a worker found. One that crashed tells nothing."""
        output: dict[str, Any] = getattr(node, "workeroutput", None) or {}
        text: str | None = output.get(_OUTPUT)
        if text is not None:
            exchange.merge(text, self._findings, self._course)

    def finish(self, session: pytest.Session) -> None:
        """When all loops are closed: send the findings to the controller, or write the files and fail the run."""
        output: dict[str, Any] | None = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = exchange.dumped(self._findings, self._course)
            return
        if self._config.option.collectonly:
            return
        exitstatus = session.exitstatus
        if self._report is not None:
            self._is_reported = self._write(self._report, json_report.render(self._findings), session)
        if self._course is not None and exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            self._update(self._course, session)
        if self._findings.new and self._findings.fails_new:
            self._fail(session)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the section of the findings."""
        if self._config.option.collectonly or hasattr(self._config, "workeroutput"):
            return
        written = self._report if self._is_reported else None
        for line in section.lines(self._findings, written, self._baseline, self._config.rootpath, self._messages):
            if line.startswith("= "):
                terminalreporter.write_sep("=", line[2:])
            else:
                terminalreporter.write_line(line)

    def _update(self, course: Course, session: pytest.Session) -> None:
        accepted, file = self._findings.accepted, self._baseline
        assert accepted is not None
        assert file is not None
        if self._findings.accepts_all:
            content = BaselineFile(Counter() if self._former is None else self._former.accepted, accepted.occurred())
            if self._write(file, content.text(), session):
                self._messages.append(f"{self._shown(file)} accepts {section.count(accepted.occurred().total())}.")
            return
        unused = dict(accepted.unused())
        gone = course.gone(unused, self._config, failed=bool(session.testsfailed or session.shouldstop))
        removed = Counter({entry: unused[entry] for entry in gone})
        if removed:
            try:
                present = load(file, option=_UPDATE)  # another run may have written it meanwhile
            except UsageError as error:
                self._messages.append(str(error))
                self._fail(session)
                return
            content = BaselineFile(present.accepted, (present.runtime or Counter()) - removed)
            if not self._write(file, content.text(), session):
                return
        self._messages.append(f"{section.count(removed.total())} removed from {self._shown(file)}.")

    def _write(self, file: Path, text: str, session: pytest.Session) -> bool:
        try:
            replace(file, text)
        except OSError as error:
            self._messages.append(f"{self._shown(file)} could not be written: {error.strerror or error}")
            self._fail(session)
            return False
        return True

    def _shown(self, file: Path) -> str:
        return section.shown(file, self._config.rootpath)

    @staticmethod
    def _fail(session: pytest.Session) -> None:
        if session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
