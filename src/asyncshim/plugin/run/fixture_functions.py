"""The loop fixtures and ``asyncio_runner``."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from asyncshim.plugin.choose.loop_scopes import loop_scope_of
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite import inspecting_plugins
from asyncshim.plugin.suite.state import State, state_of

if TYPE_CHECKING:
    import asyncio

    from asyncshim.plugin.loops.runners import Runner

T = TypeVar("T")


def _event_loop_scope(fixture_name: str, config: pytest.Config) -> Any:  # noqa: ARG001  (pytest names it)
    """Session, so that any scope may request it; function where each function has a loop of its own, as in 0.21."""
    state = state_of(config)
    return "function" if state is not None and state.settings.runner == "loop_scope" else "session"


def _loop_of(request: pytest.FixtureRequest) -> asyncio.AbstractEventLoop:
    from asyncshim.plugin.choose import runner_choice

    state = _required(request)
    item = pytest_compat.item_of(request)
    state.loop_fixtures.append(pytest_compat.definition_of(request))
    if request.fixturename == "event_loop" and "event_loop" not in pytest_compat.fixture_names(item):
        state.legacy.note_call("ASH331")
    return runner_choice.own_runner_for(state, pytest_compat.request_of(item), item, loop_scope_of(state, item)).loop


def _required(request: pytest.FixtureRequest) -> State:
    state = state_of(request.config)
    if state is None:
        reason = f"the fixture {request.fixturename!r} needs asyncshim, which '-p no:asyncio' turned off"
        pytest.fail(reason, pytrace=False)
    return state


@pytest.fixture(scope=_event_loop_scope)
def event_loop(request: pytest.FixtureRequest) -> asyncio.AbstractEventLoop:
    """Return the loop that runs the test and its async fixtures (removed in pytest-asyncio 1.0)."""
    return _loop_of(request)


def _alias(scope: Any, name: str) -> Any:
    def alias(request: pytest.FixtureRequest) -> asyncio.AbstractEventLoop:
        """Return the event loop of a scope (a fixture of pytest-asyncio 0.23 to 1.0)."""
        return _runner_of_scope(request, scope).loop

    return _as_in_pytest_asyncio(alias, scope, name)


def _scoped_runner(scope: Any) -> Any:
    def scoped_runner(request: pytest.FixtureRequest) -> asyncio.Runner:
        """Return the Runner of a scope (a fixture of pytest-asyncio 1.1 and later)."""
        from asyncshim.plugin.loops.borrowed import BorrowedRunner

        request.getfixturevalue(f"_{scope}_event_loop")
        return BorrowedRunner(_runner_of_scope(request, scope))

    return _as_in_pytest_asyncio(scoped_runner, scope, inspecting_plugins.name_of_runner(scope))


def _as_in_pytest_asyncio(function: Any, scope: Any, name: str) -> Any:
    function.__module__ = "pytest_asyncio.plugin"  # where plugins look for it
    return pytest.fixture(scope=scope, name=name)(function)


def _runner_of_scope(request: pytest.FixtureRequest, scope: str) -> Runner:
    from asyncshim.plugin.choose import runner_choice

    state = _required(request)
    item, definition = pytest_compat.item_of(request), pytest_compat.definition_of(request)
    state.loop_fixtures.append(definition)
    return runner_choice.unannounced(state, pytest_compat.request_of(item), item, scope, definition)


session_event_loop = _alias("session", "_session_event_loop")
package_event_loop = _alias("package", "_package_event_loop")
module_event_loop = _alias("module", "_module_event_loop")
class_event_loop = _alias("class", "_class_event_loop")
function_event_loop = _alias("function", "_function_event_loop")
session_runner = _scoped_runner("session")
package_runner = _scoped_runner("package")
module_runner = _scoped_runner("module")
class_runner = _scoped_runner("class")
function_runner = _scoped_runner("function")


def shown() -> dict[str, object]:
    """Return the loop fixtures as the module that is registered as ``asyncio`` has them in the releases with them."""
    return {
        "event_loop": event_loop,
        "_session_event_loop": session_event_loop,
        "_package_event_loop": package_event_loop,
        "_module_event_loop": module_event_loop,
        "_class_event_loop": class_event_loop,
        "_function_event_loop": function_event_loop,
        "_session_scoped_runner": session_runner,
        "_package_scoped_runner": package_runner,
        "_module_scoped_runner": module_runner,
        "_class_scoped_runner": class_runner,
        "_function_scoped_runner": function_runner,
    }


@pytest.fixture(scope="session")
def event_loop_policy() -> Any:
    """Return the current event loop policy; a suite may override it (0.23 to 1.x)."""
    from asyncshim.plugin.loops import loop_policy

    return loop_policy.get_policy()


@pytest.fixture(scope="session", name="_asyncio_loop_factory")
def asyncio_loop_factory(request: pytest.FixtureRequest) -> Any:
    """Return the loop factory that the test is parametrized with."""
    return getattr(request, "param", None)


class BoundRunner:
    """Lets synchronous tests and fixtures run coroutines."""

    __slots__ = ("_state",)

    def __init__(self, state: State) -> None:
        self._state = state

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run *coroutine* on the loop that the current test's async code uses; return its result."""
        __tracebackhide__ = True
        try:
            runner = self._runner()
        except BaseException:
            coroutine.close()
            raise
        return runner.run(coroutine)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop that the current test's async code uses."""
        return self._runner().loop

    def _runner(self) -> Runner:
        from asyncshim.plugin.choose import runner_choice

        return runner_choice.present_runner(self._state)


@pytest.fixture(scope="session")
def asyncio_runner(request: pytest.FixtureRequest) -> BoundRunner:
    """Return the Runner for synchronous tests and fixtures: ``asyncio_runner.run(coroutine)`` waits for a coroutine."""
    return BoundRunner(_required(request))
