"""``@pytest.mark.asyncio`` and its arguments, of every release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn, cast

import pytest

from asyncshim.pytest_options import LOOP_SCOPES

ASYNCIO = pytest.mark.asyncio
AUTOMATIC = ASYNCIO.mark  # what collection puts on the async tests of auto mode
POLICY_MARKER = "asyncio_event_loop"  # of 0.22
# loop_scope since 0.24, scope 0.23-1.x, loop_factories since 1.4; the two global_loop ones are of 0.6 to 0.8.
ARGUMENTS = {"loop_scope", "scope", "loop_factories", "forbid_global_loop", "accept_global_loop"}

_WRONG_ARGUMENTS = "mark.asyncio accepts only keyword arguments 'loop_scope' and 'loop_factories'."
_BOTH_SCOPES = """\
An asyncio pytest marker defines both "scope" and "loop_scope", but it should only use "loop_scope"."""
_WRONG_FACTORIES = "mark.asyncio 'loop_factories' must be a non-empty sequence of strings."
# The texts of earlier releases, so that users find them with a search.
_FORMERLY = {
    _WRONG_ARGUMENTS: f"""\
(pytest-asyncio 1.4: ValueError: {_WRONG_ARGUMENTS})
(pytest-asyncio 0.23 to 1.3: ValueError: mark.asyncio accepts only a keyword argument 'loop_scope'.)""",
    _WRONG_FACTORIES: f"(pytest-asyncio 1.4: ValueError: {_WRONG_FACTORIES})",
}


def of(item: pytest.Item | pytest.Collector) -> list[pytest.Mark]:
    """Return every mark of *item*, a test or what holds tests, the nearest first: a quicker ``iter_markers``."""
    found = item.own_markers
    node = item.parent
    while node is not None:
        if node.own_markers:
            found = [*found, *node.own_markers]
        node = node.parent
    return found


def named(found: list[pytest.Mark], name: str) -> pytest.Mark | None:
    """Return the nearest mark called *name*."""
    for mark in found:
        if mark.name == name:
            return mark
    return None


def closest(item: pytest.Item, found: list[pytest.Mark] | None = None) -> pytest.Mark | None:
    """Return the asyncio marker of *item*; one that a hook added overrides the one that auto mode added."""
    mark = named(of(item) if found is None else found, "asyncio")
    if mark is AUTOMATIC and len(item.own_markers) > 1:
        return next((other for other in item.own_markers if other.name == "asyncio" and other is not mark), mark)
    return mark


def validate(mark: pytest.Mark, nodeid: str) -> None:
    """Fail the test *nodeid* by name when the marker's arguments are wrong (texts of pytest-asyncio 1.5)."""
    kwargs = mark.kwargs
    if not mark.args and not kwargs:
        return
    if mark.args or set(kwargs) - ARGUMENTS:
        _fail(nodeid, _WRONG_ARGUMENTS)
    if "scope" in kwargs and "loop_scope" in kwargs:
        _fail(nodeid, _BOTH_SCOPES)
    scope = kwargs.get("loop_scope") or kwargs.get("scope")
    if scope is not None and scope not in LOOP_SCOPES:
        _fail(
            nodeid,
            f"mark.asyncio got an unexpected loop scope value {scope!r}. Valid scopes are: {', '.join(LOOP_SCOPES)}.",
        )
    selected_factories(mark, nodeid)


def _fail(nodeid: str, text: str) -> NoReturn:
    former = _FORMERLY.get(text)
    pytest.fail(f"{nodeid}: {text}" + (f"\n{former}" if former else ""), pytrace=False)


def selected_factories(mark: pytest.Mark, nodeid: str) -> Sequence[str] | None:
    """Return ``loop_factories=`` of the marker; ``None`` when it names none."""
    names = mark.kwargs.get("loop_factories")
    if names is None:
        return None
    found: Sequence[Any] = ()
    if isinstance(names, Sequence) and not isinstance(names, str):
        found = cast("Sequence[Any]", names)  # type: ignore[redundant-cast]  # pyright does not find it redundant
    if not found or not all(isinstance(name, str) and name for name in found):
        _fail(nodeid, _WRONG_FACTORIES)
    return found
