from alt_pytest_asyncio import base as base
from alt_pytest_asyncio import errors as errors
from alt_pytest_asyncio import plugin as plugin
from alt_pytest_asyncio import protocols as protocols
from alt_pytest_asyncio.loop_manager import Loop as Loop
from alt_pytest_asyncio.loop_manager import OverrideLoop as OverrideLoop
from alt_pytest_asyncio.machinery import run_coro_as_main as run_coro_as_main
from alt_pytest_asyncio.version import VERSION as VERSION

__all__ = ["VERSION", "Loop", "OverrideLoop", "base", "errors", "plugin", "protocols", "run_coro_as_main"]
