"""Synchronous code of a coroutine that waits for a task of the same loop, which keeps running (pytest-asyncio#112).

Such a coroutine runs in a greenlet. To wait, the synchronous code switches out of it; the coroutine's task awaits the
other task, and then the greenlet continues. SQLAlchemy's asyncio extension works in the same way.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from typing import Any, NamedTuple, TypeVar

from asyncshim.plugin.loops.interrupts import Interrupts
from asyncshim.plugin.loops.runners import Runner
from asyncshim.plugin.loops.time_limit import TimeLimit

T = TypeVar("T")


@functools.cache
def greenlet_module() -> Any:
    """Return the module ``greenlet``; ``None`` if it is not installed."""
    try:
        return importlib.import_module("greenlet")
    except ImportError:
        return None


def driven(started: Any) -> Any:
    """Return an object that drives a coroutine or async generator in greenlets; *started* itself without greenlet."""
    module = greenlet_module()
    if module is None:
        return started
    return (GreenletGenerator if hasattr(started, "__anext__") else GreenletCoroutine)(module, started)


class GreenletCoroutine(Coroutine[Any, Any, Any]):
    """Drives a coroutine in a greenlet of its own; in the same task and the same context."""

    __slots__ = ("_awaited", "_greenlet", "_module", "asyncshim_driven")

    def __init__(self, module: Any, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._module = module
        self.asyncshim_driven: Any = coroutine
        self._greenlet: Any = None  # from the first step to the last: greenlets of other libraries return to it
        self._awaited: Generator[Any, Any, Any] | None = None  # what synchronous code waits for in it

    def __getattr__(self, name: str) -> Any:
        """Return what asyncio asks a coroutine for: its name, ``cr_code``, ``cr_frame``, ``cr_running``."""
        return getattr(self.asyncshim_driven, name)

    def __await__(self) -> Generator[Any, Any, Any]:
        """Drive it from another coroutine."""
        steps: Any = _Steps(self)
        return steps  # type: ignore[no-any-return]

    def send(self, value: Any, /) -> Any:
        """Run the next step."""
        __tracebackhide__ = True
        if self._awaited is not None:
            return self._go_on(lambda awaited: awaited.send(value))
        return self._step(self.asyncshim_driven.send, value)

    def throw(self, *error: Any) -> Any:
        """Run the next step with an error."""
        __tracebackhide__ = True
        if self._awaited is not None:
            return self._go_on(lambda awaited: awaited.throw(*error))
        return self._step(self.asyncshim_driven.throw, *error)

    def close(self) -> None:
        """Close the coroutine; synchronous code that waits gets a GeneratorExit."""
        greenlet, self._greenlet, self._awaited = self._greenlet, None, None
        if greenlet is not None and not greenlet.dead:
            greenlet.parent = self._module.getcurrent()
            greenlet.throw()
        self.asyncshim_driven.close()

    def _step(self, function: Callable[..., Any], *arguments: Any) -> Any:
        __tracebackhide__ = True
        greenlet = self._greenlet
        if greenlet is None:
            greenlet = self._greenlet = self._module.greenlet(_run_steps)
            greenlet.gr_context = self._module.getcurrent().gr_context
            greenlet.asyncshim_task = asyncio.current_task()
        return self._until_it_yields(lambda: greenlet.switch(function, arguments))

    def _go_on(self, advance: Callable[[Generator[Any, Any, Any]], Any]) -> Any:
        __tracebackhide__ = True
        awaited, greenlet = self._awaited, self._greenlet
        assert awaited is not None
        try:
            return advance(awaited)
        except StopIteration as ended:
            value = ended.value
            resume = lambda: greenlet.switch(value)  # noqa: E731
        except BaseException as error:  # noqa: BLE001  (passed on)
            passed = error
            resume = lambda: greenlet.throw(passed)  # noqa: E731
        self._awaited = None
        return self._until_it_yields(resume)

    def _until_it_yields(self, resume: Callable[[], Any]) -> Any:
        """Return what the coroutine, or what its synchronous code waits for, yields to the loop."""
        __tracebackhide__ = True
        greenlet = self._greenlet
        while True:
            greenlet.parent = self._module.getcurrent()
            result = resume()
            if type(result) is not _Wait:
                return result
            awaited = result.awaitable.__await__()
            try:
                yielded = awaited.send(None)
            except StopIteration as ended:
                resume = functools.partial(greenlet.switch, ended.value)
            except BaseException as error:  # noqa: BLE001  (passed on)
                resume = functools.partial(greenlet.throw, error)
            else:
                self._awaited = awaited
                return yielded


class _Wait(NamedTuple):
    """What synchronous code switches out of the greenlet with."""

    awaitable: Awaitable[Any]


def _run_steps(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """In the greenlet: run each step, and switch out with what it yields; the last step ends the greenlet."""
    __tracebackhide__ = True
    current = greenlet_module().getcurrent()
    while True:
        function, arguments = current.parent.switch(function(*arguments))


class _Steps:
    """The iterator of ``await``."""

    def __init__(self, coroutine: GreenletCoroutine) -> None:
        self.send, self.throw, self.close = coroutine.send, coroutine.throw, coroutine.close
        self.asyncshim_driven = coroutine.asyncshim_driven

    def __iter__(self) -> _Steps:
        return self

    def __next__(self) -> Any:
        __tracebackhide__ = True
        return self.send(None)


class GreenletGenerator(AsyncGenerator[Any, Any]):
    """Drives an async generator, each part up to its next ``yield`` in a greenlet of its own."""

    def __init__(self, module: Any, generator: AsyncGenerator[Any, Any]) -> None:
        self._module = module
        self._generator = generator

    @property
    def ag_code(self) -> object:
        """The code of the generator."""
        return getattr(self._generator, "ag_code", None)

    def __anext__(self) -> Coroutine[Any, Any, Any]:
        """Run it to its next ``yield``."""
        return self._driven(self._generator.__anext__())

    def asend(self, value: Any, /) -> Coroutine[Any, Any, Any]:
        """Run it to its next ``yield``."""
        return self._driven(self._generator.asend(value))

    def athrow(self, *error: Any) -> Coroutine[Any, Any, Any]:
        """Raise an error at its ``yield``."""
        return self._driven(self._generator.athrow(*error))

    def aclose(self) -> Coroutine[Any, Any, None]:
        """Close it."""
        return self._driven(self._generator.aclose())

    def _driven(self, step: Any) -> GreenletCoroutine:
        return GreenletCoroutine(self._module, step)


def is_waiting_possible(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether the caller is synchronous code that a :class:`GreenletCoroutine` on *loop* has called."""
    if asyncio._get_running_loop() is not loop or greenlet_module() is None:
        return False
    task = getattr(greenlet_module().getcurrent(), "asyncshim_task", None)
    return task is not None and task is asyncio.current_task()


