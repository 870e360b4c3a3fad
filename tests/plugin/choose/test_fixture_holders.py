"""What a wider fixture holds lives as long as that fixture; everything else ends with the test."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from house.nested import run, run_on_lent_loop, run_source

Run = Callable[..., pytest.RunResult]
LENT = pytest.param(
    "lent",
    marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.11 does not tell whose a task is"),
)

HEAD = """\
import asyncio, contextlib, functools, gc, types, weakref
import pytest

ended, started = [], []

async def forever():
    try:
        await asyncio.Event().wait()
    finally:
        ended.append(asyncio.current_task().get_name())

async def start(name):
    task = asyncio.create_task(forever(), name=name)
    started.append(task)  # or nothing but the task would refer to what it waits for
    await asyncio.sleep(0)
    return task

class Client:
    reader = None

    def __init__(self):
        self.requests = asyncio.Queue()

    async def call(self, value):
        if self.reader is None:
            self.reader = asyncio.create_task(self.read(), name="reader")
        answer = asyncio.get_running_loop().create_future()
        await self.requests.put((answer, value))
        await asyncio.wait({answer, self.reader}, return_when=asyncio.FIRST_COMPLETED)
        assert answer.done(), "the reader was cancelled"
        return answer.result()

    async def read(self):
        try:
            while True:
                answer, value = await self.requests.get()
                answer.set_result(value)
        finally:
            ended.append("reader")

    async def close(self):
        self.reader.cancel()
        await asyncio.wait([self.reader])
"""
# Three tests of a client: the first starts its reader, the others need it.
CALLS = """
async def test_first(client):
    assert await client.call(1) == 1
    await start("forgotten")
async def test_second(client):
    assert ended == ["forgotten"]
    assert await client.call(2) == 2
def test_sync(): pass
async def test_last(client): assert await client.call(3) == 3
"""


@pytest.fixture(params=["own", LENT])
def on_each_runner(request: pytest.FixtureRequest, pytester: pytest.Pytester) -> Run:
    """Run a suite on the shared Runner, and on a loop of the caller."""

    def run_it(source: str, *arguments: str, **outcomes: int) -> pytest.RunResult:
        if request.param == "own":
            return run_source(pytester, source, *arguments, **outcomes)
        return run_on_lent_loop(pytester, source, *arguments, **outcomes)

    return run_it


@pytest.mark.parametrize("scope", ["session", "package", "module"])
def test_the_lazy_reader_of_a_client_lives_as_long_as_the_fixture_of_the_client(
    on_each_runner: Run, scope: str
) -> None:
    source = f"""
@pytest.fixture(scope="{scope}")
async def client():
    client = Client()
    yield client
    assert ended == ["forgotten"]
    assert await client.call(4) == 4
    await client.close()
"""
    on_each_runner(HEAD + source + CALLS, passed=4)


HOLDERS = {
    "the value of a coroutine fixture": "async def client(): return Client()",
    "the value of a sync fixture": "def client(): return Client()",
    "the value of a sync generator": "def client(): yield Client()",
    "a container in the value": """def client():
    class Application: pass
    app = Application()
    app.state = {"clients": [(Client(),)]}
    app.loop = asyncio.get_event_loop()
    yield types.SimpleNamespace(call=app.state["clients"][0][0].call)""",
    "a bound method": "def client(): return types.SimpleNamespace(call=Client().call)",
    "a partial function": """def client():
    return types.SimpleNamespace(call=functools.partial(Client.call, Client()))""",
    "the closure of a function": """def client():
    client = Client()
    async def call(value): return await client.call(value)
    return types.SimpleNamespace(call=call)""",
}


@pytest.mark.parametrize("function", HOLDERS.values(), ids=HOLDERS.keys())
def test_a_fixture_holds_what_can_be_reached_from(on_each_runner: Run, function: str) -> None:
    on_each_runner(f"{HEAD}\n@pytest.fixture(scope='session')\n{function}\n{CALLS}", passed=4)


WITHOUT_VALUE = {
    "the variables of an async generator": """
@pytest.fixture(scope="session", autouse=True)
async def starting():
    client = Client()
    clients["it"] = weakref.proxy(client)
    yield
    await client.close()
""",
    "the variables of a generator": """
@pytest.fixture(scope="session", autouse=True)
def starting(asyncio_runner):
    client = Client()
    clients["it"] = weakref.proxy(client)
    yield
    asyncio_runner.run(client.close())
""",
    "a context manager that a generator has entered": """
