"""Turn async tests into synchronous functions that pytest can call."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from asyncshim.plugin.choose import loop_scopes
from asyncshim.plugin.choose.session_pool import shared_runner
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite import marks
from asyncshim.plugin.suite.predicates import (
    coroutine_function_of,
    is_async_generator,
    is_claimed,
    is_foreign_test,
    is_made_by_decorator,
    is_unmarked,
)
from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runners import Runner
    from asyncshim.plugin.loops.time_limit import TimeLimit

_NOT_ASYNC = """\
The test {item} is marked with '@pytest.mark.asyncio' but it is not an async function. \
Please remove the asyncio mark. \
If the test is not marked explicitly, check for global marks applied via 'pytestmark'."""
_GENERATOR_TEST = "Tests based on asynchronous generators are not supported. {name} will be ignored."
_OLD_HYPOTHESIS = """\
test function `{item!r}` is using Hypothesis, but pytest-asyncio only works with Hypothesis 3.64.0 or later."""

_RETURNED = "the test returned a coroutine that is never awaited: make it 'async def', or await that inside"


def prepare_all(state: State, collected: Iterable[pytest.Item]) -> bool:
    """At collection: mark the async tests of auto mode, so that ``-m asyncio`` and hooks see them as before.

    A test may be passed twice. Return what :func:`.callers.any_async` does.
    """
    parent: object = None
    inherited: list[pytest.Mark] = []
    has_async = False
    for item in collected:
        if not isinstance(item, pytest.Function):
            continue
        function = coroutine_function_of(item.obj)
        if function is None:
            if not has_async and (item.own_markers or item.parent is not parent):
                parent, inherited = item.parent, marks.of(item.parent) if item.parent is not None else []
                has_async = marks.named([*item.own_markers, *inherited], "asyncio") is not None
            continue
        has_async = True
        if pytest_compat.is_unittest(item):
            from asyncshim.plugin.compat import unhandled

            unhandled.watch_unittest(item, is_error=state.settings.unawaited == "error")
            continue
        if item.parent is not parent:
            parent = item.parent
            inherited = [] if item.parent is None else marks.of(item.parent)
        found = [*item.own_markers, *inherited] if inherited else item.own_markers
        if is_claimed(state, item, found):
            _prepare(state, item, function, found)
    return has_async


def _prepare(state: State, item: pytest.Function, function: object, found: list[pytest.Mark]) -> None:
    if not found or marks.named(found, "asyncio") is None:
        item.keywords["asyncio"] = marks.AUTOMATIC  # as add_marker() does, after looking at what it is given
        item.own_markers = item.own_markers + [marks.AUTOMATIC]  # noqa: RUF005  (others make room for three more)
    if found and marks.named(found, marks.POLICY_MARKER) is not None:
        state.has_policy_choice = True
    if is_async_generator(function):
        reason = _GENERATOR_TEST.format(name=item.name)
        if not any(mark.kwargs.get("reason") == reason for mark in found):
            item.warn(pytest.PytestCollectionWarning(reason))
            item.add_marker(pytest.mark.xfail(run=False, reason=reason))


def call(state: State, item: pytest.Function) -> object:
    """Call *item* if it is an async test; return ``None`` if it is not."""
    __tracebackhide__ = True
    function, found = item.obj, item.own_markers
    names = pytest_compat.argument_names(item)
    arguments = {name: item.funcargs[name] for name in names} if names else {}
    is_usual = len(found) == 1 and found[0] is marks.AUTOMATIC  # no fixture of it has added a mark
    if is_usual and state.plan.is_direct and not state.is_marked and state.pool is not None:
        code = getattr(function, "__code__", None)
        is_coroutine = code is not None and code.co_flags & inspect.CO_COROUTINE  # as when it was collected and marked
        if is_coroutine and "request" not in item.fixturenames:
            runner = state.pool.current = state.pool.default()
            runner.run(function(**arguments))
            return True
    replacement = callable_for(state, item, function)
    if replacement is None:
        return None
    if type(replacement) is not FunctionType:
        item.obj = replacement
        try:
            return pytest_compat.call_function(item)
        finally:
            item.obj = function
    replacement(**arguments)
    return True


def callable_for(state: State, item: pytest.Function, function: Any) -> Callable[..., Any] | None:
    """Return a synchronous function that runs the async test *function*; ``None`` if asyncshim does not."""
    inner = coroutine_function_of(function)
    found = item.own_markers
    if inner is None and not found and not state.is_marked:
        return None
    is_marked = state.is_marked or not is_unmarked(found)  # by one of its fixtures
    if is_marked:
        found = marks.of(item)
    if inner is None:
        mark = marks.named(found, "asyncio") if is_marked else None
        if mark is None or mark is marks.AUTOMATIC or _is_replaced_by_hook(item):
            return None
        return functools.partial(_run_plain_function, state, item, function)
    was_claimed = found and not is_marked  # when it was collected
    if not was_claimed and not is_claimed(state, item, found):
        return None
    if inner is not function and getattr(function, "is_hypothesis_test", False):
        return functools.partial(_run_hypothesis, state, item, function)

    def run(**arguments: Any) -> None:  # pytest would have to look through a partial object
        __tracebackhide__ = True
        _run(state, item, function, found, arguments)

    return run


def _is_replaced_by_hook(item: pytest.Function) -> bool:
    """Return whether a hook of the suite or of another plugin has replaced the async test by a synchronous function."""
    collected = getattr(getattr(item.parent, "obj", None), item.originalname, None)
    return coroutine_function_of(collected) is not None


def _run(
    state: State,
    item: pytest.Function,
    function: Callable[..., Any],
    found: list[pytest.Mark],
    arguments: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Run *function*, whose item has the marks *found*."""
    __tracebackhide__ = True
    scope = loop_scopes.loop_scope_of(state, item, found)
    mark = marks.named(found, "asyncshim_timeout")
    limit: TimeLimit | None = None
    if mark is not None or state.settings.timeout:
        from asyncshim.plugin.run.time_limits import limit_of_test

        limit = limit_of_test(state, item.nodeid, mark)
    runner = None if marks.named(found, "own_runner") else shared_runner(state)
    if runner is None:  # imported only by suites whose tests do not all share one
        from asyncshim.plugin.choose import runner_choice

        runner = runner_choice.runner_of_test(state, item, scope)
    guard = None if state.guards is None else state.guards.of_test(item, function, arguments)
    coroutine = function(**arguments) if guard is None else guard.run(function(**guard.arguments))
    if state.debugger is not None:
        coroutine = state.debugger.open_in(coroutine)
    if "request" in item.fixturenames:
        from asyncshim.plugin.run import by_name

        coroutine = by_name.drive(item, coroutine)
    try:
        _run_in_scope(state, item, runner, scope, coroutine, limit)
    finally:
        if guard is not None:
            guard.end()


