"""The effects of ``await x`` in place of ``run_until_complete(x)``: the context variables and the turns of other tasks.

``run_until_complete`` makes a task, which has a copy of the context, and gives other tasks a turn before it returns.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.suite.file_context import is_async
from asyncshim_codemods.syntax.tree import CLOSED, code_of, last_name, own_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asyncshim_codemods.suite.file_context import FileContext

# These make tasks for the coroutines that are passed to them.
_OWN_TASKS = frozenset({"create_task", "ensure_future", "gather", "as_completed", "run_coroutine_threadsafe", "wait"})


def effects(file: FileContext, runs: Sequence[cst.Call]) -> Iterator[str]:
    """Yield why the function, or what requests it, may notice that the coroutines in ``runs`` are awaited."""
    facts = file.facts.loops
    for run in runs:
        is_noticed = _is_followed_by_code(file, runs, run)
        for name in _coroutines(file, run.args[0].value):
            if name in facts.context_setters:
                yield f"`{name}` may set a context variable, which `await` does not confine to a task"
            if name in facts.task_starters and is_noticed:
                yield f"`{name}` starts a task that may not get a turn before `await` returns"
            for other, is_last in _from_elsewhere(file, name):
                may = f"`{other}()` is defined elsewhere and may"
                if facts.uses_context_variables:
                    yield f"{may} set a context variable, which these files use"
                if is_noticed and is_last:
                    yield f"{may} start a task, which gets no turn before the next line"


def _from_elsewhere(file: FileContext, name: str) -> Iterator[tuple[str, bool]]:
    """Yield functions from outside the given files: this one, or what it awaits if it is a coroutine of this file.

    The second value says whether nothing is awaited after that, which would give the tasks that it starts a turn.
    """
    coroutines = file.facts.loops.coroutines
    if name not in coroutines:
        yield name, True
    for awaited, is_last in file.once(_awaited).get(name, ()):
        if awaited not in coroutines:
            yield awaited, is_last


def _awaited(file: FileContext) -> dict[str, dict[tuple[str, bool], None]]:
    """Return, for each name of a coroutine function, what those of that name await; the second value as above."""
    found: dict[str, dict[tuple[str, bool], None]] = {}
    for function in filter(is_async, file.index.functions):
        awaited = found.setdefault(function.name.value, {})
        for node in own_code(function):
            if isinstance(node, cst.Await):
                is_last = file.index.holds(function.body.body[-1], node)
                awaited.update(((name, is_last), None) for name in _coroutines(file, node.expression))
    return found


def _coroutines(file: FileContext, value: cst.BaseExpression) -> Iterator[str]:
    """Yield the names of the functions that make the awaited coroutine; none that asyncio defines or runs in tasks."""
    if isinstance(value, cst.Name):
        for binding in file.names.bindings_of(value):
            if binding.value is not None and binding.value is not value:
                yield from _coroutines(file, binding.value)
    if not isinstance(value, cst.Call):
        return
    name = last_name(value.func)
    if (file.names.of(value.func) or "").startswith("asyncio."):
        if name not in _OWN_TASKS:
            for argument in value.args:
                yield from _coroutines(file, argument.value)
    elif name and not _is_of_loop(value.func):
        yield name


def _is_of_loop(function: cst.BaseExpression) -> bool:
    """Return whether a function is a method of the loop."""
    return isinstance(function, cst.Attribute) and last_name(function.value) in {"event_loop", "loop"}


def _is_followed_by_code(file: FileContext, runs: Sequence[cst.Call], run: cst.Call) -> bool:
    """Return whether code that may notice a task comes after the call, before the function ends, yields or awaits."""
    child: cst.CSTNode = run
    # The function ends there, or a finalizer, which becomes its last part.
    for parent in takewhile(lambda each: not isinstance(each, cst.FunctionDef), file.index.ancestors(run)):
        if isinstance(parent, cst.IndentedBlock):
            at = next(i for i, each in enumerate(parent.body) if each is child)
            verdict = _notices(runs, parent.body[at + 1 :])
            if verdict is not None:
                return verdict
        child = parent
    return False


def _notices(runs: Sequence[cst.Call], statements: Sequence[cst.BaseStatement]) -> bool | None:
    """Return whether the first statement that decides may notice a task; None if none decides."""
    for statement in statements:
        nodes = list(_own_nodes(statement))
        if any(node in runs for node in nodes):
            return False
        if any(isinstance(node, cst.Assert | cst.Call | cst.If | cst.While) for node in nodes):
            return True
        if any(isinstance(node, cst.Return | cst.Yield) for node in nodes):
            return False
    return None


def _own_nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    if type(node) not in CLOSED:
        for child in code_of(node):
            yield from _own_nodes(child)
