from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from loop_suites import AFTER, PLAIN, override
from rule_tools import assert_rewritten, assert_unchanged, rewrite


@pytest.mark.parametrize(
    ("decorator", "signature"),
    [
        ('@pytest.fixture(scope="class", autouse=True)', ""),
        ('@pytest.fixture(autouse=True, scope="package")', "request"),
        ('@pytest.yield_fixture(scope="session")', "request"),
    ],
)
def test_overrides_of_every_wide_scope_are_removed(decorator: str, signature: str) -> None:
    assert_rewritten(override(PLAIN, decorator, signature=signature), AFTER)


def test_overrides_with_aliased_names_and_annotations_are_removed() -> None:
    assert_rewritten(
        """
        from asyncio import AbstractEventLoop, new_event_loop
        from typing import Generator

        import pytest_asyncio
        from pytest import fixture as fx


        @pytest_asyncio.fixture(name="event_loop", scope="session")
        def _loop() -> Generator[AbstractEventLoop, None, None]:
            loop = new_event_loop()
            yield loop
            loop.close()


        class TestIt:
            @fx(scope="class")
            def event_loop(self):
                yield new_event_loop()
        """,
        """
        class TestIt:
            pass
        """,
    )


def test_an_async_override_that_yields_the_running_loop_is_removed() -> None:
    text = override("loop = asyncio.get_running_loop()\nyield loop").replace("def event_loop", "async def event_loop")
    assert_rewritten(text, AFTER)


def test_comments_around_a_removed_override_are_kept() -> None:
    assert_rewritten(
        """
        import asyncio

        import pytest

        # Fixtures.


        # The loop.
        @pytest.fixture(scope="session")
        def event_loop():
            # A new one.
            return asyncio.new_event_loop()


        # Tests.
        async def test_it(): ...
        """,
        """
        # Fixtures.


        # The loop.


        # Tests.
        async def test_it(): ...
        """,
    )


@pytest.mark.parametrize(
    ("decorator", "reason"),
    [
        ("@pytest.fixture()", "each test had a separate loop"),
        ('@pytest.fixture(scope="function")', "each test had a separate loop"),
        ("@pytest.fixture(scope=SCOPE)", "its scope cannot be read"),
    ],
)
def test_an_override_of_function_or_unknown_scope_needs_unsafe(decorator: str, reason: str) -> None:
    text = override(PLAIN, decorator, top="from app import SCOPE\n")
    result = assert_unchanged(text, "ASH305")
    assert result.findings[0].safety is Safety.UNSAFE
    assert reason in result.findings[0].message
    assert b"event_loop" not in rewrite(text, unsafe=True).new


@pytest.mark.parametrize(
    "body",
    [
        "loop = asyncio.new_event_loop()\nloop.slow_callback_duration = 1\nyield loop\nloop.close()",
        "loop = Clock()\nyield loop\nloop.close()",
        "loop = asyncio.new_event_loop()\nyield loop\nassert not asyncio.all_tasks(loop)\nloop.close()",
        "loop = asyncio.new_event_loop()\nprepare()\nyield loop\nloop.close()",
        "loop = asyncio.new_event_loop()\nyield wrap(loop)\nloop.close()",
        "loop = asyncio.new_event_loop()\nloop.run_until_complete(prepare())\nyield loop",
        "loop = asyncio.new_event_loop()\nyield loop, 1",
        "loop = asyncio.new_event_loop()\nwith database:\n    yield loop",
        "if DEBUG:\n    yield asyncio.new_event_loop()\nelse:\n    yield Clock()",
        "loop = asyncio.new_event_loop()\nloop.set_exception_handler(fail)\nyield loop",
        "return 1",
        "global LOOP\nLOOP = asyncio.new_event_loop()\nyield LOOP",
    ],
)
def test_an_override_that_does_more_is_reported(body: str) -> None:
    assert_unchanged(override(body), "ASH331", unsafe=True)


@pytest.mark.parametrize("signature", ["request, tmp_path", "database"])
def test_an_override_that_requests_other_fixtures_is_reported(signature: str) -> None:
    assert_unchanged(override(PLAIN, signature=signature), "ASH331", unsafe=True)


@pytest.mark.parametrize("above", ["", "    # Ours.\n"])
def test_a_suppressed_override_is_kept(above: str) -> None:
    text = override(PLAIN).replace("def event_loop():", "def event_loop():  # asyncshim: ignore[ASH305]")
    assert_unchanged(text.replace("    loop = ", f"{above}    loop = ", 1))


BY_SYSTEM = """
    import asyncio
    import sys

    import pytest

    from app import connect

    if {test}:

        @pytest.fixture(scope="session")
        def event_loop():
            loop = asyncio.new_event_loop()
            yield loop
            loop.close()

    else:

        @pytest.fixture(scope="session")
        def event_loop():
            loop = asyncio.get_event_loop_policy().new_event_loop()
            yield loop
            loop.close()


    @pytest.fixture
    def connection():
        return connect()
"""
REST = """
    import pytest

    from app import connect

{left}
    @pytest.fixture
    def connection():
        return connect()
"""


@pytest.mark.parametrize("test", ['sys.platform == "win32"', "sys.version_info >= (3, 8)", "not sys.flags.dev_mode"])
def test_a_condition_around_removed_overrides_is_removed(test: str) -> None:
    assert_rewritten(BY_SYSTEM.format(test=test), REST.format(left=""), path="tests/conftest.py")


def test_a_condition_with_side_effects_around_removed_overrides_is_kept() -> None:
    left = "    if prepare():\n        pass\n\n"
    assert_rewritten(
        BY_SYSTEM.format(test="prepare()").replace("    import sys\n", ""),
        REST.format(left=left),
        path="tests/conftest.py",
    )
