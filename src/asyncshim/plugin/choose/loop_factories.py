"""The hook ``pytest_asyncio_loop_factories`` and ``loop_factories=`` of the marker (pytest-asyncio 1.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, cast

import pytest

from asyncshim.plugin.choose.loop_scopes import loop_scope_of
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.compat.hook_names import HasOnlyHooks
from asyncshim.plugin.suite import marks, predicates
from asyncshim.plugin.suite.state import FixtureOnFactory, State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runners import LoopFactory

PARAMETER = "_asyncio_loop_factory"

_INVALID = "pytest_asyncio_loop_factories must return a non-empty mapping of factory names to callables."
_NO_HOOK = (
    "{nodeid}: mark.asyncio 'loop_factories' requires at least one pytest_asyncio_loop_factories hook implementation."
)
_UNKNOWN = "Loop factory {name!r} is not available. Available factories: {known}."


class Specifications(HasOnlyHooks):
    """Hooks that a conftest may implement."""

    @pytest.hookspec(firstresult=True)
    def pytest_asyncio_loop_factories(
        self, config: pytest.Config, item: pytest.Item
    ) -> Mapping[str, Callable[[], object]] | None:
        """Names and factories of the loops that *item* is to run on, once on each."""


def chosen(
    state: State, request: pytest.FixtureRequest, item: pytest.Item, fixturedef: pytest.FixtureDef[Any] | None
) -> LoopFactory | None:
    """Return the factory that *item* is parametrized with; for a synchronous test, the first that the hook gives."""
    if not state.plan.has_loop_factories:
        return None
    factory = _parameter_of(item)
    if factory is None:
        factory = next(iter((_factories_of(state, item) or {}).values()), None)
    elif fixturedef is None:
        request.getfixturevalue(PARAMETER)  # or pytest would drop it from the item's fixture names, which tests read
    if factory is not None and fixturedef is not None and fixturedef.scope != "function":
        finish = pytest_compat.finisher(fixturedef, request)
        state.loop_factories.fixtures[fixturedef] = FixtureOnFactory(factory=factory, finish=finish)
    return factory


def tear_down_others(state: State, item: pytest.Item) -> None:
    """Tear down the fixtures that live on the loop of another factory than that of *item*, and no others.

    pytest-asyncio tears session fixtures down between synchronous and async tests (pytest-asyncio#1501).
    """
    factory = _parameter_of(item)
    if factory is None:
        return
    living = state.loop_factories.fixtures
    for fixturedef in [fixturedef for fixturedef, fixture in living.items() if fixture.factory is not factory]:
        living.pop(fixturedef).finish()


def _parameter_of(item: pytest.Item) -> LoopFactory | None:
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get(PARAMETER)


def parametrize(state: State, metafunc: pytest.Metafunc) -> None:
    """Give an async test one variant for each factory, with pytest-asyncio's ids."""
    if predicates.coroutine_function_of(metafunc.function) is None:
        return
    definition = metafunc.definition
    found = marks.of(definition)
    mark = marks.named(found, "asyncio")
    if not predicates.is_async_test(state, definition):
        return
    selected = None if mark is None else marks.selected_factories(mark, definition.nodeid)
    factories = _factories_of(state, definition)
    if factories is None:
        return  # see check()
    state.loop_factories.in_use = True
    names = list(factories) if selected is None else list(selected)
    metafunc.fixturenames.append(PARAMETER)
    only_one = len(names) == 1 and hasattr(pytest, "HIDDEN_PARAM")  # since pytest 8.4
    metafunc.parametrize(
        PARAMETER,
        [_parameter(name, factories) for name in names],
        ids=(pytest.HIDDEN_PARAM,) if only_one else names,
        indirect=True,
        scope=loop_scope_of(state, definition),  # type: ignore[arg-type]
    )


def check(item: pytest.Item, found: list[pytest.Mark]) -> None:
    """Fail a test whose marker, one of *found*, names factories where no hook provides any.

    pytest-asyncio 1.4 does that at collection, where it stops the whole run.
    """
    mark = marks.named(found, "asyncio")
    if mark is None or not mark.kwargs.get("loop_factories"):
        return
    if not item.ihook.pytest_asyncio_loop_factories.get_hookimpls():
        pytest.fail(_NO_HOOK.format(nodeid=item.nodeid), pytrace=False)


def _factories_of(state: State, item: pytest.Item) -> dict[str, LoopFactory] | None:
    hook = item.ihook.pytest_asyncio_loop_factories
    if not hook.get_hookimpls():
        return None
    answer = hook(config=state.config, item=item)
    found: Mapping[Any, Any] = {}
    if isinstance(answer, Mapping):
        found = cast("Mapping[Any, Any]", answer)  # type: ignore[redundant-cast]  # pyright does not find it redundant
    if not found or not all(isinstance(name, str) and name and callable(make) for name, make in found.items()):
        raise pytest.UsageError(_INVALID)
    known = state.loop_factories.known
    return {name: known.setdefault((name, _identity(make)), make) for name, make in found.items()}


def _identity(factory: Any) -> object:
    """Return what makes two factories the same: a hook may return a new ``lambda`` at each call."""
    is_plain = isinstance(factory, FunctionType) and not factory.__closure__ and not factory.__defaults__
    return factory.__code__ if is_plain else factory


def _parameter(name: str, factories: dict[str, Any]) -> Any:
    if name in factories:
        return factories[name]
    reason = _UNKNOWN.format(name=name, known=", ".join(factories))
    return pytest.param(None, marks=pytest.mark.skip(reason=reason))
