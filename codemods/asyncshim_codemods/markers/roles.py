"""The purpose of each use of the marker, and the edits that remove it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.markers.pytestmark import slot_edits
from asyncshim_codemods.markers.returned_coroutines import unawaited
from asyncshim_codemods.markers.scope_effects import ends_with, is_wider, leaked_by
from asyncshim_codemods.markers.selection import changes_selection
from asyncshim_codemods.markers.uses import (
    ASYNCIO,
    OTHER_BACKENDS,
    Keeps,
    MarkUse,
    SlotKind,
    applies_to,
    decorated,
    keeps,
    mark_uses,
    slot_of,
    use_at,
)
from asyncshim_codemods.project.imports_and_aliases import resolve
from asyncshim_codemods.results import Safety
from asyncshim_codemods.suite.file_context import KEPT, argument, is_async
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext


class Role(Enum):
    """The kind of a use, which decides the rule for it."""

    TEST = auto()
    FIXTURE = auto()
    SYNC = auto()
    PYTESTMARK = auto()
    PARAM = auto()
    ALIAS = auto()
    HOOK = auto()
    OTHER = auto()


REMOVABLE = frozenset({Role.TEST, Role.FIXTURE, Role.SYNC, Role.PYTESTMARK, Role.PARAM})


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The uses of the marker in one file, by role, and the local names that stand for it."""

    uses: tuple[tuple[MarkUse, Role], ...]
    aliases: tuple[Alias, ...]
    removable: frozenset[cst.CSTNode]

    def of(self, role: Role) -> list[MarkUse]:
        """Return the uses written out that have this role."""
        return [use for use, each in self.uses if each is role]


@dataclass(frozen=True, slots=True, eq=False)
class Alias:
    """``name = pytest.mark.asyncio(…)``: the statement, the marker in it, and every use of the name."""

    statement: cst.Assign | cst.AnnAssign
    target: cst.Name
    marker: MarkUse
    uses: tuple[tuple[MarkUse, Role], ...]


def marks(file: FileContext) -> Marks:
    """Return all uses of the marker; use ``file.once(marks)``."""
    uses = tuple((use, role_of(file, use)) for use in mark_uses(file))
    aliases = tuple(_alias(file, use) for use, role in uses if role is Role.ALIAS)
    every = [*uses, *(each for alias in aliases for each in alias.uses)]
    removable = frozenset(
        use.whole for use, role in every if role in REMOVABLE and keeps(file, use.call) is Keeps.NOTHING
    )
    return Marks(uses, aliases, removable)


def role_of(file: FileContext, use: MarkUse) -> Role:
    """Return the purpose of the marker, which depends on its place."""
    owner = decorated(file, use)
    if isinstance(owner, cst.FunctionDef):
        if file.is_fixture(owner):
            return Role.FIXTURE
        return Role.TEST if is_async(owner) else Role.SYNC
    if owner is not None:
        return Role.TEST
    if slot_of(file, use) is not None:
        return Role.PYTESTMARK
    if _param_argument(file, use) is not None:
        return Role.PARAM
    if file.index.enclosing_function(use.whole) is not None:
        return Role.HOOK
    return Role.OTHER if _target(use) is None else Role.ALIAS


def _target(use: MarkUse) -> cst.Name | None:
    """Return the one name that the marker is assigned to."""
    match use.holder:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)]):
            return target
        case cst.AnnAssign(target=cst.Name() as target):
            return target
        case _:
            return None


def _alias(file: FileContext, use: MarkUse) -> Alias:
    target = _target(use)
    assert target is not None
    assert isinstance(use.holder, cst.Assign | cst.AnnAssign)
    home = file.index.scope_of(use.holder)
    found: list[tuple[MarkUse, Role]] = []
    for name in file.names.mentions(target.value, home):
        if name is not target:
            each = use_at(file, name)
            rebound = len(home.bindings[target.value]) > 1
            found.append((each, Role.OTHER if rebound else role_of(file, each)))
    return Alias(use.holder, target, use, tuple(found))


def imported_aliases(file: FileContext) -> Iterator[tuple[str, cst.ImportAlias, tuple[tuple[MarkUse, Role], ...]]]:
    """Yield aliases of the marker that this file imports from the project, with their imports and uses."""
    folder = file.path.rpartition("/")[0]
    for name, bindings in file.index.root.bindings.items():
        node = bindings[0].node
        if len(bindings) > 1 or not isinstance(node, cst.ImportAlias) or bindings[0].meaning is None:
            continue
        module, _, taken = bindings[0].meaning.rpartition(".")
        module = resolve(folder, module or "." * bindings[0].meaning.count("."))
        known = [alias for alias in file.facts.aliases if alias.name == taken and alias.is_imported_by(module, taken)]
        if len(known) == 1 and isinstance(file.index.parents[node], cst.ImportFrom):
            uses = [use_at(file, use) for use in file.names.uses_in(name, file.index.root)]
            if keeps(file, _parsed(known[0].arguments)) is Keeps.NOTHING:
                yield name, node, tuple((use, role_of(file, use)) for use in uses)


