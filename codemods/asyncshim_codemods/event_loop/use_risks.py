"""The reasons against ``async def`` in what a function does with the loop."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.event_loop.finalizers import finalizers_of
from asyncshim_codemods.event_loop.hand_on import is_only_kept, only_hands_on, returns_loop, risks
from asyncshim_codemods.event_loop.uses import UseKind
from asyncshim_codemods.syntax.tree import CLOSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.event_loop.uses import LoopUse, Request
    from asyncshim_codemods.suite.file_context import FileContext


@dataclass(frozen=True, slots=True)
class Risk:
    """One reason against ``async def``. ``certain``: it cannot work, or would mean something else."""

    why: str
    certain: bool = False


def use_risks(file: FileContext, request: Request) -> Iterator[Risk]:
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