@contextlib.asynccontextmanager
async def opened():
    client = Client()
    clients["it"] = weakref.proxy(client)
    yield
    await client.close()
@pytest.fixture(scope="session", autouse=True)
async def starting():
    async with opened():
        yield
""",
    "a finalizer": """
@pytest.fixture(scope="session", autouse=True)
def starting(request, asyncio_runner):
    client = Client()
    clients["it"] = weakref.proxy(client)
    request.addfinalizer(lambda: asyncio_runner.run(client.close()))
""",
}


@pytest.mark.parametrize("source", WITHOUT_VALUE.values(), ids=WITHOUT_VALUE.keys())
def test_a_fixture_without_a_value_holds_what_its_tear_down_needs(on_each_runner: Run, source: str) -> None:
    one = "clients = {}\n@pytest.fixture\ndef client(): return clients['it']\n"
    on_each_runner(HEAD + one + source + CALLS, passed=4)


def test_a_class_scoped_fixture_holds_what_it_put_on_the_class(on_each_runner: Run) -> None:
    source = """
@pytest.fixture(scope="class")
def connected(request):
    request.cls.client = Client()
    yield
    assert ended == []
@pytest.mark.usefixtures("connected")
class TestIt:
    async def test_first(self): assert await self.client.call(1) == 1
    async def test_second(self): assert await self.client.call(2) == 2
def test_the_reader_has_ended_with_the_class(): assert ended == ["reader"]
"""
    on_each_runner(HEAD + source, passed=3)


def test_setup_class_holds_what_it_put_on_the_class(on_each_runner: Run) -> None:
    source = """
class TestIt:
    @classmethod
    def setup_class(cls): cls.client = Client()
    async def test_first(self): assert await self.client.call(1) == 1
    async def test_second(self): assert await self.client.call(2) == 2
"""
    on_each_runner(HEAD + source, passed=2)


NOT_HELD = {
    "a module": "import sys; return sys.modules[__name__]",
    "a class": "class Registry: pass\n    Registry.tasks = tasks; return Registry",
    "the globals of a function": "def function(): tasks\n    return function",
    "an event loop": "loop = asyncio.get_running_loop(); loop.tasks = tasks; return types.SimpleNamespace(loop=loop)",
    "a weak reference": "found = weakref.WeakSet(); tasks_of.append(found); return found",
    "a queue that the task waits for": "queue = asyncio.Queue(); queues.append(queue); return queue",
    "pytest's own objects": "request.config.tasks = tasks; return request",
}


@pytest.mark.parametrize("body", NOT_HELD.values(), ids=NOT_HELD.keys())
def test_a_forgotten_task_ends_with_its_test_although_a_fixture_knows(on_each_runner: Run, body: str) -> None:
    source = f"""
tasks, tasks_of, queues = [], [], []
@pytest.fixture(scope="session")
async def known(request):
    {body}
async def wait():
    try:
        await (queues[0].get() if queues else forever())
    finally:
        ended.append("it")
async def test_forgets(known):
    tasks.append(asyncio.create_task(wait()))
    for found in tasks_of:
        found.add(tasks[0])
    await asyncio.sleep(0)
async def test_finds_it_cancelled(known):
    assert ended[-1] == "it"
    asyncio.get_running_loop().__dict__.pop("tasks", None)
"""
    on_each_runner(HEAD + source, passed=2)


GROUPS = {
    "asyncio": ("asyncio.TaskGroup()", "create_task(work(3))", "task.cancel()"),
    "anyio": ("anyio.create_task_group()", "start_soon(work, 3)", "group.cancel_scope.cancel()"),
}


@pytest.mark.parametrize("kind", GROUPS)
def test_a_task_that_a_test_starts_in_a_session_scoped_task_group_lives_as_long_as_the_group(
    on_each_runner: Run, kind: str
) -> None:
    if kind == "anyio":
        pytest.importorskip("anyio")
    group, start, stop = GROUPS[kind]
    source = f"""
if {kind == "anyio"}:
    import anyio
done = asyncio.Event()
queue = asyncio.Queue()
tasks = []
async def work(steps):
    tasks.append(asyncio.current_task())
    for step in range(steps):
        await done.wait()
        queue.put_nowait(step)
    await forever()
@pytest.fixture(scope="session")
async def group():
    async with {group} as group:
        yield group
        assert ended == []
        for task in tasks: {stop}
async def test_starts(group):
    group.{start}
    await asyncio.sleep(0)
