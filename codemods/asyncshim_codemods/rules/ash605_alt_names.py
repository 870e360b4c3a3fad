"""ASH605: names that are imported from alt-pytest-asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.project.alt_names import advice
from asyncshim_codemods.project.alt_uses import MODULE
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.syntax.index import BindingKind
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import AcceptedEdits
    from asyncshim_codemods.suite.file_context import FileContext


class AltNames(Rule):
    """Each name that a file takes from ``alt_pytest_asyncio`` needs manual review; the message says what to do.

    ``Loop`` and ``OverrideLoop`` give tests a loop of their own, ``run_coro_as_main`` runs a program, and
    ``AltPytestAsyncioPlugin`` runs a session on a given loop: asyncshim has other ways, which are not the same in
    every detail. Until they are rewritten, asyncshim runs them as they are.

    If ASH601 removes the last annotation with ``AsyncTimeout``, its alias and the import are removed with it.
    """

    code = "ASH605"
    name = "alt-names"
    summary = "a name that is imported from alt_pytest_asyncio"
    safety = Safety.MANUAL
    since = "0.5"
    words = (MODULE,)
    examples = (
        Example(
            "A loop of its own",
            before="""
                import pytest
                from alt_pytest_asyncio import Loop


                @pytest.fixture
                def custom_loop():
                    with Loop() as custom_loop:
                        yield custom_loop
            """,
        ),
        Example(
            "An alias for annotations",
            before="""
                import alt_pytest_asyncio
                import pytest

                AsyncTimeout = alt_pytest_asyncio.protocols.AsyncTimeout


                @pytest.mark.slow
                async def test_answer(client, async_timeout: AsyncTimeout):
                    assert await client.answer() == 42
            """,
            after="""
                import pytest


                @pytest.mark.slow
                async def test_answer(client):
                    assert await client.answer() == 42
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every import of the package, and at the attributes of the imported module."""
        if file.options.runner == "alt-pytest-asyncio":
            return
        for statement in file.index.imports:
            for at, name in _imported(statement):
                message = f"`{name}` is alt-pytest-asyncio's: {advice(name, file.options.runner)}"
                yield Proposal(at, message, Safety.MANUAL)
        for call in file.index.calls:
            if (
                call.args
                and _is_ours(text_of(call.args[0].value) or "")
                and file.names.of(call.func) in {"pytest.importorskip", "importlib.import_module"}
            ):
                message = f"this fails or skips the module when {MODULE} is gone: remove it"
                yield Proposal(call.func, message, Safety.MANUAL)

    def finish(self, file: FileContext, done: AcceptedEdits, /) -> Iterator[Proposal]:
        """Look at aliases and imports whose uses are all gone."""
        if file.options.runner == "alt-pytest-asyncio":
            return
        root = file.index.root
        for name, bindings in root.bindings.items():
            if len(bindings) != 1 or not _is_of_package(file, bindings[0].node, name):
                continue
            uses = file.names.uses_in(name, root)
            if not uses or not all(done.is_gone(use) for use in uses) or file.is_handed_on(name):
                continue
            if file.facts.used_elsewhere(file.path, name) or name in done.new_names:
                continue
            node = _removable(file, bindings[0].node, bindings[0].kind)
            if node is not None and not done.is_gone(node):
                yield Proposal(node, f"`{name}` has no use any more", Safety.SAFE, (Remove(node),))


def _imported(statement: cst.Import | cst.ImportFrom) -> Iterator[tuple[cst.CSTNode, str]]:
    """Yield what a statement imports from the package: the node, and the last part of the name."""
    if isinstance(statement, cst.Import):
        for alias in statement.names:
            if _is_ours(dotted(alias.name) or ""):
                yield alias, (dotted(alias.name) or "").rpartition(".")[2]
    elif not statement.relative and _is_ours(dotted(statement.module) or ""):
        if isinstance(statement.names, cst.ImportStar):
            yield statement, "*"
        else:
            yield from ((alias, dotted(alias.name) or "") for alias in statement.names)


def _is_ours(name: str) -> bool:
    return name == MODULE or name.startswith(f"{MODULE}.")


def _is_of_package(file: FileContext, node: cst.CSTNode, name: str) -> bool:
    return _is_ours(file.names.lookup(name, file.index.scope_of(node)).name or "")


def _removable(file: FileContext, node: cst.CSTNode, kind: BindingKind) -> cst.CSTNode | None:
    """Return the alias of an import, or a plain assignment to one name, that stands directly in the module."""
    if file.index.parent(file.index.statement(node)) is not file.index.module:
        return None
    if kind is BindingKind.IMPORT:
        return node if isinstance(node, cst.ImportAlias) else None
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name())]):
            return node
        case _:
            return None
