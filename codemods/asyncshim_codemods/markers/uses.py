"""Shared by the rules about ``@pytest.mark.asyncio``: its uses in a file, and what its arguments ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.results import Safety
from asyncshim_codemods.suite.file_context import argument, has_star_arguments
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.scopes import BindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext

ASYNCIO = "pytest.mark.asyncio"
OTHER_BACKENDS = (
    "pytest.mark.anyio",
    "pytest.mark.trio",
    "pytest.mark.twisted",
    "pytest.mark.tornado",
    "pytest.mark.gen_test",  # pytest-tornado's
)
SCOPES = ("function", "class", "module", "package", "session")
_KNOWN = {"scope", "loop_scope", "loop_factories", "forbid_global_loop", "accept_global_loop"}


@dataclass(frozen=True, slots=True, eq=False)
class MarkUse:
    """One place that names the marker. ``whole`` is the mark with its call, if it is called."""

    name: cst.Name | cst.Attribute
    whole: cst.BaseExpression
    holder: cst.CSTNode

    @property
    def call(self) -> cst.Call | None:
        """The call, where the marker got arguments."""
        return self.whole if isinstance(self.whole, cst.Call) else None


class Keeps(Enum):
    """Why a marker means more than "this is a coroutine", so that it cannot just go."""

    NOTHING = auto()
    FACTORIES = auto()
    NARROW_LOOP = auto()
    UNCLEAR = auto()


def mark_uses(file: FileContext, name: str = ASYNCIO) -> Iterator[MarkUse]:
    """Every use of the marker that is written out (not through an alias that the file itself assigns)."""
    for node in file.names.uses(name):
        if not is_local_alias(file, node):
            yield use_at(file, node)


def use_at(file: FileContext, node: cst.Name | cst.Attribute) -> MarkUse:
    """The use that ``node`` is the name of."""
    parent = file.index.parents[node]
    whole = parent if isinstance(parent, cst.Call) and parent.func is node else node
    return MarkUse(node, whole, file.index.parents[whole])


def is_local_alias(file: FileContext, node: cst.Name | cst.Attribute) -> bool:
    """Whether ``node`` is a name that this file bound by assignment (``aio = pytest.mark.asyncio``)."""
    if not isinstance(node, cst.Name):
        return False
    home = file.names.home(node.value, file.index.scope_of(node))
    return home is not None and any(each.kind is BindingKind.ASSIGN for each in home.bindings[node.value])


def keeps(file: FileContext, call: cst.Call | None) -> Keeps:
    """Whether the marker's arguments ask for a loop that the suite's default would not give."""
    if call is None or not call.args:
        return Keeps.NOTHING
    if argument(call, "loop_factories") is not None:
        return Keeps.FACTORIES
    known = all(arg.keyword is not None and arg.keyword.value in _KNOWN for arg in call.args)
    if has_star_arguments(call) or not known:
        return Keeps.UNCLEAR
    default = file.settings.test_loop_scope or "function"
    scope = argument(call, "loop_scope") or argument(call, "scope")
    if scope is None or default == "function":
        return Keeps.NOTHING
    wanted = text_of(scope.value)
    if wanted not in SCOPES or default not in SCOPES:
        return Keeps.UNCLEAR
    return Keeps.NARROW_LOOP if SCOPES.index(wanted) < SCOPES.index(default) else Keeps.NOTHING


def decorated(file: FileContext, use: MarkUse) -> cst.FunctionDef | cst.ClassDef | None:
    """The function or class that the marker decorates."""
    if not isinstance(use.holder, cst.Decorator):
        return None
    owner = file.index.parents[use.holder]
    return owner if isinstance(owner, cst.FunctionDef | cst.ClassDef) else None


def removal(
    file: FileContext, use: MarkUse, edits: tuple[Edit, ...], message: str, outliving: str = ""
) -> Proposal | None:
    """The proposal to take a marker away with these edits, as far as its arguments and the suite's mode allow it.

    None for a marker that isolates: that is ASH108's. ``outliving`` says what would live shorter without the marker.
    """
    reason = keeps(file, use.call)
    if reason in {Keeps.FACTORIES, Keeps.NARROW_LOOP}:
        return None
    if reason is Keeps.UNCLEAR:
        return Proposal(use.name, "the marker's arguments cannot be read here; left as it is", Safety.MANUAL)
    if file.stays_strict():
        return Proposal(use.name, file.why_strict, Safety.UNSAFE, edits)
    if outliving:
        return Proposal(use.name, outliving, Safety.UNSAFE, edits)
    return Proposal(use.name, message, Safety.SAFE, edits)
