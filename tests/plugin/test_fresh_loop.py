"""No test can tell the shared loop from a fresh one: a table of what one test does, and what the next one looks for."""

from __future__ import annotations

import sys
import textwrap
from typing import NamedTuple

import pytest

from house.nested import run

HEAD = """\
import asyncio, concurrent.futures, os, signal, socket, sys, tempfile, threading, pytest
from unittest.mock import Mock

notes, kept, opened, threads, settings, handlers = [], [], [], [], [], {}
numbers_of_signals = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)
is_fresh = True

def note(*_):  # what is called later than in the test that arranged it
    if "test_next" in os.environ["PYTEST_CURRENT_TEST"]:
        notes.append(_)
def ignore(*arguments, **keywords): pass
connections = []
def connected(*streams): connections.append(streams)  # a dropped StreamWriter warns
def factory(loop, coroutine, **keywords): return asyncio.Task(coroutine, loop=loop, **keywords)

def again_soon(loop):
    note("soon")
    loop.call_soon(again_soon, loop)

def again_later(loop):
    note("later")
    loop.call_later(0.001, again_later, loop)

async def forever():
    await asyncio.Event().wait()

def wait_for_loop(loop):
    try:
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.1), loop).result()
    except BaseException:
        pass

async def supervise(loop):
    try:
        await forever()
    finally:
        kept.append(loop.create_task(supervise(loop)))

async def exits():
    sys.exit(3)

async def numbers():
    try:
        yield 1
        yield 2
    finally:
        notes.append("closed")

def settings_of(loop):
    return (loop.get_debug(), getattr(loop, "slow_callback_duration", None), loop.get_task_factory() is factory,
            loop.get_exception_handler())

def pair():
    opened.extend(socket.socketpair())
    for sock in opened:
        sock.setblocking(False)
    return opened[-2:]

def pipe():
    opened.extend(os.fdopen(end, mode, 0) for end, mode in zip(os.pipe(), ("rb", "wb")))
    return opened[-2:]

async def serve(port=0):
    server = await asyncio.start_server(connected, "127.0.0.1", port)
    kept.append(server)
    return server.sockets[0].getsockname()[1]

async def receive(port=0):
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, ("127.0.0.1", port))
    kept.append(transport)
    return transport.get_extra_info("sockname")[1]

@pytest.fixture(scope="module")
def path():
    with tempfile.TemporaryDirectory() as folder:
        yield os.path.join(folder, "it.sock")

@pytest.fixture(autouse=True)
async def around():
    await asyncio.sleep(0)
    try:
        yield
    finally:
        await asyncio.sleep(0)
        settings.append("torn down")

async def test_before():
    settings.append(settings_of(asyncio.get_running_loop()))
    threads.append(threading.active_count())
    handlers.update((number, signal.getsignal(number)) for number in numbers_of_signals)
"""
FIRST = {
    "async": "{do}\nasync def test_does_it(path):\n    {call}do(asyncio.get_running_loop(), path)\n",
    "sync": "{do}\ndef test_does_it(path, event_loop):\n    {run}\n",
}
NEXT = """
async def look(loop, path):
    await asyncio.sleep(0.01)
{look}

async def test_next(path):
    assert settings[1:] == ["torn down"] * 2
    await look(asyncio.get_running_loop(), path)

def test_next_sync(path):
    loop = asyncio.get_event_loop()
    loop.run_until_complete(look(loop, path))

def test_last():
    for thing in opened:
        thing.close()
"""


class Case(NamedTuple):
    """What a test does, and what the next one looks for; both may await."""

    do: str
    look: str
    fails: bool = False  # whether the first test itself fails
    on_uvloop: bool = True


NO_CALL = "assert notes == []"
NO_TIMER = "assert not getattr(loop, '_scheduled', None)"
SIGNALS = "assert {number: signal.getsignal(number) for number in numbers_of_signals} == handlers"
SAME_THREADS = "assert threading.active_count() == threads[0]"  # one, without pytest-xdist
SETTINGS = "assert settings_of(loop) == settings[0]"
NOT_WATCHED = "assert not loop.remove_reader(opened[0]) and not loop.remove_writer(opened[0])"
REAL = "assert type(loop.create_future()) is type(asyncio.get_running_loop().create_future())"

