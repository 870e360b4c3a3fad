"""Imports that no code of their file uses, or that may have lost their uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.syntax.index import BindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asyncshim_codemods.edits.model import AcceptedEdits
    from asyncshim_codemods.suite.file_context import FileContext
    from asyncshim_codemods.syntax.index import Binding

# The modules of pytest-asyncio that a suite imports for their names.
MODULES = frozenset({"pytest_asyncio", "pytest_asyncio.plugin"})


def idle_imports(file: FileContext, done: AcceptedEdits) -> Iterator[cst.ImportAlias]:
    """Yield the imports of the package itself, or of its module ``plugin``, that stay without a use in this file."""
    for scope in file.index.scopes.values():
        for name, bindings in scope.bindings.items():
            for binding in bindings:
                alias = binding.node
                if binding.kind is not BindingKind.IMPORT or binding.meaning not in MODULES or done.is_gone(alias):
                    continue
                if isinstance(alias, cst.ImportAlias) and all(map(done.is_gone, file.names.uses_in(name, scope))):
                    yield alias


def sole_imports(file: FileContext, bindings: Sequence[Binding]) -> list[cst.ImportAlias]:
    """Return the imports that bind a name; none if code binds it in another way, or in several branches of a `try`."""
    aliases = [each.node for each in bindings if each.kind is BindingKind.IMPORT]
    if len(aliases) != len(bindings) or (len(aliases) > 1 and any(is_in_try(file, each) for each in aliases)):
        return []
    return [alias for alias in aliases if isinstance(alias, cst.ImportAlias)]


def is_in_try(file: FileContext, node: cst.CSTNode) -> bool:
    """Return whether a node is inside a `try`."""
    return any(isinstance(each, cst.Try | cst.TryStar) for each in file.index.ancestors(node))
