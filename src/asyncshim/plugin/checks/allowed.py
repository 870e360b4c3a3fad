"""Code that may block the event loop: the tests with ``@pytest.mark.allow_blocking`` and the functions of an option."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

MARK = "allow_blocking"


def is_marked(item: pytest.Item) -> bool:
    """Return whether the test may block the loop."""
    return item.get_closest_marker(MARK) is not None


def check(item: pytest.Item) -> None:
    """Fail the test if its mark has arguments."""
    mark = item.get_closest_marker(MARK)
    if mark is not None and (mark.args or mark.kwargs):
        pytest.fail(f"{item.nodeid}: mark.{MARK} takes no arguments", pytrace=False)


def covers(functions: Iterable[tuple[str, str]], called: Iterable[tuple[str, str]]) -> bool:
    """Return whether one of *functions* is among those *called*; its name is enough, without that of its class."""
    known = set(functions)
    return bool(known) and any(
        (module, function) in known or (module, function.rpartition(".")[2]) in known for module, function in called
    )