async def test_waits(group):
    done.set()
    assert [await asyncio.wait_for(queue.get(), 60) for _ in range(3)] == [0, 1, 2]
def test_not_ended(): assert ended == []
"""
    on_each_runner(HEAD + source, passed=3)


def test_tasks_of_a_held_task_are_held_too(on_each_runner: Run) -> None:
    source = """
class Supervisor(Client):
    async def read(self):
        heartbeat = asyncio.create_task(forever(), name="a variable")
        await asyncio.gather(super().read(), forever(), asyncio.wait_for(forever(), 3600))
@pytest.fixture(scope="session")
async def client():
    client = Supervisor()
    yield client
    assert ended == ["forgotten"]
"""
    on_each_runner(HEAD + source + CALLS, passed=4)


def test_what_a_held_task_starts_later_is_held_too(on_each_runner: Run) -> None:
    source = """
class Spawning(Client):
    async def read(self):
        while True:
            answer, value = await self.requests.get()
            started.append(asyncio.create_task(self.answer(answer, value), name=f"answer {value}"))
    async def answer(self, answer, value):
        answer.set_result(value)
        await forever()
@pytest.fixture(scope="session")
async def client():
    client = Spawning()
    yield client
    assert sorted(ended) == ["answer 1", "forgotten"]
"""
    on_each_runner(
        HEAD + source + CALLS.replace('ended == ["forgotten"]', "sorted(ended) == ['answer 1', 'forgotten']"), passed=4
    )


def test_the_widest_fixture_that_holds_a_task_decides(on_each_runner: Run) -> None:
    source = """
@pytest.fixture(scope="session")
async def client():
    client = Client()
    yield client
    assert ended == []
    await client.close()
@pytest.fixture(scope="class")
def user(client): return [client]
class TestIt:
    async def test_starts(self, user): assert await user[0].call(1) == 1
async def test_after_the_class(client): assert await client.call(2) == 2
"""
    on_each_runner(HEAD + source, passed=2)


def test_what_a_fixture_holds_ends_when_the_scope_of_the_fixture_ends(pytester: pytest.Pytester) -> None:
    conftest = (
        HEAD
        + """
@pytest.fixture(scope="module")
async def client():
    yield Client()
    notes.append("the fixture is torn down")
@pytest.fixture(scope="session")
async def wider():
    yield
    notes.append("the wider fixture is torn down")
ended = notes = []
"""
    )
    pytester.makeconftest(conftest)
    pytester.makepyfile(
        test_one="from conftest import ended\nasync def test_it(client, wider): assert await client.call(1) == 1",
        test_two="""
            from conftest import ended
            async def test_next(client): assert ended == ["the fixture is torn down", "reader"]
        """,
    )
    run(pytester, "--import-mode=prepend", passed=2)


def test_a_fixture_that_a_parameter_replaces_no_longer_holds(on_each_runner: Run) -> None:
    source = """
@pytest.fixture(scope="session", params=[1, 2])
async def client(request):
    client = Client()
    yield client
    await client.close()
async def test_one(client): assert await client.call(1) == 1
async def test_two(client): assert await client.call(2) == 2
def test_ended(): assert ended == ["reader"]  # the second client is still in use
"""
    on_each_runner(HEAD + source, passed=5)


def test_an_explicit_loop_scope_still_decides_about_tasks_that_no_fixture_holds(on_each_runner: Run) -> None:
    source = """
@pytest.fixture(scope="session")
async def client(): return Client()
@pytest.mark.asyncio(loop_scope="class")
class TestIt:
    async def test_starts(self, client):
        assert await client.call(1) == 1
        await start("of the class")
    async def test_continues(self): assert ended == []
async def test_after_the_class(client):
    assert ended == ["of the class"]
    assert await client.call(2) == 2
"""
    on_each_runner(HEAD + source, passed=3)


@pytest.mark.parametrize(
    "setting", ["asyncio_default_test_loop_scope=session", "asyncio_default_test_loop_scope=module"]
)
def test_a_configured_loop_scope_counts(on_each_runner: Run, setting: str) -> None:
    source = """
async def test_starts(): await start("it")
async def test_continues(): assert ended == []
"""
    on_each_runner(HEAD + source, "-o", setting, passed=2)


@pytest.mark.parametrize("loop_scope", ["fixture-scope", "session", "function"])
def test_the_default_loop_scope_of_fixtures_does_not_change_what_they_hold(
    on_each_runner: Run, loop_scope: str
) -> None:
    source = """
