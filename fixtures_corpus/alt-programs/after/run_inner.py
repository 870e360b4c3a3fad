"""Run the tests of a folder on a loop that this program owns."""

import asyncio
import sys

import alt_pytest_asyncio
import pytest

loop = asyncio.new_event_loop()
loop.name = "ours"
plugin = alt_pytest_asyncio.plugin.AltPytestAsyncioPlugin(managed_loop=loop)
code = pytest.main(["-q", *sys.argv[1:]], plugins=[plugin])
print("closed:", loop.is_closed())
loop.close()
sys.exit(code)
