"""ASH205: imports that this run leaves without a use."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.syntax.index import BindingKind
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import AcceptedEdits
    from asyncshim_codemods.suite.file_context import FileContext
    from asyncshim_codemods.syntax.index import Scope


class UnusedImport(Rule):
    """The rule removes an import if this run removes its last use. It ignores an import that had no use before.

    It keeps imports that other code may need: imports in an ``__init__.py``, names in ``__all__`` or in a string that
    is an annotation, imports written ``import a as a``, imports with ``noqa: F401``, and names that another file
    imports from this one. An import in a ``try`` stays and is reported, because the other branches depend on it.
    """

    code = "ASH205"
    name = "unused-import"
    summary = "an import that only removed code used"
    safety = Safety.SAFE
    words = ()
    since = "0.1"
    examples = (
        Example(
            "The last use is gone",
            before="""
                import pytest

                from app import answer


                @pytest.mark.asyncio
                async def test_answer():
                    assert await answer() == 42
            """,
            after="""
                from app import answer


                async def test_answer():
                    assert await answer() == 42
            """,
        ),
        Example(
            "It had no use before",
            before="""
                import asyncio

                import pytest


                @pytest.mark.slow
                async def test_answer():
                    ...
            """,
        ),
        Example(
            "A package exports it",
            before="""
                import pytest


                @pytest.mark.asyncio
                async def test_answer():
                    ...
            """,
            after="""
                import pytest


                async def test_answer():
                    ...
            """,
            path="tests/__init__.py",
        ),
    )

    def check(self, _file: FileContext, /) -> Iterator[Proposal]:
        """Propose nothing: unused imports are known only after all other rules."""
        yield from ()

    def finish(self, file: FileContext, done: AcceptedEdits, /) -> Iterator[Proposal]:
        """Look at every import whose uses are all gone."""
        if PurePosixPath(file.path).name == "__init__.py":
            return
        for scope in file.index.scopes.values():
            for name, bindings in scope.bindings.items():
                alias = bindings[0].node
                if len(bindings) != 1 or bindings[0].kind is not BindingKind.IMPORT or done.is_gone(alias):
                    continue
                assert isinstance(alias, cst.ImportAlias)
                if self._lost_its_uses(file, done, name, scope) and not self._is_handed_on(file, name, alias):
                    yield self._proposal(file, name, alias)

    def _lost_its_uses(self, file: FileContext, done: AcceptedEdits, name: str, scope: Scope) -> bool:
        if name in done.new_names:
            return False
        uses = file.names.uses_in(name, scope)
        return bool(uses) and all(done.is_gone(use) for use in uses)

    def _is_handed_on(self, file: FileContext, name: str, alias: cst.ImportAlias) -> bool:
        if alias.asname is not None and isinstance(alias.name, cst.Name) and alias.name.value == name:
            return True
        line = file.index.statement(alias)
        comment = line.trailing_whitespace.comment if isinstance(line, cst.SimpleStatementLine) else None
        if comment is not None and "F401" in comment.value:
            return True
        if file.facts.imported_elsewhere(file.path, name) or _in_type_comment(name, file.code):
            return True
        return any(_names(text_of(string), name) for string in file.index.strings)

    def _proposal(self, file: FileContext, name: str, alias: cst.ImportAlias) -> Proposal:
        if file.index.nearest(alias, cst.Try) is not None or file.index.nearest(alias, cst.TryStar) is not None:
            return Proposal(
                alias, f"`{name}` has no use any more, but is imported in a `try`; review it manually", Safety.MANUAL
            )
        return Proposal(alias, f"`{name}` has no use any more", Safety.SAFE, (Remove(alias),))


def _in_type_comment(name: str, code: bytes) -> bool:
    return b"# type:" in code and re.search(rb"# type:.*\b" + name.encode() + rb"\b", code) is not None


def _names(text: str | None, name: str) -> bool:
    """Return whether a string needs ``name``: an annotation, an entry of ``__all__``, a path, a doctest; not prose."""
    if text is None or name not in text:
        return False
    if ">>> " in text:
        return re.search(rf"^\s*(?:>>>|\.\.\.) .*\b{name}\b", text, re.MULTILINE) is not None
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    return any(name in {getattr(node, "id", None), getattr(node, "attr", None)} for node in ast.walk(tree))