CASES = {
    # Timers and callbacks
    "call_later": Case("loop.call_later(0.005, note)", f"{NO_CALL}; {NO_TIMER}"),
    "call_at": Case("loop.call_at(loop.time() + 0.005, note)", f"{NO_CALL}; {NO_TIMER}"),
    "call_later, which arms itself": Case("again_later(loop)", f"{NO_CALL}; {NO_TIMER}"),
    "call_later, cancelled": Case("loop.call_later(3600, note).cancel()", NO_TIMER),
    "call_later, several": Case("for n in 3, 1, 2: loop.call_later(n * 3600, note)", f"{NO_CALL}; {NO_TIMER}"),
    "a future with a timer": Case("kept.append(loop.create_task(asyncio.sleep(3600)))", NO_TIMER),
    "call_soon, which calls itself": Case("again_soon(loop)", NO_CALL, on_uvloop=False),
    "call_soon_threadsafe of a thread, which calls itself": Case(
        "thread = threading.Thread(target=loop.call_soon_threadsafe, args=(again_soon, loop))\n"
        "thread.start(); thread.join()",
        NO_CALL,
        on_uvloop=False,
    ),
    # Descriptors
    "add_reader": Case("ours, theirs = pair(); loop.add_reader(ours, note)", f"opened[1].send(b'x'); {NO_CALL}"),
    "add_reader, again": Case("ours, theirs = pair(); loop.add_reader(ours, note)", NOT_WATCHED),
    "add_reader of a number": Case("ours, theirs = pair(); loop.add_reader(ours.fileno(), note)", NOT_WATCHED),
    "add_writer": Case("ours, theirs = pair(); loop.add_writer(ours, ignore)", NOT_WATCHED),
    "add_reader and add_writer": Case(
        "ours, theirs = pair(); loop.add_reader(ours, note); loop.add_writer(ours, ignore)", NOT_WATCHED
    ),
    "sock_recv": Case(
        "kept.append(loop.create_task(loop.sock_recv(pair()[0], 5))); await asyncio.sleep(0)", NOT_WATCHED
    ),
    "sock_accept": Case(
        "opened.append(socket.create_server(('127.0.0.1', 0))); opened[0].setblocking(False)\n"
        "kept.append(loop.create_task(loop.sock_accept(opened[0]))); await asyncio.sleep(0)",
        NOT_WATCHED,
    ),
    # Servers and connections
    "start_server": Case("notes.append(await serve())", "assert await serve(notes[0]); kept[-1].close()"),
    "create_server": Case(
        "kept.append(await loop.create_server(asyncio.Protocol, '127.0.0.1', 0))\n"
        "notes.append(kept[0].sockets[0].getsockname()[1])",
        "assert await serve(notes[0]); kept[-1].close()",
    ),
    "create_server, not started": Case(
        "kept.append(await loop.create_server(asyncio.Protocol, '127.0.0.1', 0, start_serving=False))\n"
        "opened.append(kept[0]); notes.append(kept[0].sockets[0].getsockname()[1])",
        "assert await serve(notes[0]); kept[-1].close()",
    ),
    "start_server, with a connection": Case(
        "notes.append(await serve()); kept.append(await asyncio.open_connection('127.0.0.1', notes[0]))",
        "assert kept[1][1].is_closing(); assert await serve(notes[0]); kept[-1].close()",
    ),
    "serve_forever": Case(
        "notes.append(await serve()); kept.append(loop.create_task(kept[0].serve_forever())); await asyncio.sleep(0)",
        "assert await serve(notes[0]); kept[-1].close()",
    ),
    "start_unix_server": Case(
        "kept.append(await asyncio.start_unix_server(ignore, path))",
        "kept.append(await asyncio.start_unix_server(ignore, path)); kept[-1].close()",
    ),
    "create_datagram_endpoint": Case(
        "notes.append(await receive())", "assert await receive(notes[0]); kept[-1].close()"
    ),
    "create_connection, paused": Case(
        "transport, _ = await loop.create_connection(asyncio.Protocol, sock=pair()[0])\n"
        "transport.pause_reading(); kept.append(transport)",
        "assert kept[0].is_closing()",
    ),
    "connect_accepted_socket": Case(
        "kept.extend(await loop.connect_accepted_socket(asyncio.Protocol, pair()[0]))", "assert kept[0].is_closing()"
    ),
    "a connection that writes": Case(
        "kept.extend(await loop.create_connection(asyncio.Protocol, sock=pair()[0]))\n"
        "kept[0].write(b'x' * 9_999_999); kept[0].close()",
        NOT_WATCHED.replace("opened[0]", "opened[0].fileno()") + " if opened[0].fileno() >= 0 else True",
    ),
    "connect_read_pipe": Case(
        "kept.extend(await loop.connect_read_pipe(asyncio.Protocol, pipe()[0]))",
        "assert kept[0].is_closing()",
        on_uvloop=False,
    ),
    "connect_write_pipe": Case(
        "kept.extend(await loop.connect_write_pipe(asyncio.BaseProtocol, pipe()[1]))",
        "assert kept[0].is_closing()",
        on_uvloop=False,
    ),
    "subprocess_exec": Case(
        "kept.append(await asyncio.create_subprocess_exec('cat', stdin=asyncio.subprocess.PIPE))",
        "assert kept[0].returncode is not None",
    ),
    # Signals
    "add_signal_handler": Case("loop.add_signal_handler(signal.SIGUSR1, note)", SIGNALS),
    "add_signal_handler of SIGINT": Case("loop.add_signal_handler(signal.SIGINT, note)", SIGNALS),
    "add_signal_handler of SIGINT, removed": Case(
        "loop.add_signal_handler(signal.SIGINT, note); loop.remove_signal_handler(signal.SIGINT)", SIGNALS
    ),
    "add_signal_handler in place of another one": Case(
        "handlers[signal.SIGTERM] = ignore; signal.signal(signal.SIGTERM, ignore)\n"
        "loop.add_signal_handler(signal.SIGTERM, note)",
        SIGNALS + "\nhandlers[signal.SIGTERM] = signal.SIG_DFL; signal.signal(signal.SIGTERM, signal.SIG_DFL)",
    ),
    # Threads
    "to_thread": Case("await asyncio.to_thread(int)", SAME_THREADS),
    "run_in_executor": Case("await asyncio.gather(*(loop.run_in_executor(None, int) for _ in range(9)))", SAME_THREADS),
    "run_in_executor, not awaited": Case(
        "kept.append(loop.run_in_executor(None, threading.Event().wait, 0.1))", SAME_THREADS
    ),
    "run_in_executor, waiting for the loop": Case(
        "kept.append(loop.run_in_executor(None, wait_for_loop, loop))", SAME_THREADS
    ),
    "set_default_executor": Case(
        "loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(1)); await asyncio.to_thread(int)",
        SAME_THREADS,
    ),
    "shutdown_default_executor": Case(
        "await asyncio.to_thread(int); await loop.shutdown_default_executor()",
        "assert await loop.run_in_executor(None, int) == 0",
    ),
    # The loop object
    "create_future": Case("loop.create_future = Mock()", "assert isinstance(loop.create_future(), asyncio.Future)"),
    "call_soon": Case("loop.call_soon_threadsafe = ignore", "assert loop.call_soon_threadsafe(int) is not None"),
    "time": Case("loop.time = lambda: 0.0", "assert loop.time() > 0"),
    "add_signal_handler, replaced": Case(
        "loop.add_signal_handler = Mock()", "assert not isinstance(loop.add_signal_handler, Mock)"
    ),
    "another attribute": Case("loop.owner = 'one'", "assert not hasattr(loop, 'owner')"),
    "set_debug": Case("loop.set_debug(not loop.get_debug())", SETTINGS),
    "slow_callback_duration": Case("loop.slow_callback_duration = 9.0", SETTINGS),
    "set_task_factory": Case("loop.set_task_factory(factory)", SETTINGS),
    "set_exception_handler": Case("loop.set_exception_handler(ignore)", SETTINGS),
    # Stops and exits
    "stop, in time": Case("loop.stop()", "pass"),
    "stop": Case("loop.stop(); await asyncio.sleep(0.01)", "pass", fails=True),
    "stop, scheduled": Case("loop.call_later(3600, loop.stop)", NO_TIMER),
    "stop, soon": Case("loop.call_soon(loop.stop)", "await asyncio.sleep(0.01)", on_uvloop=False),
    "sys.exit() in a task": Case(
        "kept.append(loop.create_task(exits())); await asyncio.sleep(60)",
        "assert isinstance(kept[0].exception(), SystemExit)",
        fails=True,
    ),
    # Tasks and generators
    "create_task": Case("kept.append(loop.create_task(forever()))", "assert kept[0].cancelled()"),
    "create_task, by a cancelled task": Case(
        "kept.append(loop.create_task(supervise(loop))); await asyncio.sleep(0)",
        "assert len(asyncio.all_tasks()) == 1; assert kept[0].cancelled()",
    ),
    "create_task in an empty context": Case(
        "import contextvars; kept.append(loop.create_task(forever(), context=contextvars.Context()))",
        "assert kept[0].cancelled()",
    ),
    "an async generator": Case(
        "kept.append(numbers()); assert await anext(kept[0]) == 1", "assert notes == ['closed']", on_uvloop=False
    ),
    "shutdown_asyncgens": Case(
        "await loop.shutdown_asyncgens()", "assert [n async for n in numbers()] == [1, 2]", on_uvloop=False
    ),
}
RUNNERS = ("session", "loop_scope")


