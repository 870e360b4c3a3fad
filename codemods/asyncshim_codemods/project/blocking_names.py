"""Data: names of what starts a loop, blocks one, or moves work to a thread: what may not become ``async def``."""

from __future__ import annotations

RUNS_A_LOOP = frozenset({
    "aiohttp.test_utils.loop_context",
    "anyio.run",
    "asgiref.sync.async_to_sync",
    "asyncio.Runner",
    "asyncio.run",
    "asyncio.runners.Runner",
    "asyncio.runners.run",
    "curio.run",
    "nest_asyncio.apply",
    "trio.run",
    "uvloop.run",
})  # fmt: skip
"""Dotted names of what starts a loop."""

NOT_IN_A_COROUTINE = RUNS_A_LOOP | {
    "asyncio._get_running_loop",
    "asyncio.current_task",
    "asyncio.get_running_loop",
    "asyncio.new_event_loop",
    "sniffio.current_async_library",
}
"""Also what brings another loop in, or tells sync code from a coroutine."""

BEGINNINGS_NOT_IN_A_COROUTINE = ("asyncio.Runner.", "tornado.ioloop.", "trio.from_thread.", "anyio.from_thread.")
"""The same, for everything below such a name."""

BLOCKS_ANYWHERE = frozenset({
    "BlockingPortal",
    "TestClient",
    "async_to_sync",
    "run_forever",
    "run_sync",
    "run_until_complete",
    "start_blocking_portal",
})  # fmt: skip
"""Last parts of names that run a loop, whatever they are looked up on."""

BY_NAME = frozenset({"getfixturevalue"})
"""Methods that set fixtures up on the spot: from a coroutine the loop cannot do that for an async one."""

SUSPICIOUS_METHODS = frozenset({
    "addCleanup",
    "addfinalizer",
    "inline_run",
    "invoke",
    "result",
    "run",
    "run_coroutine_threadsafe",
    "runpytest",
    "runpytest_inprocess",
})  # fmt: skip
"""Methods that may block on a loop, depending on the object that they belong to."""

THREADS = ("concurrent.", "multiprocessing.", "threading.", "_thread.")
"""Beginnings of dotted names that move work to threads or processes."""

BLOCKING_FIXTURES = frozenset({
    "aiobenchmark",
    "anyio_backend",
    "anyio_backend_name",
    "benchmark",
    "django_assert_num_queries",
    "django_db_blocker",
    "django_db_reset_sequences",
    "django_db_setup",
    "live_server",
    "pytester",
    "testdir",
    "transactional_db",
})  # fmt: skip
"""Fixtures of well-known plugins that call the test again, or run things of their own that mind a running loop."""

SUSPICIOUS_FIXTURES = frozenset({
    "admin_client",
    "async_client",
    "browser",
    "db",
    "page",
    "playwright",
    "qtbot",
    "script_runner",
    "test_client",
})  # fmt: skip
"""Fixtures whose usual meaning is a blocking one, unless the suite defines its own."""


def blocks_by_name(dotted: str) -> bool:
    """Whether a name as it is written, imports aside, is one that runs a loop."""
    return dotted in RUNS_A_LOOP or dotted.rpartition(".")[2] in BLOCKS_ANYWHERE
