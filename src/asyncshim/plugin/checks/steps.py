"""Find the step of a task, or the callback, that a loop is running, in the frames of the loop's thread."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import sys
from types import CodeType, FrameType
from typing import Any, NamedTuple, cast

from asyncshim.plugin.loops import escapes, lifetimes
from asyncshim.plugin.loops.own import OwnRunner

_RUN = asyncio.Handle._run.__code__
_KEY = "asyncshim_step"
# The functions that call a loop and thus have the frame below those of a loop that is written in C.
_DRIVERS = {
    OwnRunner._run_until_done.__code__,  # pyright: ignore[reportPrivateUsage]
    OwnRunner._run_until_paused.__code__,  # pyright: ignore[reportPrivateUsage]
    OwnRunner._run_loop.__code__,  # pyright: ignore[reportPrivateUsage]
    escapes.wind_up.__code__,
    lifetimes.breathe.__code__,
}
_DEBUGGERS = ("bdb", "pdb", "pydevd", "_pydevd", "debugpy")


class Step(NamedTuple):
    """What a loop calls. ``key`` is the same object while it lasts; the innermost frame comes first."""

    key: object
    frames: list[FrameType]
    handle: Any = None

    @property
    def callback(self) -> str:
        """The name of the function that the loop calls; "" if it is not known."""
        function: Any = getattr(self.handle, "_callback", None)
        while isinstance(function, functools.partial):
            function = cast("Any", function).func
        name = getattr(function, "__qualname__", "")
        module = getattr(function, "__module__", None)
        return f"{module}.{name}" if name and module else name


class _Passage:
    """Identifies a step of a loop without handles in Python: until the loop calls this object, the step has not ended.

    A coroutine has the same frame in all of its steps, and a frame that has ended may give its address to another.
    """

    def __init__(self, frame: FrameType) -> None:
        self.frame: FrameType | None = frame

    def __call__(self) -> None:
        self.frame = None


class LoopSteps:
    """The steps of one loop."""

    def __init__(self, loop: Any) -> None:
        self.loop = loop
        self._turns: set[CodeType] = set()
        for cls in type(loop).__mro__:
            code = getattr(vars(cls).get("_run_once"), "__code__", None)
            if code is not None:
                self._turns.add(code)
        self._passage: _Passage | None = None

    def find(self, frame: FrameType | None, base: FrameType | None = None) -> Step | None:
        """Return the step in which *frame* is; ``None`` if the loop waits.

        *base* is the frame that runs the loop, if it is known.
        """
        frames: list[FrameType] = []
        while frame is not None:
            code = frame.f_code
            if code is _RUN:
                names: Any = frame.f_locals
                return Step(_token_in(names), frames, names.get("self"))
            if code in self._turns:
                break
            if frame is base or code in _DRIVERS:
                return Step(self._passage_of(frames[-1]), frames) if frames and not self._turns else None
            frames.append(frame)
            frame = frame.f_back
        self._passage = None
        return None

    def _passage_of(self, frame: FrameType) -> object:
        passage = self._passage
        if passage is None or passage.frame is not frame:
            passage = self._passage = _Passage(frame)
            with contextlib.suppress(RuntimeError):  # the loop is closed
                # That of the class: asyncshim notes what tests schedule with the method of the object.
                loop: object = self.loop
                call: Any = getattr(type(loop), "call_soon_threadsafe")  # noqa: B009  (of unknown type)
                call(loop, passage)
        return passage


def runs_loop(code: CodeType) -> bool:
    """Return whether *code* calls a callback, or a loop."""
    return code is _RUN or code in _DRIVERS


def _token_in(names: Any) -> object:
    """Return an object that belongs to the frame with *names*; a reference to that would keep arguments alive."""
    if _KEY not in names:
        names[_KEY] = object()
    return names[_KEY]


def is_stopped_by_debugger(frames: list[FrameType]) -> bool:
    """Return whether *frames* are traced by a debugger, or one of them is a debugger's. Works from another thread."""
    for frame in frames:
        trace: Any = frame.f_trace
        if trace is not None:
            module: str = getattr(trace, "__module__", None) or type(trace).__module__
            if not module.startswith("coverage"):
                return True
        if str(frame.f_globals.get("__name__", "")).partition(".")[0].startswith(_DEBUGGERS):
            return True
    monitoring: Any = getattr(sys, "monitoring", None)
    return monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None
