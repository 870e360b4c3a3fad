"""The loop scope that is being entered or left, and what is said about tasks that outlive theirs."""

from __future__ import annotations

import functools
import importlib
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.compat.warning_types import LeakedTaskWarning

if TYPE_CHECKING:
    from asyncshim.plugin.lifecycle import Shim
    from asyncshim.plugin.loops.lifetimes import LeakedTask, LoopScope


class _PresentTest:
    """Who starts what belongs to the function, told by its node id: nothing has to be noted for each test."""

    def __init__(self, shim: Shim) -> None:
        self._shim = shim

    def __str__(self) -> str:
        item = self._shim.item
        return "an unknown test" if item is None else item.nodeid


class LoopScopes:
    """The loop scopes of one session. Nothing is called before something async was met."""

    def __init__(self, shim: Shim) -> None:
        self._shim = shim
        self._nodes: dict[object, LoopScope] = {}
        self._present_test = _PresentTest(shim)
        self._place_before: list[Any] = []  # the session: another one's, in this process
        self.is_in_function = False  # whether what is started now belongs to the test
        self.is_finishing = False
        self.unreported: list[str] = []  # what came up when no test was left to tell it

    @functools.cached_property
    def _lifetimes(self) -> Any:
        """Imported as late as asyncio, and looked up once: it is needed several times for each test.

        By its full name: the package may still hold the one that a session inside this one imported and dropped.
        """
        return importlib.import_module("asyncshim.plugin.loops.lifetimes")

    def enter(self, item: pytest.Item, loop_scope: str, request: pytest.FixtureRequest | None = None) -> None:
        """What is started from now on ends with *loop_scope*, as *item* has it, or the fixture of *request*."""
        lifetimes = self._lifetimes
        if not self._place_before:
            self._place_before.append(lifetimes.present_place())
        self.is_in_function = loop_scope == "function"
        if self.is_in_function:
            lifetimes.start_in(lifetimes.FUNCTION, self._present_test)
            return
        if request is not None and request.scope == loop_scope:
            node = request.node  # a package is the one that defines the fixture
        else:
            node = pytest_compat.scope_node(item, loop_scope)
        scope = self._nodes.get(node)
        if scope is None:
            scope = self._nodes[node] = lifetimes.SESSION if node is item.session else lifetimes.LoopScope(loop_scope)
            pytest_compat.when_node_ends(item, node, functools.partial(self._end_node, node))
        lifetimes.start_in(scope, item.nodeid)

    def leave(self, request: pytest.FixtureRequest) -> None:
        """After a fixture's set-up: what comes next belongs to the test, and the loop's new settings to the fixture."""
        item = self._shim.item
        if item is None or not self._shim.is_awake:
            return
        for runner in self._shim.pool.runners:
            runner.adopt_strays()
        if request.scope != "function":
            for runner in self._shim.pool.runners:
                undo = runner.accept_changes()
                if undo is not None:
                    pytest_compat.when_node_ends(item, request.node, undo)
        self.enter(item, "function")

    def finish(self) -> None:
        """The session is over: what is started now is none of its business."""
        while self._place_before:
            self._lifetimes.go_back_to(self._place_before.pop())

    def _end_node(self, node: object) -> None:
        __tracebackhide__ = True
        self.report(self.end(self._nodes.pop(node)))

    def end(self, scope: LoopScope | None = None) -> list[LeakedTask]:
        """End what was started in *scope*, or else in the function."""
        leaked: list[LeakedTask] = []
        ending: LoopScope = self._lifetimes.FUNCTION if scope is None else scope
        for runner in self._shim.pool.runners:
            leaked += runner.end_scope(ending, self._shim.settings.cancel_timeout)
        return leaked

    def report(self, leaked: list[LeakedTask]) -> None:
        """Say what ``asyncshim_leaks`` wants said: by a warning, or by failing what is being torn down."""
        __tracebackhide__ = True
        reaction = self._shim.settings.leaks
        told = [leak for leak in leaked if reaction != "cancel" or leak.stubborn]
        if self.is_finishing:
            self.unreported += map(str, told)
        elif told and reaction == "error":
            pytest.fail("\n".join(f"asyncshim_leaks: {leak}" for leak in told), pytrace=False)
        else:
            for leak in told:
                path, _, line = leak.created.rpartition(":")
                warnings.warn_explicit(LeakedTaskWarning(str(leak)), None, path or "unknown", int(line) if path else 0)