def _run_in_scope(
    state: State, item: pytest.Function, runner: Runner, scope: str, coroutine: Any, limit: TimeLimit | None
) -> None:
    __tracebackhide__ = True
    if scope == "function":  # entered before the item was set up, and again after each of its fixtures
        runner.run(coroutine, limit)
        return
    loop_scopes.enter(state, item, scope)
    try:
        runner.run(coroutine, limit)
    finally:
        runner.adopt_unscoped()
        loop_scopes.keep_changes(item, scope, runner)


def _run_hypothesis(state: State, item: pytest.Function, function: Any, /, **arguments: Any) -> None:
    """Run all examples on the same loop: Hypothesis calls the inner test, once for each example."""
    __tracebackhide__ = True
    inner = function.hypothesis.inner_test

    @functools.wraps(inner)
    def example(*args: Any, **kwargs: Any) -> None:
        __tracebackhide__ = True
        _run(state, item, functools.partial(inner, *args, **kwargs), marks.of(item))

    if not marks.named(marks.of(item), "own_runner"):
        shared_runner(state)  # made before the first example, which may have a deadline
    state.original, function.hypothesis.inner_test = inner, example
    try:
        function(**arguments)
    finally:
        function.hypothesis.inner_test = inner


def _run_plain_function(state: State, item: pytest.Function, function: Callable[..., Any], /, **arguments: Any) -> Any:
    """Run a marked function that is not ``async def``, and what it returns if that can be awaited (as 0.21 did)."""
    __tracebackhide__ = True
    result = function(**arguments)
    if not inspect.isawaitable(result):
        item.warn(pytest.PytestWarning(_NOT_ASYNC.format(item=item)))
        return result

    async def wait() -> object:
        return await result

    _run(state, item, wait, marks.of(item))
    return None


def run_or_refuse(state: State, nodeid: str, returned: Any) -> bool:
    """Fail the current test, whose coroutine no plugin runs; return false for a test of a session inside it.

    Run what a test *returned* that another plugin, or a decorator of the suite, has replaced by a synchronous function,
    and return true.
    """
    __tracebackhide__ = True
    state.resume()
    item = state.item
    if not isinstance(item, pytest.Function) or item.nodeid != nodeid:
        return False
    if not _ran_returned(state, item, returned):
        _refuse(state, item)
    return True


def _ran_returned(state: State, item: pytest.Function, returned: Any) -> bool:
    __tracebackhide__ = True
    found = marks.of(item)
    is_wrapped = is_made_by_decorator(item.obj)
    if not (is_wrapped or (inspect.iscoroutine(returned) and _is_replaced_by_hook(item))):
        return False
    if inspect.isasyncgen(returned) or not is_claimed(state, item, found):
        return False

    async def wait() -> object:
        return await returned

    _run(state, item, wait if is_wrapped else lambda: returned, found)
    return True


def _refuse(state: State, item: pytest.Function) -> NoReturn:
    __tracebackhide__ = True
    from asyncshim.plugin.compat import unhandled

    if coroutine_function_of(item.obj) is None:
        unhandled.refuse(item, _RETURNED)
    why = "of its marker or fixtures, whose plugin is missing"
    if state.mode == "strict" and not is_foreign_test(item, marks.of(item)):
        why = "asyncio_mode is strict and it has no @pytest.mark.asyncio"
    unhandled.refuse(item, f"async def functions are not natively supported, and no plugin runs this one: {why}")


def check(state: State, item: pytest.Item, found: list[pytest.Mark]) -> None:
    """Check the arguments of the marks *found* and the release of Hypothesis, and count old features."""
    if not isinstance(item, pytest.Function):
        return
    is_old = state.is_marked or "event_loop" in item.fixturenames
    function = item.obj
    if getattr(function, "is_hypothesis_test", False):
        from asyncshim.plugin.run import explanations

        explanations.exclude_own_lines()
    elif not is_old:
        return
    mark = marks.closest(item, found)
    if mark is not None:
        for other in found if len(found) > 1 else (mark,):  # such as those of a parameter set
            if other.name == "asyncio":
                marks.validate(other, item.nodeid)
        if getattr(function, "is_hypothesis_test", False) and not getattr(function, "hypothesis", False):
            pytest.fail(_OLD_HYPOTHESIS.format(item=item))
    state.legacy.note_item(item, mark, is_async=coroutine_function_of(function) is not None)
