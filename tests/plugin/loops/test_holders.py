"""What is left on a loop is found from the objects that hold it, in real libraries, and from no other."""

from __future__ import annotations

import asyncio
import functools
import gc
import importlib.util
import logging
import socket
import sys
import threading
import types
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from asyncshim.plugin.loops.holders import SearchLimits, held, parts
from house.corpus import FOLDER, program


async def forever() -> None:
    await asyncio.Event().wait()


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(main())


def holder_of(what: object, *values: object, **options: Any) -> str | None:
    """The name of the one that holds *what* among unrelated leftovers: a fixture with *values*, or nobody."""
    other = object()
    return held([other, what], [[("it", values)]], **options).get(id(what))


def is_held(what: object, *values: object) -> bool:
    return holder_of(what, *values) == "it"


@asynccontextmanager
async def http_server() -> AsyncIterator[str]:
    """A real aiohttp server, which keeps connections open."""
    web = pytest.importorskip("aiohttp.web")

    async def answer(request: Any) -> Any:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def timers() -> list[asyncio.TimerHandle]:
    loop: Any = asyncio.get_running_loop()
    return [timer for timer in loop._scheduled if not timer.cancelled()]


def client_transports() -> list[Any]:
    loop: Any = asyncio.get_running_loop()
    return [transport for transport in loop._transports.values() if getattr(transport, "_server", None) is None]


def test_the_keep_alive_timer_and_the_connection_of_an_aiohttp_session_are_held() -> None:
    aiohttp = pytest.importorskip("aiohttp")

    async def main() -> None:
        async with http_server() as url, aiohttp.ClientSession() as session:
            before = timers()
            async with session.get(url) as response:
                assert await response.text() == "hello"
            armed = [timer for timer in timers() if timer is session.connector._cleanup_handle]
            assert armed
            assert not set(armed) & set(before)
            connections = client_transports()
            assert len(connections) == 1
            for what in (*armed, *connections):
                assert is_held(what, session)
                assert not is_held(what, [url])

    run(main)


def test_the_pooled_connection_of_an_httpx_client_is_held() -> None:
    httpx = pytest.importorskip("httpx")

    async def main() -> None:
        async with http_server() as url, httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(url)).text == "hello"
            (connection,) = client_transports()
            assert is_held(connection, client)
            assert not is_held(connection, [url])

    run(main)


def test_the_pooled_connection_of_a_redis_client_is_held() -> None:
    redis = pytest.importorskip("redis.asyncio")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():  # an array of bulk strings
            words = []
            for _ in range(int(line[1:])):
                await reader.readline()
                words.append((await reader.readline()).strip().upper())
            writer.write(b"+PONG\r\n" if words[0] == b"PING" else b"+OK\r\n")
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            client = redis.Redis(port=server.sockets[0].getsockname()[1], protocol=2)
            assert await client.ping()
            (connection,) = client_transports()
            assert is_held(connection, client)
            assert not is_held(connection, [server])
            await client.aclose()

    run(main)


