import asyncio
import contextlib
from collections.abc import Coroutine
from types import TracebackType
from typing import Self, TypeVar

_T = TypeVar("_T")

class Loop(contextlib.AbstractContextManager[Loop]):
    controlled_loop: asyncio.AbstractEventLoop | None
    def __init__(self, new_loop: bool = True) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, exc_typ: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None: ...
    def run_until_complete(self, coro: Coroutine[object, object, _T]) -> _T: ...

class OverrideLoop(Loop):
    @property
    def loop(self) -> asyncio.AbstractEventLoop | None: ...
