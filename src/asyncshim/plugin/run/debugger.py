"""``--trace``: the debugger opens at the first line of the async test, not in what runs it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Debugger:
    """pytest's debugger, which stops in no module until the test begins and in none after it has ended."""

    def __init__(self, debugger: Any) -> None:
        self._debugger = debugger
        self._skip = getattr(debugger, "skip", None)
        self._debugger.skip = {"*"}

    async def open_in(self, test: Coroutine[Any, Any, T]) -> T:
        """Let the debugger stop at the first line that *test* runs, and return its result."""
        self._debugger.skip = self._skip
        try:
            return await test
        finally:
            self._debugger.skip = {"*"}
