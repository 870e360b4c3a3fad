"""Tear-down always finds a live loop, however the run ends. Ctrl-C is in test_ctrl_c.py."""

from __future__ import annotations

import sys

import pytest

from house.nested import run, run_source

HEAD = """\
import asyncio, pytest
async def down(name):
    assert await asyncio.to_thread(lambda: 42) == 42
    await asyncio.sleep(0)
    with open("notes.txt", "a") as stream:
        stream.write(name + " down\\n")
@pytest.fixture(scope="session")
async def session():
    yield
    await down("session")
@pytest.fixture(scope="module")
async def module(session):
    yield
    await down("module")
@pytest.fixture
async def function(module):
    yield
    await down("function")
@pytest.fixture
def sync(function):
    yield
    asyncio.get_event_loop().run_until_complete(down("sync"))
"""
ALL = ["sync down", "function down", "module down", "session down"]


def notes(pytester: pytest.Pytester) -> list[str]:
    return (pytester.path / "notes.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(params=["session", "loop_scope"])
def runner(request: pytest.FixtureRequest) -> str:
    return f"--asyncshim-runner={request.param}"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("assert False", {"failed": 1}),
        ("raise SystemExit(3)", {"failed": 1}),
        ("pytest.skip('not today')", {"skipped": 1}),
        ("pytest.xfail('known')", {"xfailed": 1}),
        ("pytest.fail('broken')", {"failed": 1}),
        ("raise asyncio.CancelledError", {"failed": 1}),
        ("asyncio.current_task().cancel(); await asyncio.sleep(0)", {"failed": 1}),
        ("pass", {"passed": 1}),
    ],
)
def test_fixtures_are_torn_down_after_every_outcome(
    pytester: pytest.Pytester, body: str, outcome: dict[str, int]
) -> None:
    pytester.makepyfile(HEAD + f"async def test_it(sync):\n    await asyncio.sleep(0)\n    {body}\n")
    run(pytester, **outcome)
    assert notes(pytester) == ALL


@pytest.mark.parametrize("way", ["-x", "--maxfail=1", "--exitfirst"])
def test_fixtures_are_torn_down_if_the_run_stops_at_the_first_failure(
    pytester: pytest.Pytester, way: str, runner: str
) -> None:
    pytester.makepyfile(HEAD + "async def test_it(sync): assert False\nasync def test_never(sync): pass\n")
    result = run(pytester, way, runner, failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["!*! stopping after 1 failures !*!"])
    assert notes(pytester) == ALL


def test_fixtures_are_torn_down_if_a_set_up_fails_and_the_run_stops(pytester: pytest.Pytester, runner: str) -> None:
    source = """
@pytest.fixture
async def fails(sync): raise LookupError
async def test_it(fails): pass
async def test_never(sync): pass
"""
    pytester.makepyfile(HEAD + source)
    run(pytester, "-x", runner, errors=1)
    assert notes(pytester) == ALL


@pytest.mark.parametrize(
    "source",
    [
        "async def test_it(sync):\n    pytest.exit('enough')",
        "@pytest.fixture\nasync def leaves(sync): pytest.exit('enough')\nasync def test_it(leaves): pass",
        "@pytest.fixture\nasync def late(sync):\n    yield\n    pytest.exit('enough')\nasync def test_it(late): pass",
        "def test_it(sync):\n    pytest.exit('enough')",
    ],
    ids=["in a test", "in a set-up", "in a tear-down", "in a sync test"],
)
def test_fixtures_are_torn_down_after_pytest_exit(pytester: pytest.Pytester, source: str, runner: str) -> None:
    pytester.makepyfile(HEAD + source + "\nasync def test_never(sync): pass\n")
    result = pytester.runpytest("-W", "error", runner)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["!*! _pytest.outcomes.Exit: enough !*!"])
    text = result.stdout.str() + result.stderr.str()
    assert "INTERNALERROR" not in text
    assert "Traceback" not in text
    assert notes(pytester) == ALL


