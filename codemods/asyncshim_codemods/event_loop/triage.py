"""Which rule handles a synchronous function that requests ``event_loop``: exactly one for each.

ASH303 handles those that can be ``async def``, ASH304 those that must block, ASH310 those that only return the loop,
ASH301 those that do not use it, ASH331 those that need manual review.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.event_loop.await_effects import effects
from asyncshim_codemods.event_loop.callers import called_by
from asyncshim_codemods.event_loop.hand_on import returns_loop
from asyncshim_codemods.event_loop.obstacles import obstacles
from asyncshim_codemods.event_loop.requests import sync_requests
from asyncshim_codemods.event_loop.uses import UseKind
from asyncshim_codemods.project.own_names import PROVIDED

if TYPE_CHECKING:
    from asyncshim_codemods.event_loop.use_risks import Risk
    from asyncshim_codemods.event_loop.uses import Request
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
    found = obstacles(file, request, effects(file, request.runs))
    if returns_loop(file, request):
        return RequestDecision(request, HANDS_ON, found)
    if not any(risk.certain for risk in found):
        return RequestDecision(request, AWAIT, found)
    return RequestDecision(request, BLOCK if _may_block(file, request) else MANUAL, found)


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
