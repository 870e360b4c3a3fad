"""Which rule handles a synchronous function that requests ``event_loop``: exactly one for each.

ASH303 handles those that can be ``async def``, ASH304 those that must block, ASH310 those that only return the loop,
ASH301 those that do not use it, ASH331 those that need manual review.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.event_loop.await_effects import effects
from asyncshim_codemods.event_loop.finalizers import finalizers_of
from asyncshim_codemods.event_loop.hand_on import is_only_kept, only_hands_on, returns_loop, risks
from asyncshim_codemods.event_loop.obstacles import obstacles
from asyncshim_codemods.event_loop.requests import called_by, sync_requests
from asyncshim_codemods.event_loop.risk import Risk
from asyncshim_codemods.event_loop.uses import UseKind
from asyncshim_codemods.project.own_names import PROVIDED
from asyncshim_codemods.syntax.tree import CLOSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.event_loop.uses import LoopUse, Request
    from asyncshim_codemods.suite.file_context import FileContext

UNUSED, AWAIT, BLOCK, HANDS_ON, MANUAL = "ASH301", "ASH303", "ASH304", "ASH310", "ASH331"

# These return a future or a task, which a Runner does not run (before Python 3.14).
_NO_COROUTINE = frozenset({
    "asyncio.create_task",
    "asyncio.ensure_future",
    "asyncio.gather",
    "asyncio.Future",
    "asyncio.shield",
    "asyncio.tasks.gather",
    "asyncio.wrap_future",
})  # fmt: skip
_MAKES_TASKS = frozenset({"create_future", "create_task", "run_in_executor", "submit"})


@dataclass(frozen=True, slots=True, eq=False)
class RequestDecision:
    """The rule that handles one function, and the risks of a rewrite."""

    request: Request
    code: str
    risks: tuple[Risk, ...]

    @property
    def reasons(self) -> str:
        """The risks, for a message; of certain ones only the first counts."""
        certain = [risk.why for risk in self.risks if risk.certain]
        return certain[0] if certain else "; ".join(risk.why for risk in self.risks)


def decisions(file: FileContext) -> tuple[RequestDecision, ...]:
    """Return the decision on each synchronous fixture and test; use ``file.once(decisions)``."""
    return tuple(_decision(file, request) for request in file.once(sync_requests))


def _decision(file: FileContext, request: Request) -> RequestDecision:
    if all(use.kind is UseKind.NEEDLESS for use in request.uses):
        return RequestDecision(request, UNUSED, ())
    found = obstacles(file, request, (*_use_risks(file, request), *map(Risk, effects(file, request.runs))))
    if returns_loop(file, request):
        return RequestDecision(request, HANDS_ON, found)
    if not any(risk.certain for risk in found):
        return RequestDecision(request, AWAIT, found)
    return RequestDecision(request, BLOCK if _may_block(file, request) else MANUAL, found)


def _use_risks(file: FileContext, request: Request) -> Iterator[Risk]:
    """Yield the reasons against ``async def`` in the uses of the loop."""
    finalizers = None if not request.runs else finalizers_of(file, request.function)
    moved = set[cst.CSTNode]() if finalizers is None else set(finalizers.codes)
    hands_on = returns_loop(file, request) or only_hands_on(file, request)
    for use in request.uses:
        is_moved = not moved.isdisjoint(_owners(file, use.node))
        if use.kind is UseKind.RUN and not use.awaitable and not is_moved:
            yield Risk("the loop is run inside a nested function, lambda or comprehension", certain=True)
        elif use.kind is UseKind.OTHER:
            yield Risk("the loop is used for more than `run_until_complete`", certain=True)
        elif _is_further_use(file, use) and not hands_on:
            yield Risk("the loop is used for more than `run_until_complete`")
        elif use.kind is UseKind.MADE_CURRENT:
            yield Risk("it makes the loop the current one", certain=not use.awaitable)
    if hands_on:
        yield from (Risk(*each) for each in risks(file, request))
    elif not request.runs:
        yield Risk("it never runs the loop", certain=True)
    if finalizers is not None:
        yield from map(Risk, finalizers.doubts)


def _is_further_use(file: FileContext, use: LoopUse) -> bool:
    """Return whether the loop is used in a way that may notice whether it runs."""
    return use.kind is UseKind.HANDED_OUT or (use.kind is UseKind.KEPT and not is_only_kept(file, use))


def _owners(file: FileContext, node: cst.CSTNode) -> list[cst.CSTNode]:
    """Return the function or lambda that runs ``node``, in a list."""
    owners = (each for each in file.index.ancestors(node) if type(each) in CLOSED)
    return list(islice(owners, 1))


def _may_block(file: FileContext, request: Request) -> bool:
    """Return whether ``asyncio_runner.run(coroutine)`` can replace every use."""
    return (
        file.facts.kept is None
        and file.options.runner in PROVIDED["asyncio_runner"]
        and not request.of(UseKind.OTHER)
        and not file.facts.loops.parametrized_for(file.path)
        and not file.is_called_by_name(request.function)
        and not called_by(file, request.function)
        and not _is_taken(file, request.function)
        and all(_may_be_a_coroutine(file, call.args[0].value) for call in request.runs)
    )


def _is_taken(file: FileContext, function: cst.FunctionDef) -> bool:
    """Return whether the name ``asyncio_runner`` means something else here."""
    scope = file.index.scopes[function]
    home = file.names.home("asyncio_runner", scope)
    return home is not None and not (home is scope and file.parameter(function, "asyncio_runner") is not None)


def _may_be_a_coroutine(file: FileContext, value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.Name):
        bound = [binding.value for binding in file.names.bindings_of(value)]
        return all(each is None or each is value or _may_be_a_coroutine(file, each) for each in bound)
    if not isinstance(value, cst.Call):
        return True
    if isinstance(value.func, cst.Attribute) and value.func.attr.value in _MAKES_TASKS:
        return False
    return file.names.of(value.func) not in _NO_COROUTINE
