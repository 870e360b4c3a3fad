from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from rule_tools import assert_rewritten, assert_unchanged


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("from alt_pytest_asyncio import Loop\n", "`@pytest.mark.own_runner`"),
        ("from alt_pytest_asyncio.plugin import OverrideLoop as Own\n", "`@pytest.mark.own_runner`"),
        ("from alt_pytest_asyncio import run_coro_as_main\n", "`asyncio.run(main())`"),
        ("from alt_pytest_asyncio.plugin import AltPytestAsyncioPlugin\n", "`asyncshim.Plugin(loop)`"),
        ("from alt_pytest_asyncio.protocols import AsyncTimeout\n", "`asyncio.timeout()`"),
        ("from alt_pytest_asyncio.errors import PluginAlreadyStarted\n", "remove the code that catches it"),
        ("import alt_pytest_asyncio.plugin\n", "once nothing uses it"),
        ("from alt_pytest_asyncio import *\n", "once nothing uses it"),
        ('import pytest\n\nalt = pytest.importorskip("alt_pytest_asyncio")\n', "skips the module"),
    ],
)
def test_an_import_is_reported_with_what_to_do(code: str, advice: str) -> None:
    result = assert_unchanged(code, "ASH605", unsafe=True)
    assert result.findings[0].safety is Safety.MANUAL
    assert advice in result.findings[0].message


@pytest.mark.parametrize("runner", ["conftest", "pytest-asyncio", "anyio"])
@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Loop", "run the coroutine with `asyncio.Runner()`"),
        ("AltPytestAsyncioPlugin", "{runner} runs no session on a given loop: call `pytest.main()` outside of it"),
        ("AsyncTimeout", "{runner} has no time limits: use `asyncio.timeout()`"),
        ("run_coro_as_main", "call `asyncio.run(main())`"),
    ],
)
def test_with_another_runner_the_message_names_nothing_of_asyncshim(runner: str, name: str, advice: str) -> None:
    result = assert_unchanged(f"from alt_pytest_asyncio.plugin import {name}\n", "ASH605", runner=runner)
    message = f"`{name}` is alt-pytest-asyncio's: {advice.format(runner=runner)}"
    assert result.findings[0].message == message


def test_aliases_and_imports_go_with_the_last_annotation() -> None:
    assert_rewritten(
        """
        import pytest
        from alt_pytest_asyncio.protocols import AsyncTimeout
        from alt_pytest_asyncio import Loop

        Limit = AsyncTimeout


        async def test_it(async_timeout: Limit):
            async_timeout.set_timeout_seconds(3)


        async def test_more(loop: Loop): ...
        """,
        """
        import pytest
        from alt_pytest_asyncio import Loop


        @pytest.mark.asyncshim_timeout(3)
        async def test_it():
            pass


        async def test_more(loop: Loop): ...
        """,
    )


@pytest.mark.parametrize("extra", ["print(Limit)\n", '__all__ = ["Limit"]\n'])
def test_an_alias_that_other_code_needs_is_kept(extra: str) -> None:
    result = assert_rewritten(
        f"import pytest\nfrom alt_pytest_asyncio.protocols import AsyncTimeout\n\nLimit = AsyncTimeout\n{extra}\n\n"
        "async def test_it(async_timeout: Limit):\n    async_timeout.set_timeout_seconds(3)\n",
        f"import pytest\nfrom alt_pytest_asyncio.protocols import AsyncTimeout\n\nLimit = AsyncTimeout\n{extra}\n\n"
        "@pytest.mark.asyncshim_timeout(3)\nasync def test_it():\n    pass\n",
    )
    assert [found.code for found in result.findings if not found.fixed] == ["ASH605"]


def test_other_modules_are_kept() -> None:
    assert_unchanged("import alt_pytest_asyncio_extras\nfrom .alt_pytest_asyncio import Loop\n")
    assert_unchanged("from alt_pytest_asyncio import Loop\n", runner="alt-pytest-asyncio")