def source_of(case: Case, place: str) -> str:
    """Return the test module of *case* whose first test is sync or async."""
    is_coroutine = "await" in case.do or "create_task" in case.do
    do = f"{'async ' * is_coroutine}def do(loop, path):\n{textwrap.indent(case.do, '    ')}\n"
    call = "do(event_loop, path)"
    first = FIRST[place].format(
        do=do, call="await " * is_coroutine, run=f"event_loop.run_until_complete({call})" if is_coroutine else call
    )
    return HEAD + first + NEXT.format(look=textwrap.indent(case.look, "    "))


def check(pytester: pytest.Pytester, case: Case, place: str, *arguments: str) -> None:
    """Run the module of *case*."""
    pytester.makepyfile(source_of(case, place))
    options = ("-p", "no:randomly", "-o", "asyncshim_cancel_timeout=5", *arguments)
    if "supervise" in case.do:
        options = (
            "-p",
            "no:randomly",
            "-o",
            "asyncshim_cancel_timeout=0.1",
            "-W",
            "ignore::asyncshim.LeakedTaskWarning",
        )
    run(pytester, *options, *arguments, passed=5 - case.fails, **({"failed": 1} if case.fails else {}))


@pytest.mark.skipif(sys.platform == "win32", reason="signals, pipes and unix sockets")
@pytest.mark.parametrize("place", FIRST)
@pytest.mark.parametrize("name", CASES)
def test_the_next_test_finds_a_fresh_loop(pytester: pytest.Pytester, name: str, place: str) -> None:
    check(pytester, CASES[name], place)