@pytest.fixture(scope="module")
async def client():
    client = Client()
    yield client
    assert ended == ["forgotten"]
    await client.close()
"""
    on_each_runner(HEAD + source + CALLS, "-o", f"asyncio_default_fixture_loop_scope={loop_scope}", passed=4)


def test_with_a_loop_for_each_scope_a_task_ends_with_its_loop(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="session")
async def client(): return Client()
@pytest.mark.asyncio(loop_scope="session")
class TestShared:
    async def test_first(self, client): assert await client.call(1) == 1
    async def test_second(self, client): assert await client.call(2) == 2
async def test_other_loop(client): client.task = await start("its own")
def test_ended(): assert ended == ["its own"]
"""
    run_source(pytester, HEAD + source, "--asyncshim-runner=loop_scope", passed=4)


def test_a_held_task_on_the_runner_of_one_test_ends_with_its_loop(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="session")
def kept(): return []
@pytest.mark.own_runner
async def test_first(kept): kept.append(await start("its own"))
def test_ended(): assert ended == ["its own"]
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_held_task_on_an_adopted_loop_lives_as_long_as_the_fixture(pytester: pytest.Pytester) -> None:
    source = """
pytestmark = pytest.mark.asyncio(loop_scope="function")
class Loop(asyncio.SelectorEventLoop): pass
@pytest.fixture(scope="session")
def event_loop():
    loop = Loop()
    yield loop
    loop.close()
@pytest.fixture(scope="session")
async def client():
    client = Client()
    yield client
    assert ended == ["forgotten"]
    await client.close()
"""
    run_source(pytester, HEAD + source + CALLS.replace("def test_sync(): pass", ""), passed=3)


def test_an_async_generator_that_a_fixture_holds_stays_open(pytester: pytest.Pytester) -> None:
    source = """
async def numbers(name):
    try:
        for number in range(9):
            yield number
    finally:
        ended.append(name)
@pytest.fixture(scope="session")
async def kept():
    kept = {}
    yield kept
    assert ended == ["forgotten"]
forgotten = numbers("forgotten")
async def test_first(kept):
    kept["it"] = numbers("held")
    assert [await anext(kept["it"]), await anext(forgotten)] == [0, 0]
async def test_next(kept):
    assert ended == ["forgotten"]
    assert await anext(kept["it"]) == 1
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_report_of_leaks_does_not_count_what_a_fixture_ends(on_each_runner: Run) -> None:
    source = """
@pytest.fixture(scope="module")
async def client():
    client = Client()
    yield client
    await client.close()
async def test_first(client): assert await client.call(1) == 1
async def test_second(client): assert await client.call(2) == 2
"""
    on_each_runner(HEAD + source, "--asyncshim-leaks=error", passed=2)


@pytest.mark.parametrize("scope", ["module", "session"])
def test_a_report_of_leaks_names_the_fixture_that_held_the_task(pytester: pytest.Pytester, scope: str) -> None:
    source = f"""
@pytest.fixture(scope="{scope}")
async def client(): return Client()
async def test_first(client): assert await client.call(1) == 1
async def test_second(client): assert await client.call(2) == 2
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = run(pytester, "--asyncshim-leaks=error", passed=2, errors=1)
    told = "by test_it.py::test_first, held by the fixture 'client', was still running and was cancelled"
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_second*",
            f"asyncshim_leaks: task 'reader' running Client.read, created at *test_it.py:* {told}",
        ]
    )


def test_a_fixture_that_never_ends_is_searched_only_when_something_is_left(pytester: pytest.Pytester) -> None:
    source = """
import sys
@pytest.fixture(scope="session")
async def kept(): return []
async def test_first(kept): pass
async def test_second(kept): pass
def test_not_imported(): assert "asyncshim.plugin.loops.holders" not in sys.modules
async def test_third(kept): await start("it")
def test_imported(): assert "asyncshim.plugin.loops.holders" in sys.modules
"""
    pytester.makepyfile(HEAD + source)
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=5)


