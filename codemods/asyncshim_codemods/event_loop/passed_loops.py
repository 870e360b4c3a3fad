"""Shared by the rules about the loop: which APIs of asyncio no longer take ``loop=`` (Python 3.10 removed it)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asyncshim_codemods.suite.file_context import FileContext

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
    return name in WITHOUT_LOOP and not _is_expected_to_fail(file, call)


def _is_expected_to_fail(file: FileContext, call: cst.Call) -> bool:
    """Whether a ``with pytest.raises(TypeError):`` is about the call."""
    for block in file.index.ancestors(call):
        if isinstance(block, cst.With):
            for item in block.items:
                expected = item.item
                if isinstance(expected, cst.Call) and file.names.of(expected.func) == "pytest.raises":
                    return True
    return False


def split_off(file: FileContext, uses: Iterable[cst.Name]) -> tuple[list[cst.Name], list[cst.Arg]]:
    """The uses of a loop that count, and the arguments that ASH309 takes away with those that do not."""
    counting: list[cst.Name] = []
    needless: list[cst.Arg] = []
    for name in uses:
        argument = file.index.parent(name)
        if "ASH309" in file.options.select and isinstance(argument, cst.Arg) and takes_no_loop(file, argument):
            needless.append(argument)
        else:
            counting.append(name)
    return counting, needless