@pytest.mark.skipif(sys.platform == "win32", reason="signals, pipes and unix sockets")
@pytest.mark.parametrize("name", CASES)
def test_the_next_test_finds_a_fresh_loop_with_isolated_runners(pytester: pytest.Pytester, name: str) -> None:
    check(pytester, CASES[name], "async", "--asyncshim-runner=loop_scope")


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop is not for Windows")
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.on_uvloop])
def test_the_next_test_finds_a_fresh_uvloop(pytester: pytest.Pytester, name: str) -> None:
    pytest.importorskip("uvloop")
    check(pytester, CASES[name], "sync", "-o", "asyncshim_loop_factory=uvloop:new_event_loop")


# Who started it

WIDER = """
import asyncio, pytest, signal, socket, threading
kept = {{}}
def note(*arguments): pass

async def fill(loop):
    kept["timer"] = loop.call_later(3600, note)
    kept["pair"] = socket.socketpair()
    loop.add_reader(kept["pair"][0], note)
    loop.add_signal_handler(signal.SIGUSR1, note)
    kept["server"] = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    kept["datagrams"], _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
    kept["task"] = loop.create_task(asyncio.Event().wait())
    await asyncio.to_thread(int)
    kept["threads"] = threading.active_count()
    loop.owner = "the fixture"

def is_alive(loop):
    assert not kept["timer"].cancelled()
    assert kept["server"].is_serving()
    assert not kept["datagrams"].is_closing()
    assert not kept["task"].done()
    assert signal.getsignal(signal.SIGUSR1) is not signal.SIG_DFL
    assert threading.active_count() == kept["threads"]
    assert loop.owner == "the fixture"
    return True

{fixture}

class TestIt:
    async def test_one(self, wider):
        loop = asyncio.get_running_loop()
        assert is_alive(loop)
        loop.call_later(3600, note)
        kept["of the test"] = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)

    async def test_two(self, wider):
        assert is_alive(asyncio.get_running_loop())
        assert not kept["of the test"].is_serving()
        assert len(asyncio.get_running_loop()._scheduled) == 1

    def test_three(self, wider): pass

async def test_after():
    loop = asyncio.get_running_loop()
    assert kept["timer"].cancelled()
    assert not kept["server"].is_serving()
    assert kept["datagrams"].is_closing()
    assert kept["task"].cancelled()
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL
    assert not loop.remove_reader(kept["pair"][0])
    assert not hasattr(loop, "owner")
    assert threading.active_count() == kept["threads"] - 1
    for sock in kept["pair"]: sock.close()
"""
FIXTURES = {
    "async": """
@pytest.fixture(scope="class")
async def wider(): await fill(asyncio.get_running_loop())
""",
    "async generator": """
@pytest.fixture(scope="class")
async def wider():
    loop = asyncio.get_running_loop()
    await fill(loop)
    yield
    assert is_alive(loop)
""",
    "sync": """
@pytest.fixture(scope="class")
def wider(event_loop): event_loop.run_until_complete(fill(event_loop))
""",
    "sync generator": """
@pytest.fixture(scope="class")
def wider(event_loop):
    event_loop.run_until_complete(fill(event_loop))
    yield
    assert is_alive(event_loop)
""",
}


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("kind", FIXTURES)
def test_what_a_wider_fixture_started_ends_with_its_scope_and_not_before(pytester: pytest.Pytester, kind: str) -> None:
    pytester.makepyfile(WIDER.format(fixture=FIXTURES[kind]))
    run(pytester, "-p", "no:randomly", passed=4)


