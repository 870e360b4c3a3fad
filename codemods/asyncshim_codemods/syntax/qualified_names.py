"""The meaning of an expression: the dotted name of the imported object, proved through bindings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.syntax.index import BindingKind, ScopeKind
from asyncshim_codemods.syntax.tree import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asyncshim_codemods.syntax.index import Binding, Index, Scope

# Other paths to the same public object.
_SAME = {
    "_pytest.fixtures.fixture": "pytest.fixture",
    "_pytest.fixtures.yield_fixture": "pytest.yield_fixture",
    "_pytest.mark.MARK_GEN": "pytest.mark",
    "_pytest.mark.structures.MARK_GEN": "pytest.mark",
    "_pytest.mark.param": "pytest.param",
    "pytest_asyncio.plugin.fixture": "pytest_asyncio.fixture",
    "pytest_asyncio.plugin.is_async_test": "pytest_asyncio.is_async_test",
    "pytest_asyncio.plugin.pytest": "pytest",
    "pytest_asyncio.plugin.asyncio": "asyncio",
    "asyncio.events.get_running_loop": "asyncio.get_running_loop",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """``name`` is the certain meaning of an expression; ``possible`` holds its possible meanings if none is certain."""

    name: str | None
    possible: frozenset[str] = frozenset()


_UNKNOWN = Meaning(None)


class Names:
    """Answers about names in one file."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._cache: dict[cst.CSTNode, Meaning] = {}
        self._open: set[int] = set()
        self._places: dict[str, dict[Scope, list[cst.Name]]] = {}

    def of(self, node: cst.CSTNode | None) -> str | None:
        """Return the certain dotted name of ``node``, or None."""
        return None if node is None else self.meaning(node).name

    def may_be(self, node: cst.CSTNode, name: str) -> bool:
        """Return whether ``node`` may be ``name``: the name is rebound, bound in a ``try`` or by a star import."""
        return name in self.meaning(node).possible

    def meaning(self, node: cst.CSTNode) -> Meaning:
        """Return the meaning of ``node``, certain or not."""
        found = self._cache.get(node)
        if found is None:
            found = self._cache[node] = self._resolve(node)
        return found

    def _resolve(self, node: cst.CSTNode) -> Meaning:
        if isinstance(node, cst.Name):
            return self.lookup(node.value, self._index.scope_of(node))
        if isinstance(node, cst.Attribute):
            return _extend(self.meaning(node.value), node.attr.value)
        if isinstance(node, cst.Call):
            return self._call(node)
        return _UNKNOWN

    def _call(self, node: cst.Call) -> Meaning:
        """Return the meaning of ``getattr(x, "name")`` and ``pytest.importorskip("name")``."""
        texts = [text_of(arg.value) for arg in node.args]
        if isinstance(node.func, cst.Name) and node.func.value == "getattr" and len(texts) == 2 and texts[1]:
            return _extend(self.meaning(node.args[0].value), texts[1])
        if texts and texts[0] and self.of(node.func) == "pytest.importorskip":
            return Meaning(texts[0])
        return _UNKNOWN

    def lookup(self, name: str, scope: Scope) -> Meaning:
        """Return the meaning of ``name`` in ``scope``."""
        homes = self.homes(name, scope)
        if not homes:
            return Meaning(None, self._starred(name)) if self._index.star_imports else _UNKNOWN
        meanings = [self._binding(binding) for home in homes for binding in home.bindings[name]]
        sure = {meaning.name for meaning in meanings}
        if len(sure) == 1 and None not in sure:
            return meanings[0]
        maybe = {each for each in sure if each is not None}.union(*(meaning.possible for meaning in meanings))
        return Meaning(None, frozenset(maybe))

    def _starred(self, name: str) -> frozenset[str]:
        """Return the possible meanings of a name that only a star import can bind: itself, or a name of pytest."""
        modules = [dotted(each.module) for each in self._index.star_imports if not each.relative]
        return frozenset({name, *(f"{module}.{name}" for module in modules if module == "pytest")})

    def home(self, name: str, scope: Scope) -> Scope | None:
        """Return the scope that binds ``name`` for code in ``scope``; None for builtins and unknown names."""
        return next(iter(self.homes(name, scope)), None)

    def bindings_of(self, node: cst.Name) -> list[Binding]:
        """Return the bindings of the name at ``node``; none for builtins and unknown names."""
        home = self.home(node.value, self._index.scope_of(node))
        return [] if home is None else home.bindings[node.value]

    def homes(self, name: str, scope: Scope) -> list[Scope]:
        """Return the scopes that may bind ``name`` for code in ``scope``, nearest first.

        Only a class body has more than one: it reads the outer name until it binds the name itself.
        """
        found: list[Scope] = []
        first: Scope | None = scope
        current: Scope | None = scope
        while current is not None:
            if current.elsewhere.get(name) == "global":
                return [self._index.root] if name in self._index.root.bindings else found
            if name in current.bindings and (current is first or current.kind is not ScopeKind.CLASS):
                found.append(current)
                if current.kind is not ScopeKind.CLASS:
                    break
            if current.kind is ScopeKind.COMPREHENSION and first is current:
                first = current.parent
            current = current.parent
        return found

    def mentions(self, name: str, scope: Scope) -> list[cst.Name]:
        """Return the places that read or bind the name of this scope, or may read it."""
        binds = [node for node in self.belonging_to(name, scope) if node in self._index.stores]
        return [*binds, *self.uses_in(name, scope)]

    def belonging_to(self, name: str, scope: Scope) -> Sequence[cst.Name]:
        """Return the places that read or bind the name, and for which ``scope`` is the nearest that binds it."""
        return [node for node in self._in_scope(name, scope) if self.home(name, self._index.scope_of(node)) is scope]

    def uses_in(self, name: str, scope: Scope) -> list[cst.Name]:
        """Return the places that read the binding of ``name`` in ``scope``, or may read it."""
        return [node for node in self._in_scope(name, scope) if node not in self._index.stores]

    def _in_scope(self, name: str, scope: Scope) -> Sequence[cst.Name]:
        """Return the places of a name that ``scope`` may bind; all scopes of a name are searched at once."""
        places = self._places.get(name)
        if places is None:
            places = self._places[name] = defaultdict(list)
            for node in self._index.names.get(name, ()):
                for home in self.homes(name, self._index.scope_of(node)):
                    places[home].append(node)
        return places.get(scope, ())

    def _binding(self, binding: Binding) -> Meaning:
        if binding.kind is BindingKind.IMPORT and binding.meaning is not None:
            return Meaning(_SAME.get(binding.meaning, binding.meaning))
        if binding.kind is not BindingKind.ASSIGN or binding.value is None or id(binding) in self._open:
            return _UNKNOWN
        self._open.add(id(binding))
        try:
            return self.meaning(binding.value)
        finally:
            self._open.discard(id(binding))

    def uses(self, name: str) -> list[cst.Name | cst.Attribute]:
        """Return every expression that is certainly ``name``, also through an alias; bindings are not uses."""
        return [node for node in self._candidates(name) if self.of(node) == name]

    def doubtful(self, name: str) -> list[cst.Name | cst.Attribute]:
        """Return every expression that may be ``name``, but may also be something else."""
        return [node for node in self._candidates(name) if self.may_be(node, name)]

    def _candidates(self, name: str) -> Iterator[cst.Name | cst.Attribute]:
        """Yield candidates: attributes with the right last name, and names that are bound to such a thing."""
        yield from self._index.attributes.get(name.rpartition(".")[2], ())
        for bound in self._bound_to.get(name, ()):
            yield from (node for node in self._index.names.get(bound, ()) if node not in self._index.stores)

    @cached_property
    def _bound_to(self) -> dict[str, set[str]]:
        """The names that are bound to each meaning somewhere in the file."""
        found: dict[str, set[str]] = {}
        for scope in self._index.scopes.values():
            for bound, bindings in scope.bindings.items():
                for meaning in map(self._binding, bindings):
                    for each in (meaning.name, *meaning.possible):
                        if each is not None:
                            found.setdefault(each, set()).add(bound)
        return found


def _extend(meaning: Meaning, attribute: str) -> Meaning:
    if meaning.name is not None:
        full = f"{meaning.name}.{attribute}"
        return Meaning(_SAME.get(full, full))
    return Meaning(None, frozenset(f"{each}.{attribute}" for each in meaning.possible))


def text_of(node: cst.CSTNode | None) -> str | None:
    """Return the value of a plain string literal (also implicitly concatenated), else None."""
    if type(node) is cst.SimpleString and "\\" not in node.value and node.value[0] in "\"'":
        # The common case: LibCST would compile the literal to find its value.
        return node.value[len(node.quote) : -len(node.quote)]
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None
