from collections.abc import Callable
from typing import NoReturn

import alt_pytest_asyncio
import pytest

pytest_plugins = ["alt_pytest_asyncio.enable"]

notes = []


class Noted(alt_pytest_asyncio.base.AsyncTimeout):
    """Has no limit; notes what becomes of each function."""

    def __init__(self, default: float) -> None:
        self.run_count = 0
        self.error = None
        self.default = default

    def set_timeout_seconds(self, timeout: float) -> None:
        notes.append(f"{timeout} seconds")

    def use_default_timeout(self) -> None:
        pass

    def raise_maybe(self, func: Callable[..., object]) -> None:
        notes.append(f"{func.__name__} {type(self.error).__name__}")
        if self.error is not None and not isinstance(self.error, StopAsyncIteration):
            raise self.error


class Halved(alt_pytest_asyncio.plugin.LoadedAsyncTimeout):
    def set_timeout_seconds(self, timeout: float) -> None:
        super().set_timeout_seconds(timeout / 2)


class Provider(alt_pytest_asyncio.base.AsyncTimeoutProvider):
    def load(self, *, default_timeout: float) -> Noted:
        return Noted(default_timeout)

    def set_timeout_seconds(self, timeout: float) -> NoReturn:
        raise LookupError("only in async functions")


@pytest.fixture(scope="session")
def async_timeout() -> Provider:
    return Provider()
