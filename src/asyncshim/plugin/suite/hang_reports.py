"""Reports on tests that hang: in pytest's report of an expired time limit, and in the terminal at Ctrl-C."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, cast

import pytest

from asyncshim.plugin.compat.terminal import write_line
from asyncshim.plugin.loops import expiry

if TYPE_CHECKING:
    from asyncio import Task
    from types import FrameType

_TITLE = "where the test and all tasks waited"


class HangReports:
    """Listens to time limits and to Ctrl-C while the session has a loop."""

    def __init__(self, config: pytest.Config, *, dump_on_interrupt: bool) -> None:
        self._config = config
        self._dumps_on_interrupt = dump_on_interrupt
        self._pending: _Sections | None = None

    def begin(self) -> None:
        """Start to listen."""
        expiry.listen(self)

    def end(self) -> None:
        """Stop listening."""
        expiry.stop_listening(self)

    def expired(self, task: Task[Any], frame: FrameType | None, error: BaseException | None) -> None:
        """Describe all tasks, for the report of the current test: only if that shows *error*, unless it is ``None``."""
        if self._pending is None:
            self._pending = _Sections()
            self._config.pluginmanager.register(self._pending)
        self._pending.text = _describe(task, frame)
        self._pending.error = error

    def interrupted(self, task: Task[Any], frame: FrameType | None) -> None:
        """Print the description of all tasks, if that is wanted."""
        if self._dumps_on_interrupt:
            write_line(self._config, f"{_TITLE}\n{_describe(task, frame)}")


class _Sections:
    """Adds the description to the report. Registered when the first limit of the session expires."""

    def __init__(self) -> None:
        self.text = ""
        self.error: BaseException | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
        """Add a section to the first report since the limit has expired, if it is about that."""
        report: Any = yield
        text, self.text = self.text, ""
        error, self.error = self.error, None
        if not text or call.excinfo is None or not (error is None or _is_in(error, call.excinfo.value)):
            return report
        if hasattr(report.longrepr, "addsection"):  # shown whatever --show-capture says
            report.longrepr.addsection(_TITLE, text)
        else:
            report.sections.append((_TITLE, text))
        return report


def _is_in(error: BaseException, shown: BaseException) -> bool:
    """Return whether *shown* is *error*, has it in its chain, or is a group with it."""
    pending: list[BaseException | None] = [shown]
    known: set[int] = set()
    while pending:
        found = pending.pop()
        if found is None or id(found) in known:
            continue
        if found is error:
            return True
        known.add(id(found))
        pending += [found.__cause__, found.__context__]
        if isinstance(found, BaseExceptionGroup):
            pending += cast("BaseExceptionGroup[BaseException]", found).exceptions
    return False


def _describe(task: Task[Any], frame: FrameType | None) -> str:
    from asyncshim.plugin.loops.hang_report import hang_report

    try:
        return hang_report(task, frame)
    except Exception as error:  # noqa: BLE001  (the limit must be reported in any case)
        return f"asyncshim could not describe the tasks: {type(error).__name__}: {error}"