def test_what_tests_of_a_wider_loop_scope_start_ends_with_that_scope(pytester: pytest.Pytester) -> None:
    source = """
    import asyncio, pytest, threading
    kept, threads = [], []
    @pytest.mark.asyncio(loop_scope="class")
    class TestIt:
        async def test_one(self):
            threads.append(threading.active_count())
            kept.append(await asyncio.start_server(print, "127.0.0.1", 0))
            kept.append(asyncio.get_running_loop().call_later(3600, print))
            await asyncio.to_thread(int)
        async def test_two(self):
            assert kept[0].is_serving()
            assert not kept[1].cancelled()
            assert threading.active_count() == threads[0] + 1
    async def test_after():
        assert not kept[0].is_serving()
        assert kept[1].cancelled()
        assert threading.active_count() == threads[0]
    """
    pytester.makepyfile(source)
    run(pytester, "-p", "no:randomly", passed=3)


def test_a_check_after_each_test_blames_only_the_test_that_left_a_timer(pytester: pytest.Pytester) -> None:
    source = """
    import asyncio, pytest
    @pytest.fixture(autouse=True)
    async def no_timers():
        yield
        assert asyncio.get_running_loop()._scheduled == []
    async def test_one(): asyncio.get_running_loop().call_later(3600, print)
    async def test_two(): await asyncio.wait_for(asyncio.sleep(0), None)
    def test_three(): pass
    """
    pytester.makepyfile(source)
    result = run(pytester, "-p", "no:randomly", passed=3, errors=1)
    result.stdout.fnmatch_lines(["ERROR *::test_one*"])


# How long it takes

