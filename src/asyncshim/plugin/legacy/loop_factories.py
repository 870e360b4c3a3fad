"""The hook ``pytest_asyncio_loop_factories`` and ``loop_factories=`` of the marker (pytest-asyncio 1.4)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin import items
from asyncshim.plugin.legacy import marks

if TYPE_CHECKING:
    from asyncshim.plugin.runners import LoopFactory
    from asyncshim.plugin.session import Shim

PARAMETER = "_asyncio_loop_factory"

_INVALID = "pytest_asyncio_loop_factories must return a non-empty mapping of factory names to callables."
_NO_HOOK = (
    "{nodeid}: mark.asyncio 'loop_factories' requires at least one pytest_asyncio_loop_factories hook implementation."
)
_UNKNOWN = "Loop factory {name!r} is not available. Available factories: {known}."


class Specifications:
    """Hooks that a conftest may implement."""

    @pytest.hookspec(firstresult=True)
    def pytest_asyncio_loop_factories(
        self, config: pytest.Config, item: pytest.Item
    ) -> Mapping[str, Callable[[], object]] | None:
        """Names and factories of the loops that *item* is to run on, once on each."""


def chosen(
    shim: Shim, request: pytest.FixtureRequest, item: pytest.Item, fixturedef: pytest.FixtureDef[Any] | None
) -> LoopFactory | None:
    """The factory that *item* is parametrized with, if it is."""
    if not shim.has_loop_factories:
        return None
    callspec = getattr(item, "callspec", None)
    factory: LoopFactory | None = None if callspec is None else callspec.params.get(PARAMETER)
    if factory is not None and fixturedef is not None:
        request.getfixturevalue(PARAMETER)
        parameter = request._get_active_fixturedef(PARAMETER)
        if isinstance(parameter, pytest.FixtureDef):  # another factory tears down what runs on the loop of this one
            parameter.addfinalizer(functools.partial(fixturedef.finish, request=request))
    return factory


def resolve_first(item: pytest.Item) -> None:
    """Set the factory up before everything else, so that a new one tears down what belongs to the former one."""
    callspec = getattr(item, "callspec", None)
    names: list[str] = getattr(item, "fixturenames", [])
    if callspec is not None and PARAMETER in callspec.params and PARAMETER not in names[:1]:
        names.insert(0, PARAMETER)


def parametrize(shim: Shim, metafunc: pytest.Metafunc) -> None:
    """Give an async test one variant for each factory, with pytest-asyncio's ids."""
    definition = metafunc.definition
    mark = definition.get_closest_marker("asyncio")
    if not items.is_async_test(shim, definition):
        return
    selected = None if mark is None else marks.selected_factories(mark, definition.nodeid)
    factories = _factories_of(metafunc.config, definition)
    if factories is None:
        if selected is not None:
            pytest.fail(_NO_HOOK.format(nodeid=definition.nodeid), pytrace=False)
        return
    shim.has_loop_factories = True
    names = list(factories) if selected is None else list(selected)
    metafunc.fixturenames.append(PARAMETER)
    only_one = len(names) == 1 and hasattr(pytest, "HIDDEN_PARAM")  # since pytest 8.4
    metafunc.parametrize(
        PARAMETER,
        [_parameter(name, factories) for name in names],
        ids=(pytest.HIDDEN_PARAM,) if only_one else names,
        indirect=True,
        scope=marks.loop_scope_of(shim, definition),  # type: ignore[arg-type]
    )


def _factories_of(config: pytest.Config, item: pytest.Item) -> dict[str, Any] | None:
    hook = item.ihook.pytest_asyncio_loop_factories
    if not hook.get_hookimpls():
        return None
    found = hook(config=config, item=item)
    valid = isinstance(found, Mapping) and found
    if not valid or not all(isinstance(name, str) and name and callable(make) for name, make in found.items()):
        raise pytest.UsageError(_INVALID)
    return dict(found)


def _parameter(name: str, factories: dict[str, Any]) -> Any:
    if name in factories:
        return factories[name]
    reason = _UNKNOWN.format(name=name, known=", ".join(factories))
    return pytest.param(None, marks=pytest.mark.skip(reason=reason))
