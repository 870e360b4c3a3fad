"""The replacement of each name that a suite imports from alt-pytest-asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIMIT = "asyncshim has no object for a limit: use the marker asyncshim_timeout, or `asyncio.timeout()`"
_LOOP = (
    "mark the tests that need a loop of their own with `@pytest.mark.own_runner`, or run the coroutine with "
    "`asyncio.Runner()`"
)
_SESSION = "pass `asyncshim.Plugin(loop)` to `pytest.main()`"
_WAYS: Mapping[str, str] = {
    "Loop": _LOOP,
    "OverrideLoop": _LOOP,
    "run_coro_as_main": "call `asyncio.run(main())`",
    "AltPytestAsyncioPlugin": _SESSION,
    "managed_loop": _SESSION,
    **dict.fromkeys(
        (
            "AsyncTimeout", "AsyncTimeoutFactory", "AsyncTimeoutMaker", "AsyncTimeoutProvider", "LoadedAsyncTimeout",
            "NoAsyncTimeoutInSyncFunctions",
        ),
        _LIMIT,
    ),
    "PluginAlreadyStarted": "asyncshim does not raise it: remove the code that catches it",
}  # fmt: skip
_OTHERS = "remove the import once nothing uses it"


def no_limits(runner: str) -> str:
    """Return what to do instead of a time limit where *runner* has none."""
    return f"{runner} has no time limits: use `asyncio.timeout()`"


def advice(name: str, runner: str) -> str:
    """Return what to do with *name* in a suite that goes to *runner*."""
    way = _WAYS.get(name, _OTHERS)
    if runner == "asyncshim":
        return way
    elsewhere = {
        _LIMIT: no_limits(runner),
        _LOOP: "run the coroutine with `asyncio.Runner()`",
        _SESSION: f"{runner} runs no session on a given loop: call `pytest.main()` outside of it",
    }
    return elsewhere.get(way, way).replace("asyncshim", runner)
