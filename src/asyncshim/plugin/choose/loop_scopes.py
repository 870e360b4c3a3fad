"""The loop scopes of tests and fixtures: where they begin and end, and what is reported about leaked tasks."""

from __future__ import annotations

import functools
import importlib
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.compat.warning_types import LeakedTaskWarning
from asyncshim.plugin.suite import marks, overrides
from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runners import Leak, LoopScope, Runner

_MOST = 50  # more leaks of one scope are only counted


class _PresentTest:
    """The name of the current test, computed when it is needed."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __str__(self) -> str:
        item = self._state.item
        return "an unknown test" if item is None else item.nodeid

    @property
    def line(self) -> str | None:
        """Where the test is, as FILE:LINE: the place of what was noted at no other."""
        item = self._state.item
        if item is None or item.location[1] is None:
            return None
        return f"{item.path}:{item.location[1] + 1}"


def loop_scope_of(state: State, item: pytest.Item, found: list[pytest.Mark] | None = None) -> str:
    """Return the loop scope of a test: its marker's, else that of the suite's own ``event_loop``, else the default."""
    mark = marks.closest(item, found)
    scope = None if mark is None or not mark.kwargs else mark.kwargs.get("loop_scope") or mark.kwargs.get("scope")
    return scope or overrides.loop_scope(state, item) or state.settings.test_loop_scope


def begin(state: State) -> None:
    """Prepare for the first loop scope; called when the pool is made."""
    # By its full name: the package may still hold the module that a session inside this one imported and dropped.
    lifetimes = state.scopes.lifetimes = importlib.import_module("asyncshim.plugin.loops.lifetimes")
    state.scopes.outer_place = lifetimes.present_place()
    state.scopes.present_test = _PresentTest(state)


def enter(state: State, item: pytest.Item, loop_scope: str, request: pytest.FixtureRequest | None = None) -> None:
    """Begin *loop_scope* of *item* or of the fixture of *request*: tasks that start now end with it."""
    scopes = state.scopes
    lifetimes = scopes.lifetimes
    if request is not None and request.scope != "function" and state.pool is not None:
        scopes.before[request] = {runner: runner.changes() for runner in state.pool.runners}
    if scopes.are_joined:
        loop_scope, request = "session", None
    scopes.is_in_function = loop_scope == "function"
    if scopes.is_in_function:
        lifetimes.start_in(lifetimes.FUNCTION, scopes.present_test)
        return
    if request is not None and request.scope == loop_scope:
        node = request.node  # a package is the one that defines the fixture
    else:
        node = pytest_compat.scope_node(item, loop_scope)
    scope = scopes.nodes.get(node)
    if scope is None:
        scope = scopes.nodes[node] = lifetimes.SESSION if node is item.session else lifetimes.LoopScope(loop_scope)
        pytest_compat.when_node_ends(item, node, functools.partial(_end_node, state, node))
    lifetimes.start_in(scope, item.nodeid)


def leave(state: State, request: pytest.FixtureRequest) -> None:
    """After the set-up of a fixture: return to the scope of the test; changed loop settings belong to the fixture."""
    item, pool = state.item, state.pool
    if item is None or pool is None:
        return
    for runner in pool.runners:
        runner.adopt_unscoped()
    if request.scope != "function":
        before = state.scopes.before.pop(request, {})
        for runner in pool.runners:
            undo = runner.accept_changes(before.get(runner))
            if undo is not None:
                pytest_compat.when_node_ends(item, request.node, undo)
    enter(state, item, "function")


def keep_changes(item: pytest.Item, loop_scope: str, runner: Runner) -> None:
    """After a test with a wider loop scope: what it has changed on the loop is undone when that scope ends."""
    undo = runner.accept_changes()
    if undo is not None:
        pytest_compat.when_node_ends(item, pytest_compat.scope_node(item, loop_scope), undo)


def finish(state: State) -> None:
    """At the end of the session: return to the scope of an outer session, if there is one."""
    if state.scopes.lifetimes is not None:
        state.scopes.lifetimes.go_back_to(state.scopes.outer_place)
        state.scopes.lifetimes = None


def _end_node(state: State, node: object) -> None:
    __tracebackhide__ = True
    scope = state.scopes.nodes.pop(node)
    report(state, end(state, scope), scope.name)


def _end_held(state: State, node: object) -> None:
    __tracebackhide__ = True
    report(state, end(state, state.scopes.held.pop(node)), _scope_of_node(node))


def _scope_of_node(node: object) -> str:
    kinds: dict[type[object], str] = {
        pytest.Class: "class",
        pytest.Package: "package",
        pytest.Module: "module",
        pytest.Session: "session",
    }
    return next((name for kind, name in kinds.items() if isinstance(node, kind)), "function")


def end(state: State, scope: LoopScope | None = None) -> list[Leak]:
    """End what *scope* started, by default the function; return what it left.

    What a fixture holds that is still set up lives on.
    """
    leaked: list[Leak] = []
    if state.pool is not None:
        from asyncshim.plugin.choose import fixture_holders

        ending: LoopScope = state.scopes.lifetimes.FUNCTION if scope is None else scope
        claim = functools.partial(fixture_holders.claim, state, functools.partial(_end_held, state))
        for runner in state.pool.runners:
            leaked += runner.end_scope(ending, state.settings.cancel_timeout, claim)
    ended = [leak for leak in leaked if not leak.stubborn]  # ``still_running`` names the others
    if ended:
        from asyncshim.plugin.suite import recently_ended

        recently_ended.note(state, ended)
    return leaked


def report(state: State, leaked: list[Leak], scope: str = "function") -> None:
    """Report what outlived *scope* as ``asyncshim_leaks`` says: by a warning, or by failing what is being torn down.

    Not a hidden frame: pytest would print a note about hidden ones.
    """
    if not leaked:
        return
    from asyncshim.plugin.suite import still_running

    still_running.note(state, leaked)
    reactions = _reactions(state, leaked, scope)
    errors = [str(leak) for leak, reaction in zip(leaked, reactions, strict=True) if reaction == "error"]
    warned = [leak for leak, reaction in zip(leaked, reactions, strict=True) if reaction == "warn"]
    if state.scopes.is_finishing:
        state.scopes.unreported += _shortened([*errors, *map(str, warned)])
        return
    for leak in warned[:_MOST]:
        path, _, line = leak.created.rpartition(":")
        warnings.warn_explicit(LeakedTaskWarning(str(leak)), None, path or "unknown", int(line) if path else 0)
    if len(warned) > _MOST:
        warnings.warn_explicit(LeakedTaskWarning(_shortened(warned)[-1]), None, "unknown", 0)
    if errors:
        origin = "asyncshim_leaks" if state.settings.leaks == "error" else "not accepted by asyncshim_baseline"
        pytest.fail("\n".join(_shortened([f"{origin}: {text}" for text in errors])), pytrace=False)


def _reactions(state: State, leaked: list[Leak], scope: str) -> list[str]:
    """Return for each leak ``error``, ``warn`` or something else, which says nothing."""
    wanted = state.settings.leaks
    reactions = ["warn" if wanted == "cancel" and leak.stubborn else wanted for leak in leaked]
    if state.findings is None:
        return reactions
    from asyncshim.plugin.findings.leaks import of_leak

    root = str(state.config.rootpath)
    pairs = zip(leaked, reactions, strict=True)
    return [state.findings.judge(of_leak(leak, root, scope), reaction) for leak, reaction in pairs]


def _shortened(told: Sequence[object]) -> list[str]:
    """Return the first of *told* as texts, and how many there are more."""
    texts = [*map(str, told[:_MOST])]
    more = len(told) - _MOST
    return texts if more <= 0 else [*texts, f"and {more:,} more"]
