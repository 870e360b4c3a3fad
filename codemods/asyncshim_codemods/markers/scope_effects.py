"""Find tasks that may end earlier without a wide loop scope.

With asyncshim there is one loop. The loop scope of a test or fixture decides when the tasks end that it leaks:
without a wide one they end with the test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.markers.uses import SCOPES
from asyncshim_codemods.project.definitions import may_start
from asyncshim_codemods.project.leaks import find_leaks
from asyncshim_codemods.source.parse import parsed
from asyncshim_codemods.suite.file_context import argument
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import last_name

if TYPE_CHECKING:
    from asyncshim_codemods.suite.file_context import FileContext


def is_wider(scope: str | None, than: str | None) -> bool:
    """Return whether tasks in the loop scope ``scope`` live longer than in ``than``."""
    order = {each: position for position, each in enumerate(SCOPES)}
    return order.get(scope or "", len(SCOPES)) > order.get(than or "function", 0)


def leaked_by(file: FileContext, owner: cst.CSTNode) -> str:
    """Return the name of what may leak tasks or servers in a function, class or module, for a message, or ""."""
    own, known = file.once(_leaking)
    if not known:
        return ""
    for function in file.index.functions:
        if function.name.value in own and file.index.holds(owner, function):
            return f"`{function.name.value}`"
    for call in file.index.calls:
        name = last_name(call.func)
        if name in known and file.index.holds(owner, call):
            return f"`{name}`"
    if known and any(_inherits(each) for each in file.index.classes if file.index.holds(owner, each)):
        return f"`{min(known)}`"
    return ""


def ends_with(what: str, narrow: str, wide: str | None) -> str:
    """Return the message about that."""
    whole = f"the {wide}" if wide in SCOPES else "its loop scope"
    return f"{what} may leak tasks or servers, which would end with the {narrow} instead of {whole}"


def fixture_message(file: FileContext, call: cst.Call | None, loop_scope: cst.BaseExpression) -> str:
    """Return a message against the removal of this loop scope from a fixture decorator, or ""."""
    given = argument(call, "scope") if call is not None else None
    scope = "function" if given is None else text_of(given.value)
    wanted = text_of(loop_scope)
    default = file.settings.fixture_loop_scope
    stays = default if default in SCOPES and is_wider(default, scope) else scope
    if wanted == stays or (not is_wider(wanted, scope) and stays == scope):
        return ""
    decorator = file.index.nearest(loop_scope, cst.Decorator)
    owner = None if decorator is None else file.index.parents[decorator]
    found = leaked_by(file, owner or file.index.module)
    return ends_with(found, f"fixture's scope, the {stays}" if stays in SCOPES else "fixture", wanted) if found else ""


def _leaking(file: FileContext) -> tuple[frozenset[str], frozenset[str]]:
    """Return the functions of this file that may leak tasks or servers, and those of all files."""
    own: set[str] = set()
    code = file.code
    returning = file.facts.loops.returning
    if may_start(code) or any(each.removeprefix("await ").encode() in code for each in returning):
        tree = parsed(code)
        if tree is None:
            own.update(function.name.value for function in file.index.functions)
        else:
            own.update(find_leaks(tree, returning).leaking)
    others = (each.rpartition(":")[2] for each in file.facts.loops.leaking)
    return frozenset(own), frozenset(own.union(others))


def _inherits(node: cst.ClassDef) -> bool:
    return any(not (isinstance(base.value, cst.Name) and base.value.value == "object") for base in node.bases)
