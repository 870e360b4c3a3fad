from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite

SET = "    async_timeout.set_timeout_seconds(9)\n"
ALT = "from alt_pytest_asyncio.protocols import AsyncTimeout\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(10)\n    await it()\n", "10"),
        (
            "async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(timeout=0.5)\n    await it()\n",
            "0.5",
        ),
        (
            f"async def test_it(async_timeout):\n{SET}    async_timeout.set_timeout_seconds(2)\n    await it()\n",
            "2",
        ),
        ("async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(10); await it()\n", "10"),
        ("async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(10)\n\n    await it()\n", "10"),
    ],
)
def test_a_limit_that_is_set_first_becomes_the_marker(before: str, after: str) -> None:
    marked = f"@pytest.mark.asyncshim_timeout({after})\nasync def test_it():\n    await it()\n"
    result = assert_rewritten(f"import pytest\n\n\n{before}", f"import pytest\n\n\n{marked}")
    assert [(found.code, found.safety) for found in result.findings] == [("ASH601", Safety.SAFE)]


def test_comments_docstrings_other_parameters_and_decorators_are_kept() -> None:
    assert_rewritten(
        '''
        import pytest

        LIMIT = 4.5


        # about it
        @pytest.mark.slow  # really
        async def test_it(
            client,
            async_timeout,  # for the server
            url="x",
        ):
            """What it does."""
            # as the server takes long
            async_timeout.set_timeout_seconds(LIMIT)
            await it()


        class TestIt:
            async def test_it(self, async_timeout):
                async_timeout.set_timeout_seconds(3)
        ''',
        '''
        import pytest

        LIMIT = 4.5


        # about it
        @pytest.mark.asyncshim_timeout(LIMIT)
        @pytest.mark.slow  # really
        async def test_it(
            client,
            # for the server
            url="x",
        ):
            """What it does."""
            # as the server takes long
            await it()


        class TestIt:
            @pytest.mark.asyncshim_timeout(3)
            async def test_it(self):
                pass
        ''',
    )


def test_a_parameter_without_a_use_is_removed_in_a_suite_for_alt_pytest_asyncio() -> None:
    code = "async def test_it(async_timeout, url):\n    await it(url)\n"
    beside = {"tests/conftest.py": 'pytest_plugins = ["alt_pytest_asyncio.enable"]\n'}
    assert_rewritten(code, "async def test_it(url):\n    await it(url)\n", beside=beside)
    assert_unchanged(code)


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        ("", f"    url = made()\n{SET}", "statements above the call"),
        ("@pytest.mark.xfail(raises=AssertionError)\n", SET, "expects an error of a certain type"),
        ("pytestmark = pytest.mark.xfail(raises=AssertionError)\n\n\n", SET, "expects an error of a certain type"),
        ("@retry(3)\n", f"{SET}", "may call the test several times"),
        (
            "",
            f"{SET}    try:\n        await it()\n    except BaseException:\n        ...\n",
            "catches its cancellation",
        ),
        (
            "",
            f"{SET}    with suppress(asyncio.CancelledError):\n        await it()\n",
            "catches its cancellation",
        ),
    ],
)
def test_a_limit_that_is_not_the_same_for_the_whole_test_needs_unsafe(head: str, body: str, reason: str) -> None:
    code = f"import pytest\n\n\n{head}async def test_it(async_timeout):\n{body}"
    result = assert_unchanged(code, "ASH601")
    assert result.findings[0].safety is Safety.UNSAFE
    assert reason in result.findings[0].message
    assert b"asyncshim_timeout(9)" in rewrite(code, unsafe=True).new


