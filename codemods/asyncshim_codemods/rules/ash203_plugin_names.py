"""ASH203: names taken from the inside of pytest-asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.bindings import dotted
from asyncshim_codemods.edits import Proposal, Remove, Replace
from asyncshim_codemods.fixture_uses import FIXTURE
from asyncshim_codemods.marker_roles import Role, marks
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.scopes import BindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits import Edit
    from asyncshim_codemods.file_context import FileContext
    from asyncshim_codemods.scopes import Binding, Scope

# What the plugin's module imported from pytest itself, under the names that pytest makes public.
_PUBLIC = {
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
_PORTS = {"unused_tcp_port", "unused_udp_port", "unused_tcp_port_factory", "unused_udp_port_factory"}


class PluginNames(Rule):
    """Whatever a suite took from ``pytest_asyncio.plugin`` comes from where it really lives.

    Classes of pytest's (``FixtureRequest``, also for the ``SubRequest`` of old releases) come from pytest. The port
    fixtures need no import at all under asyncshim. Everything else has no public home and is reported:
    ``is_async_test``, ``LoopFactory``, the mode, the wrappers. A name counts as taken when it is imported; one that is
    reached through the module is only reported.
    """

    code = "ASH203"
    name = "plugin-names"
    summary = "a name from the inside of pytest-asyncio"
    safety = Safety.SAFE
    since = "0.1"
    examples = (
        Example(
            "A class of pytest's",
            before="""
                from pytest_asyncio.plugin import SubRequest


                def port(request: SubRequest) -> int:
                    return request.param
            """,
            after="""
                from pytest import FixtureRequest as SubRequest


                def port(request: SubRequest) -> int:
                    return request.param
            """,
        ),
        Example(
            "A fixture that the plugin provides",
            before="""
                from pytest_asyncio.plugin import unused_tcp_port


                def test_port(unused_tcp_port):
                    assert unused_tcp_port
            """,
            after="""
                def test_port(unused_tcp_port):
                    assert unused_tcp_port
            """,
        ),
        Example(
            "A name without a public home is left to you",
            before="""
                from pytest_asyncio.plugin import LoopFactory

                factories: list[LoopFactory] = []
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every name that is imported from pytest_asyncio, and at those reached through it."""
        for scope in file.index.scopes.values():
            for bindings in scope.bindings.values():
                for binding in bindings:
                    if binding.kind is BindingKind.IMPORT and (binding.meaning or "").startswith("pytest_asyncio."):
                        found = self._imported(file, scope, binding)
                        if found is not None:
                            yield found
        for nodes in file.index.attributes.values():
            for node in nodes:
                full = file.names.of(node) or ""
                if full.startswith("pytest_asyncio.") and full not in {FIXTURE, "pytest_asyncio.plugin"}:
                    inner = file.names.of(node.value) or ""
                    if inner in {"pytest_asyncio", "pytest_asyncio.plugin"}:
                        yield Proposal(node, f"`{full}` has no public replacement", Safety.MANUAL)

    def _imported(self, file: FileContext, scope: Scope, binding: Binding) -> Proposal | None:
        alias = binding.node
        assert isinstance(alias, cst.ImportAlias)
        statement = file.index.parents[alias]
        meaning = binding.meaning or ""
        original = meaning.rpartition(".")[2]
        if not isinstance(statement, cst.ImportFrom) or original in {"fixture", "plugin"}:
            return None
        if _needs_no_import(file, alias, scope):
            return Proposal(alias, f"the fixture `{original}` needs no import", Safety.SAFE, (Remove(alias),))
        edits = _from_pytest(file, statement, alias, scope) if original in _PUBLIC else ()
        if edits:
            return Proposal(alias, f"`{original}` is pytest's own `{_PUBLIC[original]}`", Safety.SAFE, edits)
        if _serves_hooks(file, alias, scope):
            return None
        return Proposal(alias, f"`{meaning}` has no public replacement", Safety.MANUAL)


def _serves_hooks(file: FileContext, alias: cst.ImportAlias, scope: Scope) -> bool:
    """Whether the name is used in hooks that add the marker, and nowhere else: ASH107 speaks for those as a whole."""
    local = alias.name if alias.asname is None else alias.asname.name
    if not isinstance(local, cst.Name):
        return False
    hooks = {file.index.enclosing_function(use.whole) for use in file.once(marks).of(Role.HOOK)}
    uses = file.names.uses_in(local.value, scope)
    return bool(uses) and all(file.index.enclosing_function(use) in hooks for use in uses)


def _needs_no_import(file: FileContext, alias: cst.ImportAlias, scope: Scope) -> bool:
    """Whether a port fixture is imported only to be known, which it is under asyncshim."""
    local = alias.name if alias.asname is None else alias.asname.name
    if dotted(alias.name) not in _PORTS or file.options.runner != "asyncshim":
        return False
    return isinstance(local, cst.Name) and not file.names.uses_in(local.value, scope)


def _from_pytest(
    file: FileContext, statement: cst.ImportFrom, alias: cst.ImportAlias, scope: Scope
) -> tuple[Edit, ...]:
    """The import from pytest under the same local name, or ``pytest.Name`` at each use where other names stay."""
    assert isinstance(alias.name, cst.Name)
    assert not isinstance(statement.names, cst.ImportStar)
    assert statement.module is not None
    public = _PUBLIC[alias.name.value]
    local = alias.name if alias.asname is None else alias.asname.name
    assert isinstance(local, cst.Name)
    if all(dotted(each.name) in _PUBLIC or _needs_no_import(file, each, scope) for each in statement.names):
        asname = cst.AsName(name=cst.Name(local.value)) if public != local.value else None
        new = alias.with_changes(name=cst.Name(public), asname=asname)
        return (Replace(statement.module, cst.Name("pytest")), Replace(alias, new))
    edits: list[Edit] = [Remove(alias)]
    for use in file.names.uses_in(local.value, scope):
        found = file.imports.module("pytest", use)
        if found is None:
            return ()
        edits += [Replace(use, cst.Attribute(cst.Name(found[0]), cst.Name(public))), *found[1]]
    return tuple(edits)