def _parsed(arguments: str) -> cst.Call | None:
    call = cst.parse_expression(f"mark{arguments}") if arguments else None
    return call if isinstance(call, cst.Call) else None


def _param_argument(file: FileContext, use: MarkUse) -> cst.Arg | None:
    """Return the ``marks=`` argument of ``pytest.param`` that the marker is, or is an element of."""
    holder = use.holder
    if isinstance(holder, cst.Element):
        holder = file.index.parents[file.index.parents[holder]]
    if not isinstance(holder, cst.Arg) or holder.keyword is None or holder.keyword.value != "marks":
        return None
    call = file.index.parents[holder]
    return holder if isinstance(call, cst.Call) and file.names.of(call.func) == "pytest.param" else None


def edits_for(
    file: FileContext, use: MarkUse, role: Role, removable: Collection[cst.CSTNode]
) -> tuple[Edit, ...] | None:
    """Return the edits that remove the marker, or None if its place cannot be read or is needed.

    ``removable`` holds every mark of the file to remove, so that a list of only these is removed as a whole.
    """
    if role in {Role.TEST, Role.FIXTURE, Role.SYNC}:
        return (Remove(use.holder),)
    if role is Role.PYTESTMARK:
        place = slot_of(file, use)
        return None if place is None or place.kind is SlotKind.UNCLEAR else slot_edits(file, place, removable)
    argument = _param_argument(file, use) if role is Role.PARAM else None
    if argument is None:
        return None
    if not isinstance(argument.value, cst.List | cst.Tuple):
        return (Remove(argument),)
    others = [element for element in argument.value.elements if element.value not in removable]
    return (Remove(use.holder),) if others else (Remove(argument),)


def strip(file: FileContext, use: MarkUse, role: Role, edits: tuple[Edit, ...], message: str) -> Proposal | None:
    """Return the proposal to remove one marker, or a report if another backend's marker applies to the same tests."""
    return claimed_by(file, use) or removal(file, use, edits, message, leak_warning(file, use, [(use, role)]))


def claimed_by(file: FileContext, use: MarkUse) -> Proposal | None:
    """Return a report if a marker of another backend applies to the same tests."""
    ours = applies_to(file, use)
    places = {ours, *file.index.ancestors(ours)}
    for backend in OTHER_BACKENDS:
        for other in mark_uses(file, backend):
            if applies_to(file, other) in places:
                message = f"`{backend}` applies to the same tests; keep the right marker"
                return Proposal(use.name, message, Safety.MANUAL)
    return None


def leak_warning(file: FileContext, use: MarkUse, uses: Iterable[tuple[MarkUse, Role]]) -> str:
    """Return a message about what a marker's wide loop scope keeps alive, or "".

    ``uses`` are its places: one, or all those of an alias.
    """
    if use.call is None:
        return ""
    scope = argument(use.call, "loop_scope") or argument(use.call, "scope")
    wanted = None if scope is None else text_of(scope.value)
    if scope is None or not is_wider(wanted, file.settings.test_loop_scope):
        return ""
    for each, role in uses:
        if role in {Role.TEST, Role.PYTESTMARK, Role.PARAM}:
            owner = applies_to(file, each)
            if isinstance(owner, cst.Decorator):
                owner = file.index.parents[owner]
            is_known = isinstance(owner, cst.FunctionDef | cst.ClassDef)
            found = leaked_by(file, owner if is_known else file.index.module)
            if found:
                return ends_with(found, "test", wanted)
    return ""


def doubtful(file: FileContext) -> Iterator[tuple[MarkUse, Role]]:
    """Yield uses of names that may stand for the marker."""
    for node in file.names.doubtful(ASYNCIO):
        use = use_at(file, node)
        yield use, role_of(file, use)


def removal(
    file: FileContext, use: MarkUse, edits: tuple[Edit, ...], message: str, leak_warning: str = ""
) -> Proposal | None:
    """Return the proposal to remove a marker with these edits, if its arguments and the suite's mode allow it.

    None for a marker that requests a separate loop (ASH108). ``leak_warning`` says what ends earlier without it.
    """
    reason = keeps(file, use.call)
    if reason in {Keeps.FACTORIES, Keeps.NARROW_LOOP}:
        return None
    if reason is Keeps.UNCLEAR:
        return Proposal(use.name, "the marker's arguments cannot be read here; review it manually", Safety.MANUAL)
    if reason is Keeps.WIDE_LOOP:
        return Proposal(use.name, f"{KEPT}, and its auto mode does not choose this loop scope", Safety.MANUAL)
    if file.stays_strict():
        return Proposal(use.name, file.why_strict, file.strict_safety, edits)
    why = unawaited(file, use)
    if why is not None and (why.is_certain or file.facts.kept is not None):
        return Proposal(use.name, why.text, Safety.MANUAL)
    if doubt := leak_warning or (why.text if why else changes_selection(file, use)):
        return Proposal(use.name, doubt, Safety.UNSAFE, edits)
    return Proposal(use.name, message, Safety.SAFE, edits)