@pytest.mark.parametrize(
    "code",
    [
        f"async def test_it(async_timeout):\n    await it()\n{SET}",
        "async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(limit())\n",
        "async def test_it(async_timeout, limit):\n    async_timeout.set_timeout_seconds(limit)\n",
        "async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(0)\n",
        "async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(-1)\n",
        "async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(LATE)\n\n\nLATE = 3\n",
        "A = 3\nA = 4\n\n\nasync def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(A)\n",
        f"async def test_it(async_timeout):\n{SET}    await it()\n{SET}",
        f"async def test_it(async_timeout):\n{SET}    await it(async_timeout)\n",
        f"async def test_it(async_timeout):\n    if slow:\n    {SET}",
        "async def test_it(async_timeout):\n    async_timeout.use_default_timeout()\n",
        f"def test_it(async_timeout):\n{SET}",
        f"import pytest\n\n\n@pytest.fixture\nasync def it(async_timeout):\n{SET}",
        f"import pytest\n\n\n@pytest.fixture\ndef it(async_timeout):\n{SET}",
        f"import pytest\n\n\n@pytest.mark.asyncshim_timeout(3)\nasync def test_it(async_timeout):\n{SET}",
        f"async def test_it(async_timeout):\n{SET}\n\ntest_more = test_it\n",
        f"pytest = 1\n\n\nasync def test_it(async_timeout):\n{SET}",
    ],
)
def test_other_uses_need_manual_review(code: str) -> None:
    for unsafe in (False, True):
        result = assert_unchanged(code, "ASH601", unsafe=unsafe)
        assert result.findings[0].safety is Safety.MANUAL


@pytest.mark.parametrize(
    "code",
    [
        f"async def helper(async_timeout):\n{SET}",
        f"async def test_it(async_timeout=None):\n{SET}",
        "import async_timeout\n\n\nasync def test_it():\n    async with async_timeout.timeout(9):\n        ...\n",
        "async def test_it(async_timeout):\n    await it(async_timeout)\n",
        f"import pytest\n\n\n@pytest.fixture\ndef async_timeout(): ...\n\n\nasync def test_it(async_timeout):\n{SET}",
        f'import pytest\n\n\n@pytest.mark.parametrize("async_timeout", X)\nasync def test_it(async_timeout):\n{SET}',
    ],
)
def test_other_things_of_that_name_are_not_reported(code: str) -> None:
    assert_unchanged(code, unsafe=True)


def test_a_request_by_name_is_reported() -> None:
    code = f'{ALT}import pytest\n\n\n@pytest.mark.usefixtures("async_timeout")\nasync def test_it(): ...\n'
    assert_unchanged(code, "ASH605", "ASH601")


def test_an_ignore_comment_keeps_the_test_as_it_is() -> None:
    assert_unchanged(
        "async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(9)  # asyncshim: ignore[ASH601]\n",
        "ASH601",
    )


def test_other_runners_have_no_marker_for_time_limits() -> None:
    code = "async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(9)\n"
    assert_unchanged(code, runner="alt-pytest-asyncio")
    for runner in ("conftest", "pytest-asyncio", "anyio"):
        result = assert_unchanged(code, "ASH601", runner=runner, select=["ASH601"])
        assert messages(result) == [
            f"1:19 ASH601 `async_timeout` sets a time limit, and {runner} has no time limits: use `asyncio.timeout()`"
        ]


@pytest.mark.parametrize("runner", ["conftest", "pytest-asyncio", "anyio"])
def test_with_another_runner_no_message_names_the_marker(runner: str) -> None:
    before = f"""{ALT}import pytest


@pytest.fixture
async def client(async_timeout): ...


async def test_call(async_timeout):
    await client.call()
    async_timeout.set_timeout_seconds(9)


async def test_statement(async_timeout):
    print()
    async_timeout.set_timeout_seconds(9)


@pytest.mark.usefixtures("async_timeout")
async def test_by_name(request):
    request.getfixturevalue("async_timeout")


async def test_unused(async_timeout): ...
"""
    after = before.replace("test_unused(async_timeout)", "test_unused()")
    result = assert_rewritten(before, after, runner=runner, select=["ASH601"])
    ways = [found.message.partition(", and ")[2] for found in result.findings]
    assert ways == [*[f"{runner} has no time limits: use `asyncio.timeout()`"] * 5, ""]


def test_a_limit_of_a_test_that_may_fail_with_any_error_becomes_the_marker() -> None:
    text = "import pytest\n\n\n{}@pytest.mark.xfail\n@pytest.mark.xfail(reason='slow')\nasync def test_it({}):\n{}"
    assert_rewritten(
        text.format("", "async_timeout", "    async_timeout.set_timeout_seconds(3)\n    await serve()\n"),
        text.format("@pytest.mark.asyncshim_timeout(3)\n", "", "    await serve()\n"),
    )
