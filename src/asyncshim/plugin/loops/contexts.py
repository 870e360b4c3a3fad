"""Context variables between async fixtures, the test and the tear-down (pytest-asyncio#127, #1008)."""

from __future__ import annotations

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
    value = await awaitable
    return value, copy_context()