@pytest.mark.skipif(program("postgres") is None, reason="needs PostgreSQL")
def test_the_connections_and_timers_of_an_asyncpg_pool_are_held() -> None:
    asyncpg = pytest.importorskip("asyncpg")
    place = Path(FOLDER, "asyncpg-pool", "before", "server.py")
    spec = importlib.util.spec_from_file_location("corpus_postgresql", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    async def connect(folder: str) -> Any:
        for _ in range(600):
            try:
                return await asyncpg.create_pool(host=folder, user="tests", database="postgres", min_size=2, max_size=4)
            except (OSError, asyncpg.CannotConnectNowError):
                await asyncio.sleep(0.1)
        raise TimeoutError

    async def main() -> None:
        with module.postgresql() as folder:
            pool = await connect(folder)
            assert await pool.fetchval("SELECT 1") == 1
            left = [*client_transports(), *timers()]
            assert len(client_transports()) == 2
            assert timers()
            found = held(left, [[("pool", [pool])]])
            assert [what for what in left if id(what) not in found] == []
            assert held(left, [[("folder", [folder, module])]]) == {}
            await pool.close()

    run(main)


def test_children_of_task_groups_are_held() -> None:
    anyio = pytest.importorskip("anyio")

    async def main() -> None:
        async with asyncio.TaskGroup() as group, anyio.create_task_group() as other:
            child = group.create_task(forever())
            other.start_soon(forever)
            await asyncio.sleep(0)
            (its_child,) = asyncio.all_tasks() - {child, asyncio.current_task()}
            assert is_held(child, group)
            assert is_held(its_child, other)
            child.cancel()
            other.cancel_scope.cancel()

    run(main)


def test_a_forgotten_task_is_held_by_nobody() -> None:
    async def main() -> None:
        event, queue, lock = asyncio.Event(), asyncio.Queue[int](), asyncio.Lock()
        await lock.acquire()
        future = asyncio.get_running_loop().create_future()
        tasks = [asyncio.create_task(wait()) for wait in (event.wait, queue.get, lock.acquire)]
        tasks.append(asyncio.ensure_future(asyncio.wait_for(future, 60)))
        await asyncio.sleep(0)
        assert held(tasks, [[("it", [event, queue, lock, future, asyncio.get_running_loop()])]]) == {}
        for task in tasks:
            task.cancel()

    run(main)


def test_a_held_task_holds_the_tasks_it_waits_for_and_has_in_variables_but_not_those_that_wait_for_it() -> None:
    async def parent() -> None:
        variable = asyncio.create_task(forever(), name="variable")
        try:
            await asyncio.gather(forever(), asyncio.shield(forever()), asyncio.wait_for(forever(), 60))
        finally:
            variable.cancel()

    async def main() -> None:
        task = asyncio.create_task(parent())
        for _ in range(4):
            await asyncio.sleep(0)
        children = asyncio.all_tasks() - {task, asyncio.current_task()}
        waiting = [asyncio.create_task(wait) for wait in (asyncio.wait([task]), asyncio.wait_for(task, 60))]
        await asyncio.sleep(0)
        found = held([*children, *waiting], [[("it", [task])]])
        assert len(children) >= 4
        assert set(found) == {id(child) for child in children}
        for some in asyncio.all_tasks() - {asyncio.current_task()}:
            some.cancel()

    run(main)


def test_a_timer_belongs_to_the_task_that_waits_for_its_future() -> None:
    async def sleep_by_hand() -> None:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        loop.call_later(3600, future.set_result, None)
        await asyncio.gather(future, asyncio.sleep(3601))

    async def main() -> None:
        task = asyncio.create_task(sleep_by_hand())
        other = asyncio.create_task(asyncio.sleep(3602))
        for _ in range(3):
            await asyncio.sleep(0)
        found = held(timers(), [[("it", [task])]])
        assert len(timers()) == 3
        assert {
            round(timer.when() - asyncio.get_running_loop().time()) for timer in timers() if id(timer) in found
        } == {
            3600,
            3601,
        }
        task.cancel()
        other.cancel()

    run(main)


def test_a_timer_that_only_calls_a_held_object_is_not_held() -> None:
    async def main() -> None:
        recorder: list[str] = []
        timer = asyncio.get_running_loop().call_later(3600, recorder.append, "one")
        assert not is_held(timer, recorder)
        assert is_held(timer, [recorder, {"timer": timer}])

    run(main)


def test_a_server_is_held_by_who_holds_it_and_its_listening_handle_belongs_to_it() -> None:
    async def main() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        loop: Any = asyncio.get_running_loop()
        handle = loop._selector.get_key(server.sockets[0].fileno()).data[0]
        assert is_held(server, {"server": server})
        assert is_held(handle, {"server": server})
        assert not is_held(server, [loop])
        assert not is_held(handle, [loop])
        server.close()

    run(main)


def test_a_reader_belongs_to_who_holds_its_socket() -> None:
    async def main() -> None:
        loop: Any = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        recorder: list[str] = []
        with ours, theirs:
            loop.add_reader(ours, recorder.append, "read")
            handle = loop._selector.get_key(ours.fileno()).data[0]
            descriptors = {id(handle): ours.fileno()}
            assert holder_of(handle, [ours], descriptors=descriptors) == "it"
            assert holder_of(handle, [theirs, recorder], descriptors=descriptors) is None
            loop.remove_reader(ours)

    run(main)


def test_the_search_does_not_enter_what_knows_everything() -> None:
    async def main() -> None:
        task = asyncio.create_task(forever())
        module = types.ModuleType("some_module")
        module.task = task  # type: ignore[attr-defined]

        class Registry:
            tasks = [task]  # noqa: RUF012

        function_of_module = types.FunctionType((lambda: None).__code__, {"task": task, "__builtins__": {}})
        logger = logging.getLogger("asyncshim.test_holders")
        logger.task = task  # type: ignore[attr-defined]
        thread = threading.Thread(target=print, args=(task,))
        frame = sys._getframe()
        error = ValueError().with_traceback(types.TracebackType(None, frame, 0, 1))
        for value in (module, vars(module), Registry, Registry(), function_of_module, frame, error, logger, thread):
            assert not is_held(task, value)
        assert not is_held(task, weakref.ref(task))
        assert list(parts(pytest.Item)) == []
        del logger.task  # type: ignore[attr-defined]
        task.cancel()

    run(main)


def test_the_search_enters_closures_methods_partials_and_suspended_generators() -> None:
    async def main() -> None:
        task = asyncio.create_task(forever())

        class Keeper:
            def __init__(self) -> None:
                self.task = task

            def method(self) -> None: ...

        def with_default(task: object = task) -> None: ...
        def with_closure() -> object:
            return task

        def generator() -> Any:
            inner = Keeper()
            yield
            del inner

        suspended = generator()
        next(suspended)
        for value in (
            Keeper().method,
            functools.partial(print, task),
            with_default,
            with_closure,
            suspended,
            (1, (task,)),
        ):
            assert is_held(task, value)
        task.cancel()

    run(main)


def test_an_earlier_level_holds_before_a_later_one_and_the_nearest_holds_within_a_level() -> None:
    what = [object()]
    near, far, wide = [what], [[what]], [[[[what]]]]
    assert held([what], [[("far", [far]), ("near", [near])]]) == {id(what): "near"}
    assert held([what], [[("wide", [wide])], [("near", [near])]]) == {id(what): "wide"}
    assert held([what], [[], [("near", [near])]]) == {id(what): "near"}


def test_the_search_ends_at_its_limits() -> None:
    what = [object()]
    many = [[object()] for _ in range(1000)]
    deep = [many, [[[what]]]]
    assert held([what], [[("it", [deep])]], limits=SearchLimits(of_one=2000)) == {id(what): "it"}
    assert held([what], [[("it", [deep])]], limits=SearchLimits(of_one=500)) == {}
    assert held([what], [[("it", [deep])]], limits=SearchLimits(of_all=500)) == {}
    assert held([what], [[("it", [deep])]], limits=SearchLimits(seconds=-1)) == {}
    # A huge value does not use up what others may have.
    assert held([what], [[("huge", [many]), ("it", [[[[[what]]]]])]], limits=SearchLimits(of_one=500)) == {
        id(what): "it"
    }


def test_the_search_calls_no_code_of_the_objects() -> None:
    class Trap:
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(name)

        def __eq__(self, other: object) -> bool:
            raise AssertionError

        __hash__ = None  # type: ignore[assignment]

    what = [object()]
    trap = Trap()
    object.__setattr__(trap, "what", what)
    assert is_held(what, trap)


def test_the_usual_search_is_short() -> None:
    """A client is found after few objects, so the limits are never near."""

    async def main() -> None:
        task = asyncio.create_task(forever())
        client = types.SimpleNamespace(reader=task, requests=asyncio.Queue())
        assert holder_of(task, client, limits=SearchLimits(of_one=20)) == "it"
        task.cancel()

    run(main)
    gc.collect()
