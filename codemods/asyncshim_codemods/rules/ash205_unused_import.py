"""ASH205: imports that this run leaves without a use."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.emptied import is_emptied
from asyncshim_codemods.suite.unused_imports import idle_imports, is_in_try, sole_imports
from asyncshim_codemods.syntax.names_in_text import is_named_in_string, is_named_in_type_comment
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import AcceptedEdits
    from asyncshim_codemods.suite.file_context import FileContext
    from asyncshim_codemods.syntax.index import Scope


_PLUGIN = "pytest_asyncio"
_IDLE = f"nothing in this file uses `{_PLUGIN}`; review manually whether the import can go"
_PASSED_ON = f"nothing in this file uses `{_PLUGIN}`, but another file may use it from here; review it manually"
_EMPTIED = "nothing is left of this module, but another file loads it; remove both manually"


class UnusedImport(Rule):
    """The rule removes an import if this run removes its last use. It ignores an import that had no use before.

    It keeps imports that other code may need: imports in an ``__init__.py``, names in ``__all__`` or in a string that
    is an annotation, imports written ``import a as a``, imports with ``noqa: F401``, and names that another file
    uses. An import in a ``try`` stays and is reported, because the other branches depend on it.

    A module of which nothing is left is reported if another file imports it or names it in ``pytest_plugins``. So is
    an import of ``pytest_asyncio`` that stays without a use, because pytest-asyncio cannot go before it.
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
        """Look at every import whose uses are all gone, and at each of pytest_asyncio that never had one."""
        found = () if PurePosixPath(file.path).name == "__init__.py" else tuple(self._without_use(file, done))
        yield from found
        if file.options.runner != "pytest-asyncio":
            message = _PASSED_ON if file.facts.used_elsewhere(file.path, _PLUGIN) else _IDLE
            known = {each.at for each in found}
            yield from (Proposal(at, message, Safety.MANUAL) for at in idle_imports(file, done) if at not in known)

    def _without_use(self, file: FileContext, done: AcceptedEdits) -> Iterator[Proposal]:
        if is_emptied(file, done) and file.facts.is_loaded_elsewhere(file.path):
            yield Proposal(file.index.module.body[0], _EMPTIED, Safety.MANUAL)
        for scope in file.index.scopes.values():
            for name, bindings in scope.bindings.items():
                aliases = sole_imports(file, bindings)
                if not aliases or not self._lost_its_uses(file, done, name, scope):
                    continue
                for alias in aliases:
                    if not done.is_gone(alias):
                        yield from self._proposals(file, done, name, alias)

    def _lost_its_uses(self, file: FileContext, done: AcceptedEdits, name: str, scope: Scope) -> bool:
        """Return whether there were uses, in the code or in strings such as annotations, and all of them are gone."""
        if name in done.new_names:
            return False
        uses = file.names.uses_in(name, scope)
        if uses:
            return all(done.is_gone(use) for use in uses)
        return any(done.is_gone(string) for string in _strings(file, name))

    def _proposals(
        self, file: FileContext, done: AcceptedEdits, name: str, alias: cst.ImportAlias
    ) -> Iterator[Proposal]:
        message = f"`{name}` has no use any more"
        if self._is_kept_on_purpose(file, done, name, alias) or file.facts.used_elsewhere(file.path, name):
            return
        if is_in_try(file, alias):
            yield Proposal(alias, f"{message}, but is imported in a `try`; review it manually", Safety.MANUAL)
        else:
            yield Proposal(alias, message, Safety.SAFE, (Remove(alias),))

    def _is_kept_on_purpose(self, file: FileContext, done: AcceptedEdits, name: str, alias: cst.ImportAlias) -> bool:
        if alias.asname is not None and isinstance(alias.name, cst.Name) and alias.name.value == name:
            return True
        line = file.index.statement(alias)
        comment = line.trailing_whitespace.comment if isinstance(line, cst.SimpleStatementLine) else None
        if comment is not None and "F401" in comment.value:
            return True
        if is_named_in_type_comment(name, file.code) and is_named_in_type_comment(name, done.module().bytes):
            return True
        return any(not done.is_gone(string) for string in _strings(file, name))


def _strings(file: FileContext, name: str) -> Iterator[cst.SimpleString]:
    """Yield the strings that need ``name``."""
    return (string for string in file.index.strings if is_named_in_string(name, text_of(string)))
