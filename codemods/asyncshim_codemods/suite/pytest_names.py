"""Classes of pytest that suites import from ``pytest_asyncio.plugin``, and the edits that import them from pytest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.import_names import adding
from asyncshim_codemods.edits.model import Modify, Remove, Replace
from asyncshim_codemods.project.import_style import style_for
from asyncshim_codemods.syntax.index import BindingKind
from asyncshim_codemods.syntax.tree import comments_in, dotted

if TYPE_CHECKING:
    from collections.abc import Callable

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext
    from asyncshim_codemods.syntax.index import Scope

# The limit of black and ruff without settings.
_WIDTH = 88

# What the plugin's module imports from pytest, under its public names.
PUBLIC = {
    name: name
    for name in (
        "Config",
        "FixtureRequest",
        "Function",
        "Item",
        "Mark",
        "MonkeyPatch",
        "Parser",
        "PytestCollectionWarning",
    )
} | {"SubRequest": "FixtureRequest", "Metafunc": "Metafunc", "PytestPluginManager": "PytestPluginManager"}


def public_attribute(file: FileContext, node: cst.Attribute) -> tuple[Edit, ...]:
    """Return the edits that make ``pytest.Name`` of an attribute of the module; none if this is not possible."""
    public = PUBLIC.get(node.attr.value)
    found = None if public is None else file.imports.module("pytest", node)
    if public is None or found is None or isinstance(file.index.parents[node], cst.AssignTarget | cst.Del):
        return ()
    return (Replace(node, _spelled_out(found[0], public)), *found[1])


def public_import(
    file: FileContext, alias: cst.ImportAlias, scope: Scope, goes: Callable[[cst.ImportAlias], bool]
) -> tuple[Edit, ...]:
    """Return the import from pytest under the same local name, or ``pytest.Name`` at each use if other names stay.

    ``goes`` tells which of the other names of the statement need no import at all.
    """
    statement = file.index.parents[alias]
    assert isinstance(statement, cst.ImportFrom)
    assert isinstance(alias.name, cst.Name)
    assert not isinstance(statement.names, cst.ImportStar)
    assert statement.module is not None
    public = PUBLIC[alias.name.value]
    local = alias.name if alias.asname is None else alias.asname.name
    assert isinstance(local, cst.Name)
    if all(dotted(each.name) in PUBLIC or goes(each) for each in statement.names):
        asname = cst.AsName(name=cst.Name(local.value)) if public != local.value else None
        new = alias.with_changes(name=cst.Name(public), asname=asname)
        return (Replace(statement.module, cst.Name("pytest")), Replace(alias, new))
    if file.is_handed_on(local.value):
        return ()
    edits: list[Edit] = [Remove(alias)]
    for use in file.names.uses_in(local.value, scope):
        found = file.imports.module("pytest", use)
        if found is None:
            return ()
        edits += [Replace(use, _spelled_out(found[0], public)), *found[1]]
    return tuple(edits)


def _spelled_out(module: str, name: str) -> cst.Attribute:
    return cst.Attribute(cst.Name(module), cst.Name(name))


def other_import(file: FileContext, statement: cst.ImportFrom, name: str, meaning: str) -> str | None:
    """Return another name under which the module imports ``meaning``, if it can replace every use of ``name``."""
    root = file.index.root
    if file.index.parents[file.index.statement(statement)] is not file.index.module:
        return None
    for other, bindings in root.bindings.items():
        is_import = len(bindings) == 1 and bindings[0].kind is BindingKind.IMPORT
        if other == name or not is_import or bindings[0].meaning != meaning:
            continue
        line = file.index.statement(bindings[0].node)
        homes = [file.names.homes(other, file.index.scope_of(use)) for use in file.names.uses_in(name, root)]
        if file.index.parents[line] is file.index.module and all(home == [root] for home in homes):
            return other
    return None


def from_pytest(file: FileContext, statement: cst.ImportFrom, alias: cst.ImportAlias) -> list[Edit]:
    """Return the edits that import the name from pytest, in this statement or in the one above or below."""
    if (joined := _joined(file, statement, alias)) is not None:
        return [Remove(alias), joined]
    assert statement.module is not None
    if above := _sorted_after(file, statement):
        # The lines change places, as import sorters want them.
        new = [statement.with_changes(module=cst.Name("pytest")), *above]
        return [Replace(old, each) for old, each in zip((*above, statement), new, strict=True)]
    return [Replace(statement.module, cst.Name("pytest"))]


def _sorted_after(file: FileContext, statement: cst.ImportFrom) -> list[cst.ImportFrom]:
    """Return the imports from pytest directly above a line whose first names sort after ``fixture``."""
    body = file.index.module.body
    at = next((number for number, each in enumerate(body) if each is file.index.parents[statement]), 0)
    found: list[cst.ImportFrom] = []
    while at and not comments_in(body[at]):
        at -= 1
        line = body[at]
        other = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None
        if not isinstance(other, cst.ImportFrom) or isinstance(other.names, cst.ImportStar) or other.relative:
            break
        first = dotted(other.names[0].name) or ""
        # Classes come before functions.
        is_one_line = not comments_in(line) and "\n" not in file.index.module.code_for_node(line).strip()
        if dotted(other.module) != "pytest" or not is_one_line or first[:1].isupper() or first <= "fixture":
            break
        found.insert(0, other)
    return found


def _joined(file: FileContext, statement: cst.ImportFrom, alias: cst.ImportAlias) -> Modify | None:
    """Return the edit that adds ``fixture`` to the import from pytest in the line above or below, as isort would."""
    line = file.index.parents[statement]
    body = file.index.module.body
    at = next((number for number, each in enumerate(body) if each is line), None)
    style = style_for(file.facts.import_styles, file.path)
    if at is None or style.single_line or (alias.asname is not None and not style.combine_as):
        return None
    written = file.index.module.code_for_node(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT))
    name = "fixture" if alias.asname is None else "fixture as " + written.rpartition(" ")[2]
    for each in (*body[max(at - 1, 0) : at], *body[at + 1 : at + 2]):
        other = each.body[0] if isinstance(each, cst.SimpleStatementLine) and len(each.body) == 1 else None
        if isinstance(other, cst.ImportFrom) and _takes(file, each, other, name, combine_as=style.combine_as):
            return Modify(other, adding("fixture", alias.asname), ("fixture",))
    return None


def _takes(file: FileContext, line: cst.CSTNode, other: cst.ImportFrom, name: str, *, combine_as: bool) -> bool:
    """Return whether it is an import from pytest on one line, which stays short, and whose style allows the name."""
    if other.relative or dotted(other.module) != "pytest" or isinstance(other.names, cst.ImportStar):
        return False
    code = file.index.module.code_for_node(line).strip()
    is_plain = (combine_as or all(each.asname is None for each in other.names)) and not comments_in(line)
    return is_plain and "\n" not in code and len(code) + len(f", {name}") <= _WIDTH
