"""Tables of what was made on a loop that is written in C and hides its own (uvloop).

The methods of the loop object that make something are replaced by ones that enter it here. Callbacks of
``call_soon()`` are not seen.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Note = Callable[[object], None]  # is told of each thing that is made
_SERVERS = ("create_server", "create_unix_server")
_TRANSPORTS = (
    "create_connection",
    "create_unix_connection",
    "create_datagram_endpoint",
    "connect_accepted_socket",
    "connect_read_pipe",
    "connect_write_pipe",
    "subprocess_exec",
    "subprocess_shell",
)


class Registration:
    """Stands for the handle of a reader, writer or signal handler, which the loop does not give away."""

    def __init__(self, callback: object) -> None:
        self._callback = callback
        self._args = ()

    def cancelled(self) -> bool:
        """Return whether it was cancelled; it never is, it is removed."""
        return False


class Tables:
    """Tables of the objects that were made on one loop and may still exist."""

    def __init__(self) -> None:
        self._timers: weakref.WeakSet[Any] = weakref.WeakSet()
        self._closable: list[tuple[str, Any]] = []
        self.readers: dict[int, Registration] = {}
        self.writers: dict[int, Registration] = {}
        self.signal_handlers: dict[int, Registration] = {}
        self.executor: Any = None
        self.is_stopping = False
        self.is_shut_down = False  # the executor

    def timers(self) -> list[Any]:
        """Return the timers that will be called."""
        return [timer for timer in self._timers if not timer.cancelled() and " " in repr(timer)]  # its callback

    def closable(self) -> list[tuple[str, Any]]:
        """Return the servers and transports that are open, each with its kind."""
        self._closable = [(kind, thing) for kind, thing in self._closable if _is_open(thing)]
        return self._closable

    def enter_timer(self, timer: Any) -> None:
        """Note a handle of ``call_later()`` or ``call_at()``."""
        if hasattr(timer, "when"):  # not a call without delay
            self._timers.add(timer)

    def enter_closable(self, kind: str, thing: Any) -> None:
        """Note a server or a transport."""
        self._closable.append((kind, thing))


def _is_open(thing: Any) -> bool:
    if not hasattr(thing, "is_closing"):  # a server
        return bool(thing.sockets)
    if not thing.is_closing():
        return True
    with contextlib.suppress(Exception):  # it is closed
        return bool(thing.get_write_buffer_size())
    return False


def keep_tables(loop: Any, note: Note) -> None:
    """Replace the methods of *loop* that make something."""
    tables = loop._asyncshim_tables = Tables()
    _keep_timers(loop, tables, note)
    _keep_descriptors(loop, tables, note)
    _keep_closable(loop, tables, note)
    _keep_executor(loop, tables)


def _keep_timers(loop: Any, tables: Tables, note: Note) -> None:
    def noting(original: Callable[..., Any]) -> Callable[..., Any]:
        def method(*args: Any, **kwargs: Any) -> Any:
            timer = original(*args, **kwargs)
            tables.enter_timer(timer)
            note(timer)
            return timer

        return method

    loop.call_later, loop.call_at = noting(loop.call_later), noting(loop.call_at)
    stop = loop.stop

    def noted_stop() -> None:
        tables.is_stopping = not loop.is_running()
        stop()

    loop.stop = noted_stop


def _keep_descriptors(loop: Any, tables: Tables, note: Note) -> None:
    of_signals = tables.signal_handlers

    def adding(original: Callable[..., Any], table: dict[int, Registration]) -> Callable[..., Any]:
        def add(fd: Any, callback: Any, *args: Any) -> None:
            original(fd, callback, *args)
            table[_number_of(fd)] = registration = Registration(callback)
            note(registration)

        return add

    def removing(original: Callable[..., Any], table: dict[int, Registration]) -> Callable[..., Any]:
        def remove(fd: Any) -> Any:
            removed = original(fd)
            if removed or table is not of_signals:  # uvloop removes signal handlers only while it runs
                table.pop(_number_of(fd), None)
            return removed

        return remove

    for name, table in (
        ("reader", tables.readers),
        ("writer", tables.writers),
        ("signal_handler", tables.signal_handlers),
    ):
        setattr(loop, f"add_{name}", adding(getattr(loop, f"add_{name}"), table))
        setattr(loop, f"remove_{name}", removing(getattr(loop, f"remove_{name}"), table))


def _number_of(fd: Any) -> int:
    return int(fd if isinstance(fd, int) else fd.fileno())


def _keep_closable(loop: Any, tables: Tables, note: Note) -> None:
    def accepting(factory: Callable[[], Any]) -> Callable[[], Any]:
        """Return *factory* whose protocols enter the connections that a server accepts."""

        def make() -> Any:
            protocol = factory()
            original = protocol.connection_made

            def connection_made(transport: Any) -> None:
                tables.enter_closable("transport", transport)
                note(transport)
                original(transport)

            with contextlib.suppress(AttributeError):  # a protocol without attributes of its own
                protocol.connection_made = connection_made
            return protocol

        return make

    def noting(kind: str, original: Callable[..., Any]) -> Callable[..., Any]:
        async def method(*args: Any, **kwargs: Any) -> Any:
            if kind == "server" and args:
                args = (accepting(args[0]), *args[1:])
            made: Any = await original(*args, **kwargs)
            thing: Any = made if kind == "server" else made[0]
            tables.enter_closable(kind, thing)
            note(thing)
            return made

        return method

    for kind, names in (("server", _SERVERS), ("transport", _TRANSPORTS)):
        for name in names:
            setattr(loop, name, noting(kind, getattr(loop, name)))


def _keep_executor(loop: Any, tables: Tables) -> None:
    run_in_executor, set_default_executor = loop.run_in_executor, loop.set_default_executor

    def set_noted(executor: Any) -> None:
        set_default_executor(executor)
        tables.executor = executor

    def run(executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        if executor is None and tables.is_shut_down:
            raise RuntimeError("Executor shutdown has been called")  # asyncio's words
        if executor is None and tables.executor is None:
            set_noted(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        return run_in_executor(executor, func, *args)

    async def shutdown_default_executor(_timeout: float | None = None) -> None:
        """Shut down our executor, not the loop's, which could never be used again."""
        tables.is_shut_down = True
        executor = tables.executor
        set_noted(None)
        if executor is not None:
            with ThreadPoolExecutor(1) as waiting:
                await run_in_executor(waiting, executor.shutdown)

    loop.run_in_executor, loop.set_default_executor = run, set_noted
    loop.shutdown_default_executor = shutdown_default_executor
