"""The debugger of ``--trace`` stops in the test only."""

from __future__ import annotations

import asyncio
import pdb  # noqa: T100

from asyncshim.plugin.run.debugger import Debugger


def test_the_modules_that_a_debugger_skips_are_restored_while_the_test_runs() -> None:
    opened = pdb.Pdb(skip=["mine.*"])
    debugger = Debugger(opened)
    assert opened.skip == {"*"}

    async def test() -> object:
        return opened.skip

    assert asyncio.run(debugger.open_in(test())) == {"mine.*"}
    assert opened.skip == {"*"}
