"""The innermost session is told."""

from __future__ import annotations

import asyncio
from types import FrameType
from typing import Any

from asyncshim.plugin.loops import expiry


class Notes:
    def __init__(self) -> None:
        self.texts: list[str] = []

    def expired(self, task: asyncio.Task[Any], frame: FrameType | None, error: BaseException | None) -> None:
        self.texts.append(f"expired {task.get_name()} {frame} {error}")

    def interrupted(self, task: asyncio.Task[Any], frame: FrameType | None) -> None:
        self.texts.append(f"interrupted {task.get_name()} {frame}")


def test_the_innermost_session_is_told_until_it_ends() -> None:
    outer, inner = Notes(), Notes()

    async def main() -> None:
        task: Any = asyncio.current_task()
        task.set_name("main")
        expiry.listen(outer)
        expiry.listen(inner)
        expiry.expired(task)
        expiry.stop_listening(inner)
        expiry.stop_listening(inner)
        expiry.interrupted(task)
        expiry.stop_listening(outer)

    asyncio.run(main())
    assert inner.texts == ["expired main None None"]
    assert outer.texts == ["interrupted main None"]