def test_the_keep_alive_timer_and_connection_of_a_session_scoped_aiohttp_client_live_as_long_as_the_client(
    pytester: pytest.Pytester,
) -> None:
    pytest.importorskip("aiohttp")
    source = """
from aiohttp import ClientSession, web

@pytest.fixture(scope="session")
async def url():
    async def answer(request):
        peers.append(request.transport.get_extra_info("peername"))
        return web.Response(text="hello")
    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()
@pytest.fixture(scope="session")
async def client():
    async with ClientSession() as client:
        yield client
peers, handles = [], []
async def get(client, url):
    async with client.get(url) as response:
        assert await response.text() == "hello"
    handles.append(client.connector._cleanup_handle)
async def test_first(client, url): await get(client, url)
async def test_second(client, url):
    assert not handles[0].cancelled()
    assert handles[0] in asyncio.get_running_loop()._scheduled
    await get(client, url)
    assert len(peers) == 2
    assert peers[0] == peers[1], "the connection was closed"
"""
    run_source(pytester, HEAD + source, passed=2)


def test_the_connections_of_a_session_scoped_httpx_client_live_as_long_as_the_client(pytester: pytest.Pytester) -> None:
    pytest.importorskip("httpx")
    source = """
import httpx
peers = []
@pytest.fixture(scope="session")
async def url():
    async def serve(reader, writer):
        while await reader.readuntil(b"\\r\\n\\r\\n"):
            peers.append(writer.get_extra_info("peername"))
            writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello")
    async def contained(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await serve(reader, writer)
        writer.close()
    async with await asyncio.start_server(contained, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
@pytest.fixture(scope="session")
async def client(url):
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client
async def test_first(client, url): assert (await client.get(url)).text == "hello"
async def test_second(client, url):
    assert (await client.get(url)).text == "hello"
    assert len(set(peers)) == 1, "the connection was closed"
"""
    run_source(pytester, HEAD + source, passed=2)


def test_the_pool_of_a_session_scoped_redis_client_lives_as_long_as_the_client(pytester: pytest.Pytester) -> None:
    pytest.importorskip("redis")
    source = """
import redis.asyncio
peers = []
@pytest.fixture(scope="session")
async def port():
    async def serve(reader, writer):
        peers.append(writer.get_extra_info("peername"))
        while line := await reader.readline():
            for _ in range(int(line[1:])):
                await reader.readline()
                word = (await reader.readline()).strip().upper()
                if _ == 0: first = word
            writer.write(b"+PONG\\r\\n" if first == b"PING" else b"+OK\\r\\n")
        writer.close()
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
@pytest.fixture(scope="session")
async def client(port):
    client = redis.asyncio.Redis(port=port, protocol=2)
    yield client
    await client.aclose()
async def test_first(client): assert await client.ping()
async def test_second(client):
    assert await client.ping()
    assert len(peers) == 1, "the connection was closed"
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_server_that_a_test_leaks_beside_a_session_fixture_ends_and_its_port_is_free(
    pytester: pytest.Pytester,
) -> None:
    source = """
import socket
with socket.socket() as some:
    some.bind(("127.0.0.1", 0))
    PORT = some.getsockname()[1]
class App:
    def __init__(self): self.loop, self.log = asyncio.get_running_loop(), []
    def serve(self, reader, writer): self.log.append(1)
@pytest.fixture(scope="session", autouse=True)
async def app():
    app = App()
    async with asyncio.TaskGroup() as group:
        app.group = group
        yield app
async def test_first(app): await asyncio.start_server(app.serve, "127.0.0.1", PORT)
async def test_second(app): await asyncio.start_server(app.serve, "127.0.0.1", PORT)
async def test_datagrams(app):
    await app.loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", PORT))
async def test_datagrams_again(app):
    await app.loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", PORT))
"""
    run_source(pytester, HEAD + source, passed=4)


def test_a_server_that_a_session_fixture_holds_serves_later_tests(pytester: pytest.Pytester) -> None:
    source = """
class Service:
    server = None
    async def port(self):
        if self.server is None:
            self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]
    async def serve(self, reader, writer):
        while line := await reader.readline():
            writer.write(line)
        writer.close()
@pytest.fixture(scope="session")
async def service():
    service = Service()
    yield service
    service.server.close()
@pytest.fixture(scope="session")
def pooled(): return []
async def say(pooled, text):
    reader, writer = pooled[0]
    writer.write(text)
    assert await reader.readline() == text
async def test_starts(service):
    reader, writer = await asyncio.open_connection("127.0.0.1", await service.port())
    writer.close()
async def test_connects(service, pooled):
    pooled.append(await asyncio.open_connection("127.0.0.1", await service.port()))
    await say(pooled, b"one\\n")
async def test_uses_the_connection(pooled):
    await say(pooled, b"two\\n")
    pooled[0][1].close()
    await pooled[0][1].wait_closed()
