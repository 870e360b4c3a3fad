"""One reason against a rewrite."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Risk:
    """One reason against ``async def``. ``certain``: it cannot work, or would mean something else."""

    why: str
    certain: bool = False
