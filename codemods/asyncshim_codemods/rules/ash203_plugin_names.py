"""ASH203: internal names of pytest-asyncio."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.markers.fixture_decorator import FIXTURE
from asyncshim_codemods.markers.roles import Role, marks
from asyncshim_codemods.markers.uses import is_local_alias
from asyncshim_codemods.project.own_names import PORTS
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.pytest_names import PUBLIC, public_attribute, public_import
from asyncshim_codemods.suite.unused_imports import MODULES
from asyncshim_codemods.syntax.index import BindingKind
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext
    from asyncshim_codemods.syntax.index import Binding, Scope

_IMPORTERS = {"import_module", "__import__"}


class PluginNames(Rule):
    """The rule replaces names from ``pytest_asyncio.plugin`` with their public names.

    Classes of pytest (``FixtureRequest``, also for the ``SubRequest`` of old releases) come from pytest. With asyncshim
    the port fixtures need no import, unless the import renames them or other code imports them from this file. All
    other names have no public replacement and are reported: ``is_async_test``, ``LoopFactory``, the mode, the wrappers,
    and the module itself if it is used as a value.
    """

    code = "ASH203"
    name = "plugin-names"
    summary = "an internal name of pytest-asyncio"
    safety = Safety.SAFE
    words = ("pytest_asyncio",)
    since = "0.1"
    examples = (
        Example(
            "A class of pytest",
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
            "A name without a public replacement needs manual review",
            before="""
                from pytest_asyncio.plugin import LoopFactory

                factories: list[LoopFactory] = []
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every name that is imported from pytest_asyncio, and at attributes of the module."""
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
                is_inside = full.rpartition(".")[0] in MODULES and file.names.of(node.value) in MODULES
                if is_inside and full not in {FIXTURE, *MODULES}:
                    edits = public_attribute(file, node)
                    if edits or file.index.enclosing_function(node) not in _hooks(file):
                        yield _judged(node, full, edits)
        yield from _whole(file)

    def _imported(self, file: FileContext, scope: Scope, binding: Binding) -> Proposal | None:
        alias = binding.node
        assert isinstance(alias, cst.ImportAlias)
        meaning = binding.meaning or ""
        original = meaning.rpartition(".")[2]
        if not isinstance(file.index.parents[alias], cst.ImportFrom) or original in {"fixture", "plugin"}:
            return None
        if _needs_no_import(file, alias, scope):
            return Proposal(alias, f"the fixture `{original}` needs no import", Safety.SAFE, (Remove(alias),))
        goes = partial(_needs_no_import, file, scope=scope)
        edits = public_import(file, alias, scope, goes) if original in PUBLIC else ()
        return None if not edits and _serves_hooks(file, alias, scope) else _judged(alias, meaning, edits)


def _judged(at: cst.CSTNode, full: str, edits: tuple[Edit, ...]) -> Proposal:
    name = full.rpartition(".")[2]
    if edits:
        return Proposal(at, f"`{name}` is pytest's own `{PUBLIC[name]}`", Safety.SAFE, edits)
    reason = "cannot be imported from pytest in this place" if name in PUBLIC else "has no public replacement"
    return Proposal(at, f"`{full}` {reason}", Safety.MANUAL)


def _whole(file: FileContext) -> Iterator[Proposal]:
    """Yield reports of the module as a value, because other code can reach all its names."""
    for module in sorted(MODULES):
        for use in file.names.uses(module):
            parent = file.index.parents[use]
            if not isinstance(parent, cst.Attribute) and not is_local_alias(file, use):
                yield Proposal(use, f"`{module}` itself is passed to other code; review manually", Safety.MANUAL)
    for call in file.index.calls:
        function = file.names.of(call.func) or dotted(call.func) or ""
        if call.args and function.rpartition(".")[2] in _IMPORTERS:
            name = text_of(call.args[0].value)
            if name in MODULES:
                yield Proposal(call.func, f"`{name}` is imported by a call; review manually", Safety.MANUAL)


def _serves_hooks(file: FileContext, alias: cst.ImportAlias, scope: Scope) -> bool:
    """Return whether only hooks that add the marker use the name: ASH107 reports those."""
    local = alias.name if alias.asname is None else alias.asname.name
    assert isinstance(local, cst.Name)
    uses = file.names.uses_in(local.value, scope)
    return bool(uses) and all(file.index.enclosing_function(use) in _hooks(file) for use in uses)


def _hooks(file: FileContext) -> set[cst.FunctionDef]:
    """Return the functions that add the marker to tests."""
    found = (file.index.enclosing_function(use.whole) for use in file.once(marks).of(Role.HOOK))
    return {function for function in found if function is not None}


def _needs_no_import(file: FileContext, alias: cst.ImportAlias, scope: Scope) -> bool:
    """Return whether the import only makes a port fixture available, as asyncshim does without it."""
    local = alias.name if alias.asname is None else alias.asname.name
    if dotted(alias.name) not in PORTS or file.options.runner != "asyncshim":
        return False
    if not isinstance(local, cst.Name) or local.value != dotted(alias.name) or file.is_handed_on(local.value):
        return False
    return not file.names.uses_in(local.value, scope)
