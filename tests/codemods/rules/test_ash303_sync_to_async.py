from __future__ import annotations

import pytest

from loop_suites import awaited, fixture
from rule_tools import assert_rewritten, assert_unchanged, rewrite


def test_a_sync_test_becomes_async_and_keeps_its_comments() -> None:
    assert_rewritten(
        '''
        import pytest


        class TestPool:
            # Slowly.
            @pytest.mark.parametrize("n", [1, 2])
            def test_get(self, n, event_loop, pool):  # noqa: D102
                """It gets one."""
                # First this.
                assert event_loop.run_until_complete(pool.get(n)) == n  # and done
        ''',
        '''
        import pytest


        class TestPool:
            # Slowly.
            @pytest.mark.parametrize("n", [1, 2])
            async def test_get(self, n, pool):  # noqa: D102
                """It gets one."""
                # First this.
                assert await pool.get(n) == n  # and done
        ''',
    )


@pytest.mark.parametrize("decorator", ["@pytest.fixture(scope='session')", "@pytest.fixture(autouse=True, name='srv')"])
def test_sync_fixtures_with_arguments_become_async(decorator: str) -> None:
    body = "event_loop.run_until_complete(pool.open())\nyield pool"
    assert_rewritten(fixture(body, decorator=decorator), awaited("await pool.open()\nyield pool", decorator=decorator))


def test_a_sync_fixture_of_pytest_asyncio_becomes_async() -> None:
    assert_rewritten(
        """
        import pytest_asyncio


        @pytest_asyncio.fixture
        def server(event_loop, pool):
            event_loop.run_until_complete(pool.open())
        """,
        """
        import pytest


        @pytest.fixture
        async def server(pool):
            await pool.open()
        """,
    )


@pytest.mark.parametrize(
    "body",
    [
        "def stop():\n    event_loop.run_until_complete(pool.close())\nstop()",
        "lambda: event_loop.run_until_complete(pool.close())",
        "[event_loop.run_until_complete(each.close()) for each in pool]",
        "dict((each, event_loop.run_until_complete(each.close())) for each in pool)",
        "class Holder:\n    value = event_loop.run_until_complete(pool.get())",
        "def helper(value=event_loop.run_until_complete(pool.get())): ...",
        "@event_loop.run_until_complete(pool.get())\ndef helper(): ...",
        "event_loop.run_until_complete(pool.open())\nevent_loop.run_forever()",
        "event_loop.run_until_complete(pool.open())\nevent_loop.stop()",
        "event_loop.run_until_complete(pool.open(), 1)",
        "event_loop.run_until_complete(*pool)",
        "run = event_loop.run_until_complete\nrun(pool.open())",
        "event_loop = pool.loop\nevent_loop.run_until_complete(pool.open())",
        "event_loop.run_until_complete(pool.open())\nevent_loop = None",
        "event_loop.run_until_complete(pool.open())\ndel event_loop",
        "loop = other = event_loop\nloop.run_until_complete(pool.open())",
        "if pool:\n    loop = event_loop\nloop.run_until_complete(pool.open())",
        "loop = event_loop\nloop.run_until_complete(pool.open())\nloop = None",
        "pool.loop = event_loop\nevent_loop.run_until_complete(pool.open())",
        "event_loop.run_until_complete(pool.open())\nyield from pool",
        "event_loop.run_until_complete(pool.open())\nyield 1\nreturn pool",
        "event_loop.run_until_complete(pool.open())\nasyncio.run(pool.close())",
        "event_loop.run_until_complete(pool.open())\nother.run_until_complete(pool.close())",
        "event_loop.run_until_complete(pool.open())\nloop = asyncio.new_event_loop()",
        "event_loop.run_until_complete(pool.open())\nasyncio.get_running_loop()",
        "event_loop.run_until_complete(pool.open())\npool.add(asyncio.run)",
        "event_loop.run_until_complete(pool.open())\nwith TestClient(pool) as client:\n    yield client",
        "event_loop.run_until_complete(pool.open())\nasync_to_sync(pool.close)()",
        "event_loop.run_until_complete(pool.open())\nreturn request.getfixturevalue('x')",
        "eval('event_loop')",
    ],
)
def test_code_that_cannot_be_awaited_stays_sync(body: str) -> None:
    top = "import asyncio\nfrom asgiref.sync import async_to_sync\nfrom starlette.testclient import TestClient\n"
    (found,) = rewrite(fixture(body, top=top)).findings
    assert found.code in {"ASH301", "ASH304", "ASH331"}
    assert_unchanged(fixture(body, top=top), found.code)
    result = rewrite(fixture(body, top=top), unsafe=True)
    assert b"async def" not in result.new
    assert b"await" not in result.new


def test_other_uses_of_the_loop_become_the_running_loop_with_unsafe() -> None:
    before = """
    import pytest


    @pytest.fixture
    def server(event_loop, pool):
        \"\"\"It listens.\"\"\"
        server = event_loop.run_until_complete(event_loop.create_server(pool, port=0))
        yield server
        server.close()
        event_loop.run_until_complete(server.wait_closed())
    """
    after = """
    import asyncio

    import pytest


    @pytest.fixture
    async def server(pool):
        \"\"\"It listens.\"\"\"
        event_loop = asyncio.get_running_loop()
        server = await event_loop.create_server(pool, port=0)
        yield server
        server.close()
        await server.wait_closed()
    """
    assert_unchanged(before, "ASH303")
    assert_rewritten(before, after, unsafe=True)
    assert_unchanged(before.replace("def server(event_loop, pool)", "def asyncio(event_loop, pool)"), "ASH304")
