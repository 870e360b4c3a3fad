"""The uses of markers in a file: their places, and what the arguments of ``@pytest.mark.asyncio`` ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim.history import OTHER_BACKEND_MARKS
from asyncshim_codemods.suite.file_context import argument, has_star_arguments
from asyncshim_codemods.syntax.index import BindingKind
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext

ASYNCIO = "pytest.mark.asyncio"
OTHER_BACKENDS = tuple(f"pytest.mark.{name}" for name in OTHER_BACKEND_MARKS)
SCOPES = ("function", "class", "module", "package", "session")
_KNOWN = {"scope", "loop_scope", "loop_factories", "forbid_global_loop", "accept_global_loop"}


@dataclass(frozen=True, slots=True, eq=False)
class MarkUse:
    """One use of the marker. ``whole`` is the mark with its call, if it has one."""

    name: cst.Name | cst.Attribute
    whole: cst.BaseExpression
    holder: cst.CSTNode

    @property
    def call(self) -> cst.Call | None:
        """The call, if the marker has one."""
        return self.whole if isinstance(self.whole, cst.Call) else None


class Keeps(Enum):
    """Why a marker cannot simply be removed."""

    NOTHING = auto()
    FACTORIES = auto()
    NARROW_LOOP = auto()
    WIDE_LOOP = auto()
    UNCLEAR = auto()


def mark_uses(file: FileContext, name: str = ASYNCIO) -> Iterator[MarkUse]:
    """Yield every use of the marker that is written out (not through an alias that the file itself assigns)."""
    for node in file.names.uses(name):
        if not is_local_alias(file, node):
            yield use_at(file, node)


def use_at(file: FileContext, node: cst.Name | cst.Attribute) -> MarkUse:
    """Return the use that ``node`` is the name of."""
    parent = file.index.parents[node]
    whole = parent if isinstance(parent, cst.Call) and parent.func is node else node
    return MarkUse(node, whole, file.index.parents[whole])


def is_local_alias(file: FileContext, node: cst.Name | cst.Attribute) -> bool:
    """Return whether ``node`` is a name that this file bound by assignment (``aio = pytest.mark.asyncio``)."""
    bindings = file.names.bindings_of(node) if isinstance(node, cst.Name) else []
    return any(each.kind is BindingKind.ASSIGN for each in bindings)


def keeps(file: FileContext, call: cst.Call | None) -> Keeps:
    """Return whether the marker's arguments ask for a loop that the suite's default would not give."""
    if call is None or not call.args:
        return Keeps.NOTHING
    if argument(call, "loop_factories") is not None:
        return Keeps.FACTORIES
    known = all(arg.keyword is not None and arg.keyword.value in _KNOWN for arg in call.args)
    if has_star_arguments(call) or not known:
        return Keeps.UNCLEAR
    default = file.settings.test_loop_scope or "function"
    scope = argument(call, "loop_scope") or argument(call, "scope")
    if scope is None:
        return Keeps.NOTHING
    wanted = text_of(scope.value)
    if file.facts.kept is not None and wanted != default:
        return Keeps.WIDE_LOOP
    if default == "function":
        return Keeps.NOTHING
    if wanted not in SCOPES or default not in SCOPES:
        return Keeps.UNCLEAR
    return Keeps.NARROW_LOOP if SCOPES.index(wanted) < SCOPES.index(default) else Keeps.NOTHING


def decorated(file: FileContext, use: MarkUse) -> cst.FunctionDef | cst.ClassDef | None:
    """Return the function or class that the marker decorates."""
    if not isinstance(use.holder, cst.Decorator):
        return None
    owner = file.index.parents[use.holder]
    return owner if isinstance(owner, cst.FunctionDef | cst.ClassDef) else None


class SlotKind(Enum):
    """How a mark is part of ``pytestmark``."""

    BARE = auto()
    ELEMENT = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One mark in a statement about ``pytestmark``. ``statement`` is the small statement, ``element`` the list's."""

    kind: SlotKind
    statement: cst.BaseSmallStatement
    element: cst.BaseElement | None = None
    sequence: cst.List | cst.Tuple | None = None


def slot_of(file: FileContext, use: MarkUse) -> Slot | None:
    """Return the place of the mark in a ``pytestmark`` statement; None when it stands somewhere else."""
    statement = next(
        (each for each in file.index.ancestors(use.whole) if isinstance(each, cst.BaseSmallStatement)), None
    )
    if statement is None or not _is_about_pytestmark(file, statement):
        return None
    holder = use.holder
    element: cst.BaseElement | None = None
    sequence: cst.List | cst.Tuple | None = None
    if isinstance(holder, cst.Element):
        parent = file.index.parents[holder]
        if isinstance(parent, cst.List | cst.Tuple):
            element, sequence, holder = holder, parent, file.index.parents[parent]
    kind = SlotKind.UNCLEAR
    if holder is statement or (isinstance(holder, cst.Arg) and _is_whole_argument(statement, holder)):
        kind = SlotKind.BARE if element is None else SlotKind.ELEMENT
    elif element is not None and isinstance(holder, cst.BinaryOperation):
        kind = SlotKind.ELEMENT
    return Slot(kind, statement, element, sequence)


def _is_whole_argument(statement: cst.BaseSmallStatement, holder: cst.Arg) -> bool:
    """Return whether ``holder`` is the one argument of ``pytestmark.append(…)`` or ``.extend(…)``."""
    return (
        isinstance(statement, cst.Expr)
        and isinstance(statement.value, cst.Call)
        and list(statement.value.args) == [holder]
    )


def _is_about_pytestmark(file: FileContext, statement: cst.BaseSmallStatement) -> bool:
    scope = file.index.scope_of(statement)
    if scope.node is not file.index.module and not isinstance(scope.node, cst.ClassDef):
        return False
    match statement:
        case cst.Assign(targets=targets):
            return len(targets) == 1 and _is_pytestmark(targets[0].target)
        case cst.AnnAssign(target=target) | cst.AugAssign(target=target):
            return _is_pytestmark(target)
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value="append" | "extend")))):
            return _is_pytestmark(value)
        case _:
            return False


def _is_pytestmark(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name) and node.value == "pytestmark"


def applies_to(file: FileContext, use: MarkUse) -> cst.CSTNode:
    """Return the function, class, module, ``parametrize`` or list of cases whose tests a marker is for."""
    owner = decorated(file, use)
    if owner is not None:
        return owner
    index = file.index
    if slot_of(file, use) is not None:
        return index.scope_of(use.whole).node
    return index.nearest(use.whole, cst.Decorator) or index.nearest(use.whole, cst.SimpleStatementLine) or use.whole


def foreign_mark(file: FileContext, function: cst.FunctionDef) -> str:
    """Return the marker of another backend that applies to the function, its classes or the module; or ""."""
    foreign = file.once(_foreign_places)
    around = (function, *file.index.ancestors(function)) if foreign else ()
    return next((foreign[each] for each in around if each in foreign), "")


def _foreign_places(file: FileContext) -> dict[cst.CSTNode, str]:
    """Return the functions, classes and modules with a marker of another backend, and that marker."""
    found: dict[cst.CSTNode, str] = {}
    for backend in OTHER_BACKENDS:
        for use in mark_uses(file, backend):
            place = applies_to(file, use)
            found[file.index.parents[place] if isinstance(place, cst.Decorator) else place] = backend
    return found
