"""What surrounds each half of an async function."""

from __future__ import annotations

import asyncio

import pytest

from asyncshim.plugin.run.guards import Guard


class Noting:
    """A limit that notes what it is asked to do."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.run_count = 0
        self.notes: list[str] = []

    def use_default_timeout(self) -> None:
        self.notes.append("start")

    def raise_maybe(self, func: object) -> None:
        self.notes.append(f"end {type(self.error).__name__}")


async def _fail() -> None:
    raise ValueError("wrong")


def test_the_limit_starts_before_the_function_and_is_asked_for_its_error_after_it() -> None:
    limit = Noting()
    guard = Guard(limit, _fail, {}, None)
    assert asyncio.run(guard.run(asyncio.sleep(0, 1))) == 1
    with pytest.raises(ValueError, match="wrong"):
        asyncio.run(guard.run(_fail()))
    assert limit.notes == ["start", "end NoneType", "start", "end ValueError"]
    assert limit.run_count == 2
