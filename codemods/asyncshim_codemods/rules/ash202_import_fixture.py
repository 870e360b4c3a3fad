"""ASH202: ``from pytest_asyncio import fixture``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove, Replace
from asyncshim_codemods.markers import fixture_decorator as fx
from asyncshim_codemods.markers.fixture_decorator import FIXTURE, decorates_async, is_plain_use, kept_alive
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.pytest_names import from_pytest, other_import
from asyncshim_codemods.syntax.tree import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext


class ImportFixture(Rule):
    """The rule imports the decorator from pytest, under the same name, so no use has to change.

    If the statement imports other names as well, the uses become ``pytest.fixture`` and the rule removes the name from
    the import. It checks all uses in the file first and removes ``loop_scope`` from their arguments in the same step;
    if it cannot read one of them, it changes nothing. What ASH201 says about strict mode and loop scopes also applies
    here. An import from pytest in the next line gets the name.
    """

    code = "ASH202"
    name = "import-fixture"
    summary = "`fixture` comes from pytest, not from pytest_asyncio"
    safety = Safety.SAFE
    words = ("pytest_asyncio",)
    since = "0.17"
    examples = (
        Example(
            "The same name from pytest",
            before="""
                from pytest_asyncio import fixture as fx


                @fx(loop_scope="session", scope="session")
                async def pool():
                    yield 1
            """,
            after="""
                from pytest import fixture as fx


                @fx(scope="session")
                async def pool():
                    yield 1
            """,
        ),
        Example(
            "Together with another name",
            before="""
                from pytest_asyncio import fixture, is_async_test


                @fixture
                async def pool():
                    yield is_async_test
            """,
            after="""
                import pytest
                from pytest_asyncio import is_async_test


                @pytest.fixture
                async def pool():
                    yield is_async_test
            """,
        ),
        Example(
            "pytest's own decorator stays",
            before="""
                from pytest import fixture


                @fixture
                async def pool():
                    yield 1
            """,
        ),
        Example(
            "A name with two meanings needs manual review",
            before="""
                from pytest import fixture
                from pytest_asyncio import fixture


                @fixture
                async def pool():
                    yield 1
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every import of the decorator by name, and at those of all names."""
        for statement in file.index.imports:
            if not isinstance(statement, cst.ImportFrom) or statement.relative:
                continue
            if dotted(statement.module) not in {"pytest_asyncio", "pytest_asyncio.plugin"}:
                continue
            if isinstance(statement.names, cst.ImportStar):
                message = "a star import hides the names in use; name them, then run `migrate` again"
                yield Proposal(statement, message, Safety.MANUAL)
                continue
            for alias in statement.names:
                if dotted(alias.name) == "fixture":
                    yield self._proposal(file, statement, alias)

    def _proposal(self, file: FileContext, statement: cst.ImportFrom, alias: cst.ImportAlias) -> Proposal:
        name = alias.asname.name if alias.asname is not None else alias.name
        assert isinstance(name, cst.Name)
        scope = file.index.scope_of(statement)
        bindings = scope.bindings[name.value]
        uses = file.names.uses_in(name.value, scope)
        if any(file.names.of(each) != FIXTURE for each in uses) or len(bindings) > 1:
            return Proposal(alias, f"`{name.value}` has more than one meaning here; review it manually", Safety.MANUAL)
        edits: list[Edit] = []
        try:
            for use in uses:
                edits += fx.without_loop_scope(file, use)
        except fx.UnreadableError as reason:
            return Proposal(alias, f"in one use, {reason}; review it manually", Safety.MANUAL)
        only = not isinstance(statement.names, cst.ImportStar) and len(statement.names) == 1
        other = (
            None
            if not only or file.is_handed_on(name.value)
            else other_import(file, statement, name.value, "pytest.fixture")
        )
        if other is not None:
            edits += [Remove(alias), *(Replace(use, cst.Name(other)) for use in uses)]
        elif only:
            edits += from_pytest(file, statement, alias)
        elif file.is_exported(name.value):
            return Proposal(alias, f"`__all__` names `{name.value}`; review it manually", Safety.MANUAL)
        else:
            spelled = self._spelled_out(file, uses)
            if spelled is None:
                return Proposal(alias, "the name `pytest` means something else here; review it manually", Safety.MANUAL)
            edits += [*spelled, Remove(alias)]
        if file.stays_strict() and any(decorates_async(file, use) for use in uses):
            return Proposal(alias, file.why_strict, file.strict_safety, tuple(edits))
        if why := fx.other_scope(file, uses):
            return Proposal(alias, why, Safety.MANUAL)
        if not all(is_plain_use(file, use) for use in uses) or file.facts.used_elsewhere(file.path, name.value):
            message = "passed to other code as a value, which may call it with `loop_scope`"
            return Proposal(alias, message, Safety.UNSAFE, tuple(edits))
        if warning := kept_alive(file, uses):
            return Proposal(alias, warning, Safety.UNSAFE, tuple(edits))
        return Proposal(alias, "pytest's own `fixture` runs async fixtures as well", Safety.SAFE, tuple(edits))

    def _spelled_out(self, file: FileContext, uses: list[cst.Name]) -> list[Edit] | None:
        edits: list[Edit] = []
        for use in uses:
            found = file.imports.module("pytest", use)
            if found is None:
                return None
            module, imports = found
            edits += [Replace(use, cst.Attribute(cst.Name(module), cst.Name("fixture"))), *imports]
        return edits
