from __future__ import annotations

import importlib
import sys

import pytest

from asyncshim_codemods.project import blocking_names
from asyncshim_codemods.project.blocking_names import blocks_by_name


@pytest.mark.parametrize("name", sorted(blocking_names.NOT_IN_A_COROUTINE))
def test_names_of_the_standard_library_exist(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    if name.partition(".")[0] in sys.stdlib_module_names:
        assert callable(getattr(importlib.import_module(module), attribute))


@pytest.mark.parametrize("name", ["asyncio.run", "uvloop.run", "x.loop.run_forever", "TestClient", "x.run_sync"])
def test_functions_that_run_a_loop_are_known_by_name(name: str) -> None:
    assert blocks_by_name(name)


@pytest.mark.parametrize("name", ["run", "app.run", "asyncio.sleep", "asyncio.get_running_loop", "running_sync"])
def test_other_functions_do_not_run_a_loop(name: str) -> None:
    assert not blocks_by_name(name)
