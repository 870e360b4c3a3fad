"""Async tests, turned into what pytest can call."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.compat import pytest_compat, unhandled
from asyncshim.plugin.run.fixtures import ASYNC_FLAGS, PLAIN, is_async, is_async_generator
from asyncshim.plugin.suite import marks
from asyncshim.plugin.takeover import claim

if TYPE_CHECKING:
    from asyncshim.plugin.lifecycle import Shim

_NOT_ASYNC = """\
The test {item} is marked with '@pytest.mark.asyncio' but it is not an async function. \
Please remove the asyncio mark. \
If the test is not marked explicitly, check for global marks applied via 'pytestmark'."""
_GENERATOR_TEST = "Tests based on asynchronous generators are not supported. {name} will be ignored."
_WRONG_LIMIT = "mark.asyncshim_timeout takes one number of seconds, 0 or more, not"
_OLD_HYPOTHESIS = """\
test function `{item!r}` is using Hypothesis, but pytest-asyncio only works with Hypothesis 3.64.0 or later."""


def coroutine_function_of(function: Any) -> Any:
    """The async function that a test consists of, below ``staticmethod`` and ``hypothesis.given``; else ``None``."""
    code = getattr(function, "__code__", None)
    if code is not None:
        if code.co_flags & ASYNC_FLAGS:
            return function
        if type(function) in PLAIN and not function.__dict__:
            return None  # the usual synchronous test: nobody has put a decorator on it
    if isinstance(function, staticmethod):
        function = function.__func__
    if getattr(function, "is_hypothesis_test", False):
        function = getattr(getattr(function, "hypothesis", None), "inner_test", None)
    return function if is_async(function) else None


def is_async_test(shim: Shim, item: object) -> bool:
    """Whether *item* is an async test that asyncshim runs."""
    if not isinstance(item, pytest.Function) or pytest_compat.is_unittest(item):
        return False
    return coroutine_function_of(item.obj) is not None and _is_claimed(shim, item, marks.of(item))


def _is_claimed(shim: Shim, item: pytest.Function, found: list[pytest.Mark]) -> bool:
    if shim.mode == "strict":
        return marks.named(found, "asyncio") is not None
    return not claim.is_foreign_test(item, found)


def prepare_all(shim: Shim, collected: Iterable[pytest.Item]) -> None:
    """At collection: mark the async tests of auto mode, so that ``-m asyncio`` and hooks see them as before.

    May be done twice to the same test.
    """
    parent: object = None
    inherited: list[pytest.Mark] = []
    for item in collected:
        if not isinstance(item, pytest.Function):
            continue
        function = coroutine_function_of(item.obj)
        if function is None:
            continue
        if pytest_compat.is_unittest(item):
            unhandled.watch_unittest(item)
            continue
        if item.parent is not parent:
            parent = item.parent
            inherited = [] if item.parent is None else marks.of(item.parent)
        found = [*item.own_markers, *inherited] if inherited else item.own_markers
        if _is_claimed(shim, item, found):
            _prepare(shim, item, function, found)


def any_async(collected: Iterable[pytest.Item]) -> bool:
    """Whether there is an async test, whoever runs it, or one that is marked as such."""
    parent: object = None
    for item in collected:
        if not isinstance(item, pytest.Function):
            continue
        if coroutine_function_of(item.obj) is not None or marks.named(item.own_markers, "asyncio") is not None:
            return True
        if item.parent is not parent:
            parent = item.parent
            if item.parent is not None and marks.named(marks.of(item.parent), "asyncio") is not None:
                return True
    return False


def _prepare(shim: Shim, item: pytest.Function, function: object, found: list[pytest.Mark]) -> None:
    if not found or marks.named(found, "asyncio") is None:
        item.keywords["asyncio"] = marks.AUTOMATIC  # as add_marker() does, after looking at what it is given
        item.own_markers = item.own_markers + [marks.AUTOMATIC]  # noqa: RUF005  (others make room for three more)
    if found and marks.named(found, marks.POLICY_MARKER) is not None:
        shim.has_policy_override = True
    if is_async_generator(function):
        reason = _GENERATOR_TEST.format(name=item.name)
        if not any(mark.kwargs.get("reason") == reason for mark in found):
            item.warn(pytest.PytestCollectionWarning(reason))
            item.add_marker(pytest.mark.xfail(run=False, reason=reason))


def callable_for(shim: Shim, item: pytest.Function, function: Any) -> Callable[..., Any] | None:
    """A plain function that runs the async test *function*; ``None`` for a test that is not ours to run."""
    inner = coroutine_function_of(function)
    found = item.own_markers
    if inner is None and not found and not shim.is_marked:
        return None
    is_marked = shim.is_marked or not marks.is_plain(found)  # by a fixture, as late as that
    if is_marked:
        found = marks.of(item)
    if inner is None:
        mark = marks.named(found, "asyncio") if is_marked else None
        if mark is None or mark is marks.AUTOMATIC or _is_wrapped_by_hand(item):
            return None
        return functools.partial(_run_marked_plain_function, shim, item, function)
    was_claimed = found and not is_marked  # when it was collected
    if not was_claimed and not _is_claimed(shim, item, found):
        return None
    if inner is not function and getattr(function, "is_hypothesis_test", False):
        return functools.partial(_run_hypothesis, shim, item, function)

    def call(**arguments: Any) -> None:  # not a partial object, through which pytest would have to look
        __tracebackhide__ = True
        runner = shim.shared_runner() if shim.is_plain and not is_marked else None
        if runner is None:
            _run(shim, item, function, found, arguments)
        else:
            runner.run(function(**arguments))

    return call


def _is_wrapped_by_hand(item: pytest.Function) -> bool:
    """Whether a hook of somebody else has put a plain function in the place of the async test."""
    collected = getattr(getattr(item.parent, "obj", None), item.originalname, None)
    return coroutine_function_of(collected) is not None


def _run(
    shim: Shim,
    item: pytest.Function,
    function: Callable[..., Any],
    found: list[pytest.Mark],
    arguments: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Run *function*, whose item has the marks *found*."""
    __tracebackhide__ = True
    scope, seconds = marks.loop_scope_of(shim, item, found), _seconds_of(shim, item, found)
    runner = None if marks.named(found, "own_runner") else shim.shared_runner()
    if runner is None:  # nothing of it is needed where all share one
        from asyncshim.plugin.choose import runner_choice

        runner = runner_choice.runner_for(shim, pytest_compat.request_of(item), item, scope)
    limit = shim.limit(item.nodeid, seconds) if seconds else None
    if scope == "function":  # entered before the item was set up, and again after each of its fixtures
        runner.run(function(**arguments), limit)
        return
    shim.scopes.enter(item, scope)
    try:
        runner.run(function(**arguments), limit)
    finally:
        runner.adopt_strays()