def test_pytest_exit_keeps_its_return_code(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\nasync def test_it(): pytest.exit('enough', returncode=7)")
    assert pytester.runpytest("-W", "error").ret == 7


def test_two_errors_in_one_teardown_are_both_shown_and_the_run_goes_on(pytester: pytest.Pytester) -> None:
    source = """
        import pytest

        @pytest.fixture
        def first():
            yield
            raise RuntimeError("first")

        @pytest.fixture
        def second():
            yield
            raise ValueError("second")

        def test_sync(first, second): pass

        @pytest.mark.asyncio
        async def test_async(first, second): pass

        def test_later(): pass
    """
    result = run_source(pytester, source, passed=3, errors=2)
    result.stdout.fnmatch_lines(["*| RuntimeError: first", "*| ValueError: second"] * 2)


def test_an_error_in_one_teardown_does_not_stop_the_others(pytester: pytest.Pytester, runner: str) -> None:
    source = """
@pytest.fixture
async def breaks(sync):
    yield
    raise LookupError("tear-down")
@pytest.fixture(scope="module")
async def breaks_too(session):
    yield
    raise OSError("wider tear-down")
async def test_it(breaks, breaks_too): pass
"""
    pytester.makepyfile(HEAD + source)
    result = run(pytester, runner, passed=1, errors=1)
    result.stdout.fnmatch_lines_random(["*LookupError: tear-down", "*OSError: wider tear-down"])
    assert notes(pytester) == ALL


def test_a_finalizer_of_a_sync_fixture_may_use_the_loop(pytester: pytest.Pytester, runner: str) -> None:
    source = """
@pytest.fixture
def finalizing(request, asyncio_runner, session):
    request.addfinalizer(lambda: asyncio_runner.run(down("finalizer")))
async def test_it(finalizing): pass
"""
    pytester.makepyfile(HEAD + source)
    run(pytester, runner, passed=1)
    assert notes(pytester) == ["finalizer down", "session down"]


def test_all_loops_are_closed_before_pytest_unconfigure(pytester: pytest.Pytester, runner: str) -> None:
    pytester.makeconftest("""
        import asyncio
        loops = []
        def pytest_unconfigure():
            assert loops and all(loop.is_closed() for loop in loops)
            print("all closed")
    """)
    source = """
from conftest import loops
async def test_one(session): loops.append(asyncio.get_running_loop())
async def test_two(session): loops.append(asyncio.get_running_loop())
"""
    pytester.makepyfile(HEAD + source)
    result = run(pytester, runner, "-s", passed=2)
    result.stdout.fnmatch_lines(["all closed"])


def test_python_development_mode_reports_nothing(pytester: pytest.Pytester, runner: str) -> None:
    source = """
@pytest.fixture
async def server():
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
async def numbers():
    yield 1
    yield 2
async def test_leaves_much_behind(sync, server):
    _, writer = await asyncio.open_connection("127.0.0.1", server)
    writer.close()
    asyncio.create_task(asyncio.sleep(3600))
    async for number in numbers():
        break
    await asyncio.to_thread(int)
async def test_fails(sync): assert not await asyncio.create_task(asyncio.sleep(0, "value"))
def test_sync(sync): asyncio.run(asyncio.sleep(0))
def test_current_loop(): asyncio.get_event_loop().run_until_complete(asyncio.sleep(0))
def test_no_current_loop(): asyncio.set_event_loop(None)
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.run(sys.executable, "-X", "dev", "-m", "pytest", "-W", "error", runner, timeout=60)
    assert result.parseoutcomes() == {"passed": 4, "failed": 1}
    assert result.stderr.str() == ""
    text = result.stdout.str()
    assert not [
        word for word in ("unclosed", "unraisable", "ResourceWarning", "destroyed", "never awaited") if word in text
    ]


def test_a_loop_created_in_a_teardown_is_restored_after_that_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio, pytest
        @pytest.fixture
        def late():
            yield
            loop = asyncio.get_event_loop()
            loop.set_debug(True)
            loop.run_until_complete(asyncio.sleep(0))
        def test_one(late): pass
        def test_two(): assert not asyncio.get_event_loop().get_debug()
        @pytest.fixture(scope="module")
        def wide(): yield
        def test_three(wide): pass
    """)
    pytester.runpytest("-W", "error").assert_outcomes(passed=3)