class WaitingRunner:
    """Runs coroutines on the loop of *runner* for synchronous code, which waits in its greenlet while the loop runs it.

    Where no loop is running, it does what *runner* does: what it has set up is torn down there.
    """

    def __init__(self, runner: Runner, interrupts: Interrupts, place: object) -> None:
        self._runner = runner
        self._interrupts = interrupts
        self._begun: asyncio.Future[None] | None = None
        self.loop = runner.loop
        self.place = place  # the loop scope to go back to
        self.caller_error: asyncio.CancelledError | None = None  # raised because the caller is cancelled

    @property
    def hosts(self) -> int:
        """How many async generator fixtures wait at their ``yield``."""
        return self._runner.hosts

    @hosts.setter
    def hosts(self, number: int) -> None:
        self._runner.hosts = number

    def run(self, coroutine: Coroutine[object, object, T], limit: TimeLimit | None = None) -> T:
        """Run *coroutine* to its end; return its result or raise its exception."""
        __tracebackhide__ = True
        task = self.start(coroutine)
        self.drive(task, to_its_end=True, limit=limit)
        return task.result()

    def start(self, coroutine: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Return a task for *coroutine*."""
        __tracebackhide__ = True
        return self.loop.create_task(coroutine) if is_waiting_possible(self.loop) else self._runner.start(coroutine)

    def drive(self, task: asyncio.Task[Any], *, to_its_end: bool, limit: TimeLimit | None = None) -> None:
        """Wait until *task* is done or, if not *to_its_end*, calls :meth:`pause`.

        If the caller is cancelled, *task* is, too, and has ended when the CancelledError is raised.
        """
        __tracebackhide__ = True
        if not is_waiting_possible(self.loop):
            self._runner.drive(task, to_its_end=to_its_end, limit=limit)
            return
        self._begun = None if to_its_end else self.loop.create_future()
        outer, self._interrupts.task = self._interrupts.task, task
        if limit is not None:
            limit.start(self.loop, task)
        try:
            greenlet_module().getcurrent().parent.switch(_Wait(_wait(task, self._begun)))
        except asyncio.CancelledError as error:
            self.caller_error = error
            raise
        finally:
            self._interrupts.task = outer
            self._begun = None
            if limit is not None:
                limit.stop()
        if limit is not None and limit.expired:
            raise limit.error()
        if self._interrupts.pressed:  # raised as KeyboardInterrupt when the caller has ended
            self.caller_error = asyncio.CancelledError()
            raise self.caller_error

    def pause(self) -> None:
        """Let :meth:`drive` return; called by the task."""
        if self._begun is None:
            self._runner.pause()
        else:
            self.loop.call_soon(_finish, self._begun)

    def call(self, function: Callable[[], T]) -> T:
        """Call *function*."""
        return function()

    def hide(self, task: asyncio.Task[Any]) -> None:
        """Take *task*, which waits at its ``yield``, out of ``asyncio.all_tasks()``."""
        self._runner.hide(task)

    def show(self, task: asyncio.Task[Any]) -> None:
        """Put *task*, which is about to continue, back."""
        self._runner.show(task)


async def _wait(task: asyncio.Task[Any], begun: asyncio.Future[None] | None) -> None:
    """Return when *task* is done, whatever its result, or *begun* is."""
    awaited = [task] if begun is None else [task, begun]
    try:
        await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait([task])
        raise


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
