from __future__ import annotations

import pytest

from asyncshim_codemods.project.alt_names import advice, no_limits


@pytest.mark.parametrize(
    ("name", "here", "elsewhere"),
    [
        ("Loop", "`@pytest.mark.own_runner`, or run", "run the coroutine with `asyncio.Runner()`"),
        ("OverrideLoop", "`@pytest.mark.own_runner`, or run", "run the coroutine with `asyncio.Runner()`"),
        ("managed_loop", "`asyncshim.Plugin(loop)`", "anyio runs no session on a given loop"),
        ("LoadedAsyncTimeout", "the marker asyncshim_timeout", no_limits("anyio")),
        ("PluginAlreadyStarted", "asyncshim does not raise it", "anyio does not raise it"),
        ("run_coro_as_main", "call `asyncio.run(main())`", "call `asyncio.run(main())`"),
        ("anything_else", "once nothing uses it", "once nothing uses it"),
    ],
)
def test_the_advice_names_what_the_runner_has(name: str, here: str, elsewhere: str) -> None:
    assert here in advice(name, "asyncshim")
    assert elsewhere in advice(name, "anyio")
    assert "asyncshim" not in advice(name, "anyio")
    assert "own_runner" not in advice(name, "anyio")