def _seconds_of(shim: Shim, item: pytest.Function, found: list[pytest.Mark]) -> float:
    """The time limit of the test: its own marker's, else the suite's."""
    mark = marks.named(found, "asyncshim_timeout")
    if mark is None:
        return shim.settings.timeout
    values = [*mark.args, *mark.kwargs.values()]
    if len(values) == 1 and set(mark.kwargs) <= {"seconds"}:
        with contextlib.suppress(TypeError, ValueError):
            seconds = float(values[0])
            if 0 <= seconds < float("inf"):
                return seconds
    given = ", ".join([*map(repr, mark.args), *(f"{name}={value!r}" for name, value in mark.kwargs.items())])
    pytest.fail(f"{item.nodeid}: {_WRONG_LIMIT} ({given})", pytrace=False)


def _run_hypothesis(shim: Shim, item: pytest.Function, function: Any, /, **arguments: Any) -> None:
    """All examples on the same loop. Hypothesis calls the inner test, once an example."""
    __tracebackhide__ = True
    inner = function.hypothesis.inner_test

    @functools.wraps(inner)
    def example(*args: Any, **kwargs: Any) -> None:
        __tracebackhide__ = True
        _run(shim, item, functools.partial(inner, *args, **kwargs), marks.of(item))

    function.hypothesis.inner_test = example
    try:
        function(**arguments)
    finally:
        function.hypothesis.inner_test = inner


def _run_marked_plain_function(
    shim: Shim, item: pytest.Function, function: Callable[..., Any], /, **arguments: Any
) -> Any:
    """The marker on a function that is not ``async def``: run what it returns, if that can be awaited (0.21 did)."""
    __tracebackhide__ = True
    result = function(**arguments)
    if not inspect.isawaitable(result):
        item.warn(pytest.PytestWarning(_NOT_ASYNC.format(item=item)))
        return result

    async def wait() -> object:
        return await result

    _run(shim, item, wait, marks.of(item))
    return None


def refuse_unhandled(shim: Shim, nodeid: str) -> None:
    """Fail the test that is running, which nobody runs; not one of a session inside it."""
    __tracebackhide__ = True
    item = shim.item
    if not isinstance(item, pytest.Function) or item.nodeid != nodeid:
        return
    if coroutine_function_of(item.obj) is None:
        reason = "the test returned a coroutine that nobody awaits: make it 'async def', or await that inside"
    else:
        why = "of its marker or fixtures, whose plugin is missing"
        if shim.mode == "strict" and not claim.is_foreign_test(item, marks.of(item)):
            why = "asyncio_mode is strict and it has no @pytest.mark.asyncio"
        reason = f"async def functions are not natively supported, and nobody runs this one: {why}"
    unhandled.refuse(item, reason)


def check(shim: Shim, item: pytest.Item, found: list[pytest.Mark]) -> None:
    """Before an item with marks *found* runs: their arguments, the age of its Hypothesis, the old features it uses."""
    if not isinstance(item, pytest.Function):
        return
    is_old = shim.is_marked or "event_loop" in item.fixturenames
    function = item.obj
    if not is_old and not getattr(function, "is_hypothesis_test", False):
        return
    mark = marks.closest(item, found)
    if mark is not None:
        marks.validate(mark, item.nodeid)
        if getattr(function, "is_hypothesis_test", False) and not getattr(function, "hypothesis", False):
            pytest.fail(_OLD_HYPOTHESIS.format(item=item))
    shim.legacy.note_item(item, mark, is_async=coroutine_function_of(function) is not None)
