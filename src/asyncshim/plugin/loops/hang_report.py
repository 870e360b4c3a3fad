"""The report on a task that hangs: where it waits, all tasks as a tree, and the locks and queues they wait for.

Its size is bounded. It calls no ``repr`` and no other code of the suite.
"""

from __future__ import annotations

import asyncio
import linecache
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from asyncshim.plugin.loops.lifetimes import describe_task, place_of_task
from asyncshim.plugin.loops.primitives import Wait, state_of, wait_in
from asyncshim.plugin.loops.tracebacks import every_frame_of, is_machinery
from asyncshim.plugin.loops.wait_graph import Task, WaitGraph

MAX_TASKS = 50
MAX_FRAMES = 20
_MAX_KNOWN = 10_000  # tasks that are looked at
_MAX_NAMES = 10  # in one line
_MAX_PRIMITIVES = 20
_MAX_GROUPS = 5  # of tasks that are only counted
_MAX_TEXT = 100  # characters of a name or a source line
_RUN = asyncio.Handle._run.__code__


def hang_report(task: Task, frame: FrameType | None = None) -> str:
    """Return the report on *task*; *frame* is what the thread of its loop runs now, if that is known."""
    return _HangReport(task, frame).text()


class _HangReport:
    """A snapshot of all tasks of a loop."""

    def __init__(self, task: Task, frame: FrameType | None) -> None:
        loop = task.get_loop()
        self._task = task
        self._current = asyncio.current_task(loop)
        self._stack = stack_of(frame)
        others = sorted(asyncio.all_tasks(loop) - {task}, key=_age)
        self._number = len(others) + 1
        self._graph = WaitGraph([task, *others[: _MAX_KNOWN - 1]])
        self._frames = {known: self._frames_of(known) for known in self._graph.tasks}
        self._waits: dict[Task, Wait] = {}
        self._names: dict[int, str] = {}  # of primitives, by id
        self._note_primitives()
        self._shown: set[Task] = set()
        self._lines: list[str] = []

    def text(self) -> str:
        """Return the lines of the report."""
        self._show_place()
        for cycle in self._graph.cycles():
            names = [_name(task) for task in (*cycle, cycle[0])]
            shown = [*names[:_MAX_NAMES], "…", names[-1]] if len(names) > _MAX_NAMES else names
            self._lines.append(f"A cycle: {' waits for '.join(shown)}")
        self._show_tasks()
        self._show_primitives()
        return "\n".join(self._lines)

    def _frames_of(self, task: Task) -> list[FrameType]:
        chain = every_frame_of(task)
        if task is self._current and chain and chain[0] in self._stack:
            return self._stack[self._stack.index(chain[0]) :]  # a coroutine that runs does not say what it calls
        return chain

    def _note_primitives(self) -> None:
        numbers: Counter[str] = Counter()
        for task, frames in self._frames.items():
            wait = wait_in(frames)
            if wait is None:
                continue
            self._waits[task] = wait
            if id(wait.primitive) not in self._names:
                kind = type(wait.primitive).__name__
                numbers[kind] += 1
                self._names[id(wait.primitive)] = f"{kind} {numbers[kind]}"

    def _show_place(self) -> None:
        callback = _callback_in(self._stack) if self._current is None else []
        if callback:
            self._lines.append("The event loop is blocked by a callback at:")
            self._show_frames(callback, "  ")
        elif self._current is not None and self._current is not self._task:
            self._lines.append(f"The event loop is blocked by the task {_name(self._current)} at:")
            self._show_frames(self._frames.get(self._current, []), "  ")
        self._lines.append(f"The test or fixture {'is' if self._current is self._task else 'waits'} at:")
        self._show_frames(self._frames[self._task], "  ")

    def _show_frames(self, frames: Iterable[FrameType], indent: str) -> None:
        users = [frame for frame in frames if not is_machinery(frame.f_code)]
        left_out = len(users) - MAX_FRAMES
        if left_out > 0:
            self._lines.append(f"{indent}… {left_out} outer frames are left out")
        for frame in users[-MAX_FRAMES:]:
            code = frame.f_code
            source = linecache.getline(code.co_filename, frame.f_lineno, frame.f_globals).strip()
            place = f"{_path(code.co_filename)}:{frame.f_lineno} in {_short(code.co_qualname)}"
            self._lines.append(f"{indent}{place}: {_short(source)}" if source else indent + place)
        if not users:
            self._lines.append(f"{indent}no line of the suite or of a library")

    def _show_tasks(self) -> None:
        self._lines.append(f"Tasks of the event loop ({self._number}), each above those that it waits for:")
        for root in [self._task, *self._graph.roots(), *self._graph.tasks]:
            if root not in self._shown:
                self._show_tree(root)
        left_out = [task for task in self._graph.tasks if task not in self._shown]
        unknown = self._number - len(self._graph.tasks)
        if not left_out and not unknown:
            return
        self._lines.append(f"  … and {len(left_out) + unknown} more tasks")
        groups = Counter(_coroutine(task, self._frames[task]) for task in left_out)
        for coroutine, number in groups.most_common(_MAX_GROUPS):
            self._lines.append(f"    {number} run {coroutine}")

    def _show_tree(self, root: Task) -> None:
        pending = [(root, 1)]
        while pending and len(self._shown) < MAX_TASKS:
            task, depth = pending.pop()
            if task in self._shown:
                continue
            self._shown.add(task)
            self._show_task(task, "  " * depth)
            following = [(awaited, depth + 1) for awaited in self._graph.awaited(task)[:MAX_TASKS]]
            pending += reversed(following)

    def _show_task(self, task: Task, indent: str) -> None:
        place = place_of_task(task)
        starter = describe_task(task)[3]
        scope = "no loop scope" if place is None else f"{place[0].name} scope, started by {starter}"
        role = ", the test or fixture" if task is self._task else ""
        self._lines.append(f"{indent}{_name(task)} runs {_coroutine(task, self._frames[task])}{role}")
        self._lines.append(f"{indent}| {_origin(task, self._frames[task])}; {scope}")
        self._lines.append(f"{indent}| {self._reason(task)}")
        self._show_frames(self._frames[task], f"{indent}|   ")

    def _reason(self, task: Task) -> str:
        if task is self._current:
            return "runs at:"
        awaited = self._graph.awaited(task)
        if awaited:
            return f"waits for {_joined(map(_name, awaited))} at:"
        wait = self._waits.get(task)
        if wait is not None:
            return f"waits in {wait.operation}() of {self._names[id(wait.primitive)]} at:"
        frames = self._frames[task]
        if frames and is_machinery(frames[-1].f_code) and "asyncshim" not in frames[-1].f_code.co_filename:
            return f"waits in {frames[-1].f_code.co_qualname}() of asyncio at:"
        future: Any = getattr(task, "_fut_waiter", None)
        if future is None:
            return "is about to run at:"
        return "waits for a function in a thread at:" if _is_of_thread(future) else "waits for a future at:"

    def _show_primitives(self) -> None:
        waiting: dict[int, list[str]] = {}
        primitives: dict[int, Any] = {}
        for task, wait in self._waits.items():
            if task is not self._current:
                primitives[id(wait.primitive)] = wait.primitive
                waiting.setdefault(id(wait.primitive), []).append(f"{_name(task)} in {wait.operation}()")
        if not primitives:
            return
        self._lines.append("Locks, events and queues that are waited for:")
        for key, primitive in list(primitives.items())[:_MAX_PRIMITIVES]:
            self._lines.append(f"  {self._names[key]} ({state_of(primitive)}): {_joined(waiting[key])}")
        if len(primitives) > _MAX_PRIMITIVES:
            self._lines.append(f"  … and {len(primitives) - _MAX_PRIMITIVES} more")