"""
    run_source(pytester, HEAD + source, passed=3)


def test_timers_and_readers_belong_to_who_holds_them(pytester: pytest.Pytester) -> None:
    source = """
import socket
class Device:
    def __init__(self): self.seen, self.ours, self.theirs = [], *socket.socketpair()
    def start(self):
        loop = asyncio.get_running_loop()
        loop.add_reader(self.ours, lambda: self.seen.append(self.ours.recv(9)))
        self.timer = loop.call_later(3600, print)
        loop.call_later(60, self.seen.append, b"of the test")
        self.ready = loop.create_future()
        loop.call_later(3600, self.ready.set_result, None)
        self.task = asyncio.create_task(self.wait())
    async def wait(self): await self.ready
@pytest.fixture(scope="session")
async def device():
    device = Device()
    yield device
    asyncio.get_running_loop().remove_reader(device.ours)
    device.task.cancel()
    device.ours.close(); device.theirs.close()
async def test_starts(device):
    device.start()
    await asyncio.sleep(0)
async def test_uses(device):
    loop = asyncio.get_running_loop()
    assert device.timer in loop._scheduled and len(loop._scheduled) == 2
    device.theirs.send(b"hello")
    while not device.seen: await asyncio.sleep(0)
    assert device.seen == [b"hello"]
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_leak_beside_a_fixture_is_reported_and_what_the_fixture_holds_is_not(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="module")
async def kept():
    kept = types.SimpleNamespace()
    yield kept
    kept.timer.cancel()
async def test_first(kept):
    loop = asyncio.get_running_loop()
    kept.timer = loop.call_later(3600, print)
    loop.call_later(3600, repr)
"""
    result = run_source(pytester, HEAD + source, "--asyncshim-leaks=error", passed=1, errors=1)
    result.stdout.fnmatch_lines(["asyncshim_leaks: timer repr, *"])
    result.stdout.no_fnmatch_line("asyncshim_leaks: timer print*")


def test_a_task_that_a_test_stores_on_a_mock_of_the_session_is_held(on_each_runner: Run) -> None:
    source = """
from unittest.mock import Mock
@pytest.fixture(scope="session")
def notify():
    mock = Mock()
    yield mock
    assert ended == ["forgotten", "of the test"] or ended == ["of the test", "forgotten"]
async def test_stores(notify):
    notify.task = await start("an attribute")
    notify(await start("an argument"))
    Mock()(await start("forgotten"))
    Mock().task = await start("of the test")
async def test_next(notify): assert len(ended) == 2
"""
    on_each_runner(HEAD + source, passed=2)


def test_an_mcp_client_of_the_session_works_in_each_test(pytester: pytest.Pytester) -> None:
    pytest.importorskip("mcp.server.mcpserver")  # since mcp 2
    source = """
import pytest
from mcp.client import Client
from mcp.server.mcpserver import MCPServer
server = MCPServer("adder")
@server.tool()
async def add(a: int, b: int) -> int: return a + b
@pytest.fixture(scope="session")
async def client():
    async with Client(server) as client:
        yield client
async def test_first(client): assert (await client.call_tool("add", {"a": 1, "b": 2})).content[0].text == "3"
async def test_second(client): assert (await client.call_tool("add", {"a": 3, "b": 4})).content[0].text == "7"
"""
    pytester.makepyfile(source)
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_the_default_executor_lives_while_a_held_task_waits_for_one_of_its_threads(pytester: pytest.Pytester) -> None:
    source = """
import queue, time
class Threaded(Client):
    def __init__(self): self.items = queue.Queue()
    async def call(self, value):
        if self.reader is None:
            self.reader = asyncio.create_task(self.read())
        answer = asyncio.get_running_loop().create_future()
        self.items.put((answer, value))
        return await answer
    async def read(self):
        while item := await asyncio.to_thread(self.items.get):
            item[0].set_result(item[1])
@pytest.fixture(scope="session")
async def client():
    client = Threaded()
    yield client
    client.items.put(None)
    await client.reader
async def test_first(client):
    assert await client.call(1) == 1
    await asyncio.sleep(0)  # the reader waits in a thread
executor = []
async def test_second(client):
    executor.append(asyncio.get_running_loop()._default_executor)
    assert executor[0] is not None
    assert await client.call(2) == 2
async def test_third(client): assert asyncio.get_running_loop()._default_executor is executor[0]
"""
    run_source(pytester, HEAD + source, "--asyncshim-leaks=error", passed=3)
