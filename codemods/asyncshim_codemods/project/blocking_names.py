"""Names of functions that start a loop, block one, or use threads. Code that uses them cannot become ``async def``."""

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
"""Dotted names of functions that start a loop."""

NOT_IN_A_COROUTINE = RUNS_A_LOOP | {
    "asyncio._get_running_loop",
    "asyncio.current_task",
    "asyncio.get_running_loop",
    "asyncio.new_event_loop",
    "sniffio.current_async_library",
}
"""Also names that use another loop, or that behave differently inside a coroutine."""

BEGINNINGS_NOT_IN_A_COROUTINE = ("asyncio.Runner.", "tornado.ioloop.", "trio.from_thread.", "anyio.from_thread.")
"""The same for all names that begin with one of these."""

BLOCKS_ANYWHERE = frozenset({
    "BlockingPortal",
    "TestClient",
    "async_to_sync",
    "run_forever",
    "run_sync",
    "run_until_complete",
    "start_blocking_portal",
})  # fmt: skip
"""Attribute names that run a loop, on any object."""

BY_NAME = frozenset({"getfixturevalue"})
"""Methods that set fixtures up immediately. In a coroutine this does not work for async fixtures."""

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
"""Methods that block on a loop for some classes."""

THREADS = ("concurrent.", "multiprocessing.", "threading.", "_thread.")
"""Prefixes of dotted names that use threads or processes."""

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
"""Fixtures of well-known plugins that call the test again, or run code that fails while a loop runs."""

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
"""Fixtures that usually block, unless the suite defines them itself."""


def blocks_by_name(dotted: str) -> bool:
    """Return whether a dotted name as written in the code, without resolving imports, runs a loop."""
    return dotted in RUNS_A_LOOP or dotted.rpartition(".")[2] in BLOCKS_ANYWHERE
