"""Which modules hold a loop, and which overrides look for the tasks of their loop."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType

import pytest

from asyncshim.plugin.choose import loop_holders
from asyncshim.plugin.choose.loop_holders import waits_for_tasks


class Holder:
    loop: object = None


PLACES = ["value", "list", "dict", "class", "object", "in an installed package", "outside", "nowhere"]


@pytest.mark.parametrize("place", PLACES)
def test_only_modules_of_the_suite_hold_a_loop(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    loop = object()
    module = ModuleType("holder")
    files = {"outside": "/other/holder.py", "in an installed package": "/suite/.venv/site-packages/holder.py"}
    module.__file__ = files.get(place, "/suite/holder.py")
    holder = Holder()
    holder.loop = loop
    if place != "nowhere":
        values = {"list": [loop], "dict": {"a": loop}, "class": type("Held", (), {"loop": loop}), "object": holder}
        module.__dict__["held"] = values.get(place, loop)
    override = eval("lambda: None", {})
    assert not loop_holders.is_held_by_module(loop, "/suite", override)
    monkeypatch.setitem(sys.modules, "holder", module)
    is_held = loop_holders.is_held_by_module(loop, "/suite", override)
    assert is_held == (place not in {*files, "nowhere"})


def test_the_module_of_the_override_counts_wherever_it_is() -> None:
    loop = object()
    assert loop_holders.is_held_by_module(loop, "/suite", eval("lambda: None", {"LOOP": loop}))


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()


def _calls_one() -> None:
    _cancel_all(asyncio.get_event_loop())


def _calls_one_that_does() -> None:
    _calls_one()


def _inside() -> object:
    return [task for task in asyncio.all_tasks() if task.done()]


def _in_a_module() -> object:
    return sys.modules[__name__]._cancel_all  # type: ignore[attr-defined]


def _lets_time_pass() -> None:
    asyncio.new_event_loop().run_until_complete(asyncio.sleep(1))


all_of_them = asyncio.all_tasks


def _under_another_name() -> None:
    all_of_them()


@pytest.mark.parametrize(
    "function",
    [_cancel_all, _calls_one, _calls_one_that_does, _inside, _lets_time_pass, _under_another_name],
)
def test_an_override_looks_for_tasks_itself_or_by_a_function_that_it_calls(function: object) -> None:
    assert waits_for_tasks(function)


def _does_not() -> None:
    loop = asyncio.new_event_loop()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


async def _sleeps() -> None:
    await asyncio.sleep(1)


@pytest.mark.parametrize("function", [_does_not, _sleeps, object(), int])
def test_other_overrides_do_not(function: object) -> None:
    assert not waits_for_tasks(function)


def test_functions_that_call_each_other_are_read_once() -> None:
    namespace: dict[str, object] = {}
    exec("def one(): two()\ndef two(): one()", namespace)
    assert not waits_for_tasks(namespace["one"])


def test_a_function_of_another_module_is_read_too() -> None:
    module = ModuleType("helpers")
    module.__dict__["drain"] = _cancel_all
    assert waits_for_tasks(eval("lambda loop: helpers.drain(loop)", {"helpers": module}))
