"""Shared by the rules about the loop: which APIs of asyncio no longer take ``loop=`` (Python 3.10 removed it)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from asyncshim_codemods.file_context import FileContext

WITHOUT_LOOP = frozenset(
    f"asyncio.{name}"
    for name in (
        "BoundedSemaphore",
        "Condition",
        "Event",
        "LifoQueue",
        "Lock",
        "PriorityQueue",
        "Queue",
        "Semaphore",
        "as_completed",
        "create_subprocess_exec",
        "create_subprocess_shell",
        "gather",
        "open_connection",
        "open_unix_connection",
        "shield",
        "sleep",
        "start_server",
        "start_unix_server",
        "wait",
        "wait_for",
    )
)

# The modules in which these are defined; suites import from them, too.
_HOMES = ("locks", "queues", "tasks", "streams", "subprocess")


def takes_no_loop(file: FileContext, argument: cst.Arg) -> bool:
    """Whether ``argument`` is the ``loop=`` of a call of one of these."""
    call = file.index.parents[argument]
    if argument.keyword is None or argument.keyword.value != "loop" or not isinstance(call, cst.Call):
        return False
    name = file.names.of(call.func) or ""
    for home in _HOMES:
        name = name.replace(f"asyncio.{home}.", "asyncio.")
    return name in WITHOUT_LOOP