def stack_of(frame: FrameType | None) -> list[FrameType]:
    """Return *frame* and its callers, the innermost last."""
    found: list[FrameType] = []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found[::-1]


def _callback_in(stack: list[FrameType]) -> list[FrameType]:
    """Return the frames of the callback that a loop is running; none if it waits."""
    codes = [frame.f_code for frame in stack]
    if _RUN not in codes:
        return []
    return stack[len(codes) - codes[::-1].index(_RUN) :]


def _is_of_thread(future: Any) -> bool:
    callbacks: list[Any] = getattr(future, "_callbacks", None) or []
    return any(getattr(callback, "__qualname__", "").startswith("_chain_future.") for callback, *_ in callbacks)


def _age(task: Task) -> tuple[str, int, str]:
    """Return a key for which Task-2 comes before Task-10."""
    text, _, number = task.get_name().rpartition("-")
    return (text, int(number), "") if number.isdecimal() else (task.get_name(), 0, "")


def _name(task: Task) -> str:
    return _short(repr(describe_task(task)[0]))


def _wrapped_code(frames: list[FrameType]) -> CodeType | None:
    """Return the code of the suite's own coroutine, where asyncshim or asyncio wraps it."""
    if not frames or not is_machinery(frames[0].f_code):
        return None
    return next((frame.f_code for frame in frames if not is_machinery(frame.f_code)), None)


def _coroutine(task: Task, frames: list[FrameType]) -> str:
    code = _wrapped_code(frames)
    return f"{_short(describe_task(task)[1] if code is None else code.co_qualname)}()"


def _origin(task: Task, frames: list[FrameType]) -> str:
    """Return where *task* was created, if that is known, else where its function is defined."""
    created, code = describe_task(task)[2], _wrapped_code(frames)
    if getattr(task, "_asyncshim_created", None) is not None:
        return f"created at {_path(created)}"
    return f"defined at {_path(created if code is None else f'{code.co_filename}:{code.co_firstlineno}')}"


def _joined(names: Iterable[str]) -> str:
    found = list(names)
    more = len(found) - _MAX_NAMES
    return ", ".join(found[:_MAX_NAMES]) + (f" and {more} more" if more > 0 else "")


def _short(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"


def _path(filename: str) -> str:
    """Return *filename*, relative if it is below the current folder."""
    return filename.removeprefix(f"{Path.cwd()}{os.sep}")