SUPERVISOR = """
import asyncio, time
kept = []
async def supervise():
    try:
        await asyncio.Event().wait()
    finally:
        kept.append(asyncio.get_running_loop().create_task(supervise()))
async def test_supervised():
    kept.append(asyncio.create_task(supervise()))
    await asyncio.sleep(0)
async def test_next():
    assert len(kept) > 1
    assert len(asyncio.all_tasks()) == 1
"""
CLOSING = """
import asyncio, time
kept = []
async def numbers():
    try:
        yield 1
    finally:
        await asyncio.Event().wait()
async def test_open():
    kept.append(numbers())
    assert await anext(kept[0]) == 1
async def test_next(): await asyncio.sleep(0)
"""
BLOCKING = """
import asyncio, threading
event = threading.Event()
async def test_blocks():
    asyncio.get_running_loop().run_in_executor(None, event.wait, 600)
    await asyncio.sleep(0)
async def test_next(): assert await asyncio.to_thread(int) == 0
def test_last(): event.set()
"""
ENDLESS = {"supervisor": SUPERVISOR, "async generator": CLOSING, "thread": BLOCKING}
TOLD = {"supervisor": "task *supervise*", "async generator": "async generator *", "thread": "executor that runs *"}


@pytest.mark.parametrize("name", ENDLESS)
def test_one_bound_limits_the_whole_ending(pytester: pytest.Pytester, name: str) -> None:
    pytester.makepyfile(ENDLESS[name])
    options = ("-p", "no:randomly", "-p", "timeout", "--timeout=120", "-o", "asyncshim_cancel_timeout=0.1")
    result = pytester.runpytest_subprocess(*options, timeout=120)
    result.assert_outcomes(passed=2 + (name == "thread"), warnings=result.parseoutcomes()["warnings"])
    result.stdout.fnmatch_lines([f"*LeakedTaskWarning: {TOLD[name]} was abandoned"])
    assert "never awaited" not in result.stdout.str() + result.stderr.str()
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_a_task_that_exits_leaves_no_traceback_behind(pytester: pytest.Pytester) -> None:
    source = """
    import asyncio, sys, pytest
    kept = []
    async def exits():
        try:
            await asyncio.Event().wait()
        finally:
            sys.exit(3)
    async def exits_soon(): sys.exit(4)
    @pytest.fixture
    async def resource():
        yield
        await asyncio.sleep(0)
        kept.append("torn down")
    async def test_leaves_it():
        kept.append(asyncio.create_task(exits()))
        await asyncio.sleep(0)
    async def test_next(): assert kept[0].done()
    async def test_exits(resource):
        kept.append(asyncio.create_task(exits_soon()))
    async def test_innocent():
        assert kept[-1] == "torn down"
        await asyncio.sleep(0.01)
    """
    pytester.makepyfile(source)
    result = pytester.runpytest_subprocess("-p", "no:randomly", timeout=120)
    result.assert_outcomes(passed=3, failed=1)
    text = result.stdout.str() + result.stderr.str()
    assert "never retrieved" not in text
    assert result.stderr.str() == ""
    assert result.outlines[-1].startswith("=")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("removal", ["", "; loop.remove_signal_handler(signal.SIGINT)"])
def test_ctrl_c_interrupts_after_a_test_that_handled_sigint(pytester: pytest.Pytester, removal: str) -> None:
    source = f"""
    import asyncio, signal
    async def test_one():
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, print){removal}
    async def test_two():
        try:
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            print("cancelled first")
            raise
    """
    pytester.makepyfile(source)
    result = pytester.runpytest_subprocess("-s", "-p", "no:randomly", timeout=120)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*cancelled first*", "!*! KeyboardInterrupt !*!"])


@pytest.mark.parametrize("runner", ["session", "loop_scope"])
def test_what_a_test_of_a_wider_loop_scope_changes_on_the_loop_is_there_until_that_scope_ends(
    pytester: pytest.Pytester, runner: str
) -> None:
    pytester.makepyfile("""
        import asyncio, pytest

        class TestClass:
            @pytest.mark.asyncio(loop_scope="class")
            async def test_changes(self):
                loop = asyncio.get_running_loop()
                loop.mine = 1
                loop.create_future = lambda: "replaced"
                loop.set_debug(True)

            def test_breaks(self): asyncio.set_event_loop(None)

            @pytest.mark.asyncio(loop_scope="class")
            async def test_finds(self):
                loop = asyncio.get_running_loop()
                assert (loop.mine, loop.create_future(), loop.get_debug()) == (1, "replaced", True)

        async def test_next():
            loop = asyncio.get_running_loop()
            assert not hasattr(loop, "mine")
            assert (loop.create_future().done(), loop.get_debug()) == (False, False)
    """)
    pytester.runpytest(f"--asyncshim-runner={runner}", "-p", "no:randomly").assert_outcomes(passed=4)
