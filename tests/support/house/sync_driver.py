"""What sync Playwright does, without a browser: a loop in a greenlet that is suspended between two calls."""

from __future__ import annotations

import asyncio
from typing import Any

import greenlet


class Driver:
    """Runs coroutines on a loop of its own; *inside_task* lets a task of that loop wait for the first call."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, inside_task: bool = False) -> None:
        self.loop = loop
        self._caller = greenlet.getcurrent()
        self._inside_task = inside_task
        self._stop = loop.create_future()
        self._fiber = greenlet.greenlet(self._run)
        self._fiber.switch()

    def _run(self) -> None:
        self.loop.run_until_complete(self._main())

    async def _main(self) -> None:
        if self._inside_task:
            self._caller.switch()
        else:
            self.loop.call_soon(self._caller.switch)
        await self._stop

    def call(self, coroutine: Any) -> Any:
        self._caller = greenlet.getcurrent()
        task = self.loop.create_task(coroutine)
        task.add_done_callback(lambda _: self._caller.switch())
        while not task.done():
            self._fiber.switch()
        asyncio._set_running_loop(self.loop)
        return task.result()

    def stop(self) -> None:
        self._stop.set_result(None)
        self._fiber.switch()
        self.loop.close()
