import asyncio
from collections.abc import Coroutine

def run_coro_as_main(loop: asyncio.AbstractEventLoop, coro: Coroutine[object, object, None]) -> None: ...
