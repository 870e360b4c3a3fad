"""One function over many files, in this process or in several; what goes wrong with one file costs that file alone.

Files that may crash a parser, or keep it busy, are worked on in another process in any case. A process that dies, or
takes longer than a file may take, is replaced.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

from asyncshim.migrate.plan.limits import Limits

T = TypeVar("T")

# Below this, starting processes costs more than they save.
_WORTH_A_POOL = 24


def default_jobs() -> int:
    """Return the number of cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def each(
    task: Callable[[str], T],
    paths: Sequence[str],
    jobs: int,
    failed: Callable[[str, str], T],
    *,
    isolated: Collection[str] = frozenset(),
    limits: Limits | None = None,
) -> Iterator[T]:
    """Yield ``task(path)`` for every path, in no particular order.

    ``failed(path, reason)`` stands for a file whose process died or was stopped because of a limit. The ``isolated``
    files are never worked on in this process. ``task`` may raise ``MemoryError`` only, and must survive pickling.
    """
    limits = limits or Limits()
    apart = [path for path in paths if path in isolated]
    if jobs > 1 and len(paths) >= _WORTH_A_POOL:
        apart = list(paths)
    else:
        for path in paths:
            if path not in isolated:
                try:
                    result = task(path)
                except MemoryError:
                    result = failed(path, limits.too_large_in_memory())
                yield result
    if apart:
        from asyncshim.migrate.plan.processes import Processes  # slow to import, and not needed for few files

        yield from Processes(task, apart, max(1, jobs), failed, limits).results()
