"""When a loop scope ends, what was started in it ends, and asyncshim_leaks decides what is said about it."""

from __future__ import annotations

import pytest

from house.nested import run, run_source

HEAD = """\
import asyncio, contextvars, pytest

notes = []
tasks = []  # hold on to them: nobody may rely on the garbage collector

async def forever(name):
    try:
        await asyncio.Event().wait()
    finally:
        notes.append(name + " ended")

async def start(name):
    tasks.append(asyncio.create_task(forever(name), name=name))
    await asyncio.sleep(0)
"""
SCOPES = ["function", "class", "module", "package", "session"]
LEAKS = """
async def test_leaks():
    await start("leaked")               # line 16
async def test_next():
    assert notes == ["leaked ended"]
"""


# The lifetime of what runs


@pytest.mark.parametrize("runner", ["session", "loop_scope"])
def test_a_task_that_a_test_leaks_ends_before_the_next_test(pytester: pytest.Pytester, runner: str) -> None:
    run_source(pytester, HEAD + LEAKS, f"--asyncshim-runner={runner}", passed=2)


def test_a_task_that_a_sync_test_starts_through_asyncio_runner_ends_with_the_test(pytester: pytest.Pytester) -> None:
    source = """
def test_leaks(asyncio_runner): asyncio_runner.run(start("leaked"))
def test_next(): assert notes == ["leaked ended"]
"""
    run_source(pytester, HEAD + source, passed=2)


def test_fixtures_of_the_function_are_torn_down_before_its_tasks_end_and_wider_ones_after(
    pytester: pytest.Pytester,
) -> None:
    source = """
@pytest.fixture(scope="module")
async def module():
    yield
    assert notes == ["function", "of the test ended"]
    notes.append("module")
@pytest.fixture
async def function():
    yield
    notes.append("function")
async def test_it(module, function):
    await start("of the test")
"""
    run_source(pytester, HEAD + source, passed=1)


@pytest.mark.parametrize(
    "kind",
    [
        "async def starter():\n    await start({0!r})\n    yield",
        "def starter(asyncio_runner):\n    asyncio_runner.run(start({0!r}))\n    yield",
    ],
    ids=["async", "sync"],
)
@pytest.mark.parametrize("scope", ["class", "module", "package", "session"])
def test_a_task_of_a_wider_fixture_lives_as_long_as_its_scope(pytester: pytest.Pytester, scope: str, kind: str) -> None:
    fixture = f"""
@pytest.fixture(scope="{scope}")
{kind.format(scope)}
    assert notes == [], "the task lives until its scope ends, and no finalizer finds it dead"
"""
    source = f"""
from inner.conftest import notes, tasks
class TestOne:
    async def test_starts(self, starter): pass
    async def test_alive(self): assert not tasks[0].done()
    def test_alive_sync(self): assert not tasks[0].done()
class TestTwo:
    async def test_other_class(self):
        assert tasks[0].done() is {scope == "class"}
"""
    pytester.mkpydir("inner")
    pytester.mkpydir("zenith")
    elsewhere = "from inner.conftest import tasks\nasync def test_elsewhere(): assert tasks[0].done() is {}\n"
    files = {
        "inner/conftest.py": HEAD + fixture,
        "inner/test_a.py": source,
        "inner/test_b.py": elsewhere.format(scope in {"class", "module"}),
        "zenith/test_z.py": elsewhere.format(scope != "session"),  # pytest 7 collects a folder's files first
    }
    for name, text in files.items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    run(pytester, passed=6)


def test_a_class_scoped_fixture_of_a_plain_function_ends_with_that(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="class")
async def starter(): await start("of the class")
async def test_starts(starter): assert notes == []
async def test_next(): assert notes == ["of the class ended"]
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_package_scoped_fixture_of_a_module_ends_with_the_session_as_pytest_has_it(pytester: pytest.Pytester) -> None:
    pytester.mkpydir("inner")
    source = """
@pytest.fixture(scope="package")
async def starter():
    await start("of the package")
    yield
    assert notes == []
async def test_starts(starter): pass
"""
    (pytester.path / "inner" / "test_a.py").write_text(HEAD + source, encoding="utf-8")
    pytester.mkpydir("zenith")
    (pytester.path / "zenith" / "test_z.py").write_text(
        "from inner.test_a import tasks\nasync def test_alive(): assert not tasks[0].done()\n", encoding="utf-8"
    )
    run(pytester, passed=2)


@pytest.mark.parametrize("scope", ["class", "module", "session"])
def test_a_task_of_a_test_with_a_wider_loop_scope_lives_as_long_as_the_scope(
    pytester: pytest.Pytester, scope: str
) -> None:
    source = f"""
class TestOne:
    @pytest.mark.asyncio(loop_scope="{scope}")
    async def test_starts(self): await start("leaked")
    async def test_alive(self): assert not tasks[0].done()
class TestTwo:
    async def test_other_class(self): assert tasks[0].done() is {scope == "class"}
"""
    run_source(pytester, HEAD + source, passed=3)


def test_a_fixture_with_a_wider_loop_scope_than_its_own_keeps_its_tasks_alive(pytester: pytest.Pytester) -> None:
    source = """
import pytest_asyncio
@pytest_asyncio.fixture(loop_scope="module")
async def starter(): await start("leaked")
async def test_starts(starter): pass
async def test_alive(): assert not tasks[0].done()
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_module_scoped_server_serves_every_test_and_ends_with_its_module(pytester: pytest.Pytester) -> None:
    server = """
