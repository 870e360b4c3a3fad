"""Context variables between async fixtures, the test and the tear-down (pytest-asyncio#127, #1008)."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from contextvars import Context, ContextVar, Token, copy_context
from typing import Any, TypeVar

T = TypeVar("T")

_MISSING = object()


def carry_over(context: Context) -> Callable[[], None] | None:
    """Set the variables of *context* here, for the next fixtures and the test; return a function that undoes it."""
    changed: list[tuple[ContextVar[Any], Token[Any]]] = []
    for variable, value in context.items():
        if variable.get(_MISSING) is not value:
            changed.append((variable, variable.set(value)))
    if not changed:
        return None

    def undo() -> None:
        while changed:
            variable, token = changed.pop()
            try:
                variable.reset(token)
            except ValueError:  # torn down in another context than it was set up in
                if token.old_value is not Token.MISSING:
                    variable.set(token.old_value)

    return undo


async def with_context(awaitable: Awaitable[T]) -> tuple[T, Context]:
    """Return the result of *awaitable* and the context as it left it."""
    __tracebackhide__ = True
    value = await awaitable
    return value, copy_context()


class SharedContext:
    """Variables that all tests and fixtures of a session share: nothing undoes what they set.

    Coroutines run in copies of a context; what they change is set again around them.
    """

    def __init__(self) -> None:
        self._first: dict[ContextVar[Any], Token[Any]] = {}  # of variables that had no value before

    def enter(self, present: Context) -> None:
        """Set here the variables of *present*: the older context of a generator meets what was set meanwhile."""
        for variable, value in present.items():
            if not _is_ours(variable) and variable.get(_MISSING) is not value:
                variable.set(value)

    def leave(self, left: Context) -> None:
        """Set here the variables of *left*, the context of a coroutine that has ended."""
        for variable, value in left.items():
            if not _is_ours(variable) and variable.get(_MISSING) is not value:
                token = variable.set(value)
                if token.old_value is Token.MISSING:
                    self._first[variable] = token
        for variable in [known for known in self._first if known not in left]:  # it was reset
            with contextlib.suppress(ValueError):  # it was set in another context
                variable.reset(self._first.pop(variable))


def _is_ours(variable: ContextVar[Any]) -> bool:
    return variable.name.startswith("asyncshim_")
