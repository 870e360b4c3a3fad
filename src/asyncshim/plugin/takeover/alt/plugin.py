"""The plugin object, the time limits and their fixtures (``alt_pytest_asyncio.plugin``)."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from asyncshim.plugin.suite.state import state_of
from asyncshim.plugin.takeover.alt import base, errors, protocols, session

if TYPE_CHECKING:
    import asyncio

    from asyncshim.plugin.takeover.alt.limit import Limit

_FIXTURES = "asyncshim-alt-fixtures"  # this module, which has the fixtures
_NO_ASYNCSHIM = "AltPytestAsyncioPlugin needs asyncshim's plugin, which is not loaded or turned off: add `-p asyncshim`"
_SYNC = "a synchronous function cannot set async_timeout: only async tests and async fixtures have a time limit"


class AltPytestAsyncioPlugin:
    """For ``pytest.main(plugins=[AltPytestAsyncioPlugin(managed_loop=loop)])``, or registered by a suite.

    It turns on what alt-pytest-asyncio does where it is enabled. Coroutines run on the managed loop, if there is one,
    which its owner closes.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop | None = None, *, managed_loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self._managed_loop = loop if managed_loop is None else managed_loop
        self._config: pytest.Config | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Turn on the default time limit and the shared context variables."""
        state = state_of(config)
        if state is None:
            raise pytest.UsageError(_NO_ASYNCSHIM)
        if self._config is not None:
            raise errors.PluginAlreadyStarted("this AltPytestAsyncioPlugin is in use by another pytest session")
        self._config = config
        config.add_cleanup(self._forget)
        session.enable(state, managed_loop=self._managed_loop)
        manager = config.pluginmanager
        if not manager.hasplugin(_FIXTURES):
            manager.register(sys.modules[__name__], _FIXTURES)

    def _forget(self) -> None:
        self._config = None


class LoadedAsyncTimeout(base.AsyncTimeout):
    """The usual time limit: cancels the task, then raises an ``AssertionError`` with file and line of the function."""

    def __init__(self, *, default_timeout: float) -> None:
        self.timeout = default_timeout
        self.error: BaseException | None = None
        self.run_count = 0
        self._limit: Limit | None = None
        self._task: asyncio.Task[Any] | None = None

    @property
    def cancelled(self) -> bool:
        """Whether the limit has expired."""
        return self._limit is not None and self._limit.expired

    def use_default_timeout(self) -> None:
        """Start the limit for the current task."""
        import asyncio

        self._task = asyncio.current_task()
        self._start()

    def set_timeout_seconds(self, timeout: float) -> None:
        """Change the limit, which counts from now."""
        if not is_number(timeout):
            raise TypeError(f"async_timeout.set_timeout_seconds() takes a number of seconds, not {timeout!r}")
        self.timeout = timeout
        if self._task is not None and not self.cancelled:
            self._start()

    def debugger_enabled(self) -> bool:
        """Return whether a debugger is attached, which suspends the limit."""
        from asyncshim.plugin.loops.time_limit import is_debugged

        return is_debugged()

    def _start(self) -> None:
        from asyncshim.plugin.takeover.alt.limit import Limit

        self.stop()
        task, self._limit = self._task, None
        if task is not None and not math.isinf(self.timeout):
            self._limit = Limit(self.timeout, self.debugger_enabled)
            self._limit.start(task.get_loop(), task)

    def stop(self) -> None:
        """Stop the timer: the function, or the half of a generator, is done."""
        if self._limit is not None:
            self._limit.stop()

    def raise_maybe(self, func: Callable[..., object]) -> None:
        """Raise the error of an expired limit; a function that has ended well in spite of it has not failed."""
        __tracebackhide__ = True
        has_failed = self.error is not None and not isinstance(self.error, StopAsyncIteration)
        if has_failed and self.cancelled and self._limit is not None:
            code = _code_of(func)
            place = "an unknown place" if code is None else f"{code.co_filename}:{code.co_firstlineno}"
            cause = self.error if isinstance(self.error, Exception) else None
            waiting = self._limit.place()
            try:
                raise_error(place, self.timeout)
            except AssertionError as expired:
                raise expired.with_traceback(joined(waiting, expired.__traceback__)) from cause


def is_number(value: object) -> bool:
    """Return whether *value* can be a number of seconds."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def raise_error(place: str, timeout: float) -> NoReturn:
    """Raise the error of an expired limit."""
    raise AssertionError(
        f"Took too long to complete: {place} (timeout={timeout})",
    )


def joined(first: TracebackType | None, second: TracebackType | None) -> TracebackType | None:
    """Return a traceback with the entries of *first* before those of *second*."""
    if first is None:
        return second
    return TracebackType(joined(first.tb_next, second), first.tb_frame, first.tb_lasti, first.tb_lineno)


def _code_of(function: Any) -> CodeType | None:
    found: CodeType | None = getattr(inspect.unwrap(getattr(function, "__func__", function)), "__code__", None)
    return found


class UsualProvider(base.AsyncTimeoutProvider):
    """The usual value of the fixture ``async_timeout``."""

    def __init__(self, timeout_factory: protocols.AsyncTimeoutFactory) -> None:
        self._timeout_factory = timeout_factory

    def load(self, *, default_timeout: float) -> base.AsyncTimeout:
        """Return a new limit."""
        return self._timeout_factory(default_timeout=default_timeout)

    def set_timeout_seconds(self, timeout: float) -> NoReturn:  # noqa: ARG002
        """Refuse to set a limit."""
        raise errors.NoAsyncTimeoutInSyncFunctions(_SYNC)


AsyncTimeoutProvider = UsualProvider  # its name in alt-pytest-asyncio


@pytest.fixture(scope="session")
def session_default_async_timeout(pytestconfig: pytest.Config) -> float:
    """Return the time limit of async tests and fixtures for which no nearer fixture gives another one."""
    return session.default_timeout(pytestconfig)


@pytest.fixture(scope="session")
def async_timeout(pytestconfig: pytest.Config) -> base.AsyncTimeoutProvider:
    """Return the time limit of the async test or fixture that requests it (a fixture of alt-pytest-asyncio)."""
    state = state_of(pytestconfig)
    if state is not None:
        session.use_limits(state)
    return UsualProvider(LoadedAsyncTimeout)
