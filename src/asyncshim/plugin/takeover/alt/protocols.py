"""Types for annotations (``alt_pytest_asyncio.protocols``)."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, NoReturn, ParamSpec, Protocol, TypeVar

from asyncshim.plugin.takeover.alt import base

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")
T_Ret = TypeVar("T_Ret")  # these two for suites that import them
P_Args = ParamSpec("P_Args")


class ControlledLoop(Protocol):
    """The value of ``with alt_pytest_asyncio.Loop() as loop``."""

    controlled_loop: asyncio.AbstractEventLoop | None

    def run_until_complete(self, coro: Coroutine[object, object, T]) -> T:
        """Run *coro* on the controlled loop."""
        ...


class SettableTimeout(Protocol):
    """The fixture ``async_timeout`` in an async test or fixture."""

    def set_timeout_seconds(self, timeout: float) -> None:
        """Set the limit of the function that got this object."""


class AsyncTimeoutFactory(Protocol):
    """Makes a limit from its default."""

    def __call__(self, *, default_timeout: float) -> base.AsyncTimeout:
        """Return a new limit."""
        ...


class TimeoutLoader(Protocol):
    """The fixture ``async_timeout`` itself."""

    def load(self, *, default_timeout: float) -> base.AsyncTimeout:
        """Return the limit for one async test or fixture."""
        ...

    def set_timeout_seconds(self, timeout: float) -> NoReturn:
        """Refuse to set a limit."""
        ...


# Their names in alt-pytest-asyncio, where each module has a class of that name.
Loop = ControlledLoop
AsyncTimeout = SettableTimeout
AsyncTimeoutProvider = TimeoutLoader
