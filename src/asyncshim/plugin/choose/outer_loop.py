"""``pytest.main()`` inside a running event loop, as in a notebook: no other loop can run in its thread."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

_MESSAGE = (
    "{what} cannot run: this thread is running another event loop already, {loop!r}, which called pytest.main(). "
    "Call pytest in a thread, `await asyncio.to_thread(pytest.main, arguments)`; to run the tests on that loop, "
    "`await asyncio.to_thread(pytest.main, arguments, [asyncshim.Plugin(loop)])`"
)


def running() -> object:
    """Return the loop that is running now, between two tests; ``None`` if there is none."""
    import asyncio

    loop = asyncio._get_running_loop()
    if loop is None:
        return None
    from asyncshim.plugin.loops import greenlets

    return None if greenlets.set_aside() else loop


def refuse(loop: object, item: pytest.Item, fixturedef: pytest.FixtureDef[Any] | None) -> NoReturn:
    """Fail the test *item*, or the set-up of one of its async fixtures. Not hidden: pytest wants one visible frame."""
    what = item.nodeid if fixturedef is None else f"the async fixture {fixturedef.argname!r}"
    pytest.fail(_MESSAGE.format(what=what, loop=loop), pytrace=False)
