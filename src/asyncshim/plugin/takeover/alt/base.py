"""The abstract classes that a suite implements to have time limits of its own kind (``alt_pytest_asyncio.base``)."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import NoReturn, Protocol


class AsyncTimeout(abc.ABC):
    """The time limit of one run of an async test or fixture.

    Created by :meth:`AsyncTimeoutProvider.load`. ``error`` is what the function has raised.
    """

    run_count: int = 0
    error: BaseException | None = None

    @abc.abstractmethod
    def set_timeout_seconds(self, timeout: float) -> None:
        """Change the limit; called by the test or fixture."""

    @abc.abstractmethod
    def use_default_timeout(self) -> None:
        """Start the limit; called in the task of the function, before it and before the second half of a generator."""

    @abc.abstractmethod
    def raise_maybe(self, func: Callable[..., object]) -> None:
        """Raise an error if the limit has expired; called after *func*."""


class AsyncTimeoutMaker(Protocol):
    """Makes the time limit of one function."""

    def __call__(self) -> AsyncTimeout:
        """Return a new limit."""
        ...


class AsyncTimeoutProvider(abc.ABC):
    """The value of the session-scoped fixture ``async_timeout``, which makes the limits."""

    @abc.abstractmethod
    def load(self, *, default_timeout: float) -> AsyncTimeout:
        """Return the limit for one async test or fixture, which gets it as ``async_timeout``."""

    @abc.abstractmethod
    def set_timeout_seconds(self, timeout: float) -> NoReturn:
        """Refuse to set a limit; called by synchronous code, which gets the provider itself."""
        raise NotImplementedError