import asyncio, pytest
handled = []
@pytest.fixture(scope="module")
async def port():
    async def handle(reader, writer):
        try:
            while line := await reader.readline():
                writer.write(line.upper())
                await writer.drain()
        finally:
            handled.append("closed")
            writer.close()
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    task = asyncio.create_task(server.serve_forever())
    yield server.sockets[0].getsockname()[1]
    assert not task.done()
@pytest.fixture
async def connection(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()
    await writer.wait_closed()
@pytest.mark.parametrize("text", [b"one", b"two"])
async def test_echo(connection, text):
    reader, writer = connection
    writer.write(text + b"\\n")
    assert await reader.readline() == text.upper() + b"\\n"
"""
    run_source(pytester, server, passed=2)


def test_a_session_scoped_pool_is_usable_from_function_scoped_tests_and_fixtures(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import asyncio, pytest
        class Pool:
            def __init__(self):
                self.loop = asyncio.get_running_loop()
                self.queue = asyncio.Queue()
                self.worker = asyncio.create_task(self.work())
            async def work(self):
                while True:
                    future, value = await self.queue.get()
                    future.set_result(value * 2)
            async def call(self, value):
                assert asyncio.get_running_loop() is self.loop
                future = self.loop.create_future()
                await self.queue.put((future, value))
                return await future
        @pytest.fixture(scope="session")
        async def pool():
            pool = Pool()
            yield pool
            assert await pool.call(100) == 200
            pool.worker.cancel()
        @pytest.fixture
        async def doubled(pool): return await pool.call(3)
    """)
    source = """
async def test_direct(pool): assert await pool.call(1) == 2
async def test_fixture(doubled): assert doubled == 6
def test_sync(doubled): assert doubled == 6
"""
    pytester.makepyfile(test_a=source, test_b=source)
    run(pytester, passed=6)


def test_async_generators_left_open_are_closed_with_their_scope(pytester: pytest.Pytester) -> None:
    source = """
opened = []
async def numbers(name):
    try:
        yield 1
        yield 2
    finally:
        await asyncio.sleep(0)
        notes.append(name + " closed")
async def open_one(name):
    opened.append(numbers(name))
    assert await anext(opened[-1]) == 1
@pytest.fixture(scope="module")
async def module():
    await open_one("of the module")
async def test_opens(module): await open_one("of the test")
async def test_next():
    assert notes == ["of the test closed"]
    assert await anext(opened[0]) == 2
"""
    run_source(pytester, HEAD + source, passed=2)


@pytest.mark.parametrize("how", ["test", "fixture"])
@pytest.mark.parametrize("scope", ["class", "module", "session"])
def test_async_generators_of_a_wider_scope_stay_open_until_it_ends(
    pytester: pytest.Pytester, scope: str, how: str
) -> None:
    opens = {
        "test": f'@pytest.mark.asyncio(loop_scope="{scope}")\n    async def test_opens(self): await open_one()',
        "fixture": "async def test_opens(self, opener): pass",
    }
    source = f"""
opened = []
@pytest.fixture(scope="{scope}")
async def opener(): await open_one()
async def numbers():
    try:
        yield 1
        yield 2
        yield 3
    finally:
        notes.append("closed")
async def open_one():
    opened.append(numbers())
    assert await anext(opened[0]) == 1
class TestOne:
    {opens[how]}
    async def test_goes_on(self): assert await anext(opened[0]) == 2
"""
    expected = {"class": "['closed']", "module": "[]", "session": "[]"}[scope]
    pytester.makepyfile(
        test_a=HEAD + source + f"def test_class_ended(): assert notes == {expected}\n",
        test_b=f"from test_a import notes\ndef test_module_ended(): assert bool(notes) is {scope != 'session'}\n",
        conftest="def pytest_unconfigure():\n    from test_a import notes\n    print('at last:', notes)\n",
    )
    run(pytester, "-s", passed=4).stdout.fnmatch_lines(["at last: ['closed']"])


def test_a_session_fixture_that_is_the_first_to_need_a_loop_keeps_what_it_starts(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="session", autouse=True)
def starter():
    loop = asyncio.get_event_loop()
    tasks.append(loop.create_task(forever("of the session")))
async def test_starts(): await asyncio.sleep(0)
async def test_alive(): assert not tasks[0].done()
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_sync_fixture_that_comes_later_keeps_what_it_starts_as_well(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="module")
def starter(): tasks.append(asyncio.get_event_loop().create_task(forever("of the module")))
async def test_first(): await start("of the test")
def test_starts(starter): pass
async def test_alive(): assert not tasks[1].done() and notes == ["of the test ended"]
"""
    run_source(pytester, HEAD + source, passed=3)


def test_a_coroutine_that_a_thread_submits_ends_with_the_test(pytester: pytest.Pytester) -> None:
    source = """
async def test_submits():
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(lambda: tasks.append(asyncio.run_coroutine_threadsafe(forever("of a thread"), loop)))
    await asyncio.sleep(0)
async def test_next(): assert notes == ["of a thread ended"]
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_task_in_a_context_of_its_own_ends_with_the_scope_that_made_it(pytester: pytest.Pytester) -> None:
    source = """
async def start_apart(name):
    tasks.append(asyncio.create_task(forever(name), context=contextvars.Context()))
    await asyncio.sleep(0)
@pytest.fixture(scope="module")
async def module(): await start_apart("module")
async def test_leaks(module): await start_apart("test")
async def test_next(): assert notes == ["test ended"]
@pytest.mark.asyncio(loop_scope="module")
async def test_leaks_for_the_module(): await start_apart("wider")
async def test_alive(): assert notes == ["test ended"]
"""
    run_source(pytester, HEAD + source, passed=4)
