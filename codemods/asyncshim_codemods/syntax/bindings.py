"""Builds the index of a tree in one walk: a table says what each kind of node binds.

A handler returns whether the walk continues into the node's children by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import libcst as cst

from asyncshim_codemods.syntax.index import Binding, BindingKind, Index, Scope, ScopeKind
from asyncshim_codemods.syntax.tree import LEAVES, all_parameters, child_fields, dotted

if TYPE_CHECKING:
    from collections.abc import Callable

    Handler = Callable[[Index, cst.CSTNode, Scope], bool]


def bind_target(index: Index, target: cst.CSTNode, scope: Scope, binding: Binding) -> None:
    """Bind every name that assigning to ``target`` binds."""
    if isinstance(target, cst.Name):
        index.stores.add(target)
        scope.bind(target.value, binding)
    elif isinstance(target, cst.Tuple | cst.List):
        unpacked = Binding(BindingKind.OTHER, binding.node)
        for element in target.elements:
            bind_target(index, element.value, scope, unpacked)


def _name(index: Index, node: cst.CSTNode, _scope: Scope) -> bool:
    name = cast("cst.Name", node)
    index.names[name.value].append(name)
    return False


def _attribute(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    attribute = cast("cst.Attribute", node)
    index.attributes[attribute.attr.value].append(attribute)
    index.parents[attribute.attr] = attribute
    index.push(attribute.value, attribute, scope)
    return False


def _string(index: Index, node: cst.CSTNode, _scope: Scope) -> bool:
    index.strings.append(cast("cst.SimpleString", node))
    return False


def _call(index: Index, node: cst.CSTNode, _scope: Scope) -> bool:
    index.calls.append(cast("cst.Call", node))
    return True


def _arg(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    index.push(cast("cst.Arg", node).value, node, scope)
    return False


def _own_alias(index: Index, statement: cst.CSTNode, alias: cst.ImportAlias) -> None:
    index.parents[alias] = statement
    index.parents[alias.name] = alias
    if alias.asname is not None:
        index.parents[alias.asname] = alias


def _import(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    statement = cast("cst.Import", node)
    index.imports.append(statement)
    for alias in statement.names:
        _own_alias(index, statement, alias)
        full = dotted(alias.name) or ""
        name = full.split(".", 1)[0]
        if alias.asname is None:
            scope.bind(name, Binding(BindingKind.IMPORT, alias, name))
        else:
            bind_target(index, alias.asname.name, scope, Binding(BindingKind.IMPORT, alias, full))
    return False


def _import_from(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    statement = cast("cst.ImportFrom", node)
    index.imports.append(statement)
    if statement.module is not None:
        index.parents[statement.module] = statement
    module = "." * len(statement.relative) + (dotted(statement.module) or "")
    if isinstance(statement.names, cst.ImportStar):
        index.star_imports.append(statement)
        return False
    for alias in statement.names:
        _own_alias(index, statement, alias)
        name = dotted(alias.name) or ""
        full = module + name if module.endswith(".") else f"{module}.{name}"
        target = alias.name if alias.asname is None else alias.asname.name
        bind_target(index, target, scope, Binding(BindingKind.IMPORT, alias, full))
    return False


def _function(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    function = cast("cst.FunctionDef", node)
    index.functions.append(function)
    scope.bind(function.name.value, Binding(BindingKind.FUNCTION, function))
    inner = index.open_scope(function, ScopeKind.FUNCTION, scope)
    index.parents[function.name] = function
    index.push(function.decorators, function, scope)
    index.push(function.returns, function, scope)
    index.push(function.type_parameters, function, scope)
    index.push(function.body, function, inner)
    _parameters(index, function.params, function, scope, inner)
    return False


def _lambda(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    function = cast("cst.Lambda", node)
    inner = index.open_scope(function, ScopeKind.FUNCTION, scope)
    index.push(function.body, function, inner)
    _parameters(index, function.params, function, scope, inner)
    return False


def _parameters(index: Index, parameters: cst.Parameters, owner: cst.CSTNode, outer: Scope, inner: Scope) -> None:
    index.parents[parameters] = owner
    for parameter in all_parameters(parameters):
        index.parents[parameter] = parameters
        index.parents[parameter.name] = parameter
        index.stores.add(parameter.name)
        inner.bind(parameter.name.value, Binding(BindingKind.PARAMETER, parameter))
        index.push(parameter.annotation, parameter, outer)
        index.push(parameter.default, parameter, outer)


def _class(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    definition = cast("cst.ClassDef", node)
    index.classes.append(definition)
    scope.bind(definition.name.value, Binding(BindingKind.CLASS, definition))
    index.parents[definition.name] = definition
    index.push(definition.decorators, definition, scope)
    index.push(definition.type_parameters, definition, scope)
    index.push(definition.bases, definition, scope)
    index.push(definition.keywords, definition, scope)
    index.push(definition.body, definition, index.open_scope(definition, ScopeKind.CLASS, scope))
    return False


def _comprehension(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    comprehension = cast("cst.ListComp | cst.SetComp | cst.GeneratorExp | cst.DictComp", node)
    inner = index.open_scope(comprehension, ScopeKind.COMPREHENSION, scope)
    index.push(comprehension.for_in, comprehension, inner)
    if isinstance(comprehension, cst.DictComp):
        index.push((comprehension.key, comprehension.value), comprehension, inner)
    else:
        index.push(comprehension.elt, comprehension, inner)
    return False


def _assign(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    assign = cast("cst.Assign", node)
    for target in assign.targets:
        bind_target(index, target.target, scope, Binding(BindingKind.ASSIGN, assign, value=assign.value))
    return True


def _annotated(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    assign = cast("cst.AnnAssign", node)
    if assign.value is not None:
        bind_target(index, assign.target, scope, Binding(BindingKind.ASSIGN, assign, value=assign.value))
    return True


def _named_expression(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    while scope.kind is ScopeKind.COMPREHENSION and scope.parent is not None:
        scope = scope.parent
    bind_target(index, cast("cst.NamedExpr", node).target, scope, Binding(BindingKind.OTHER, node))
    return True


def _target(field: str) -> Handler:
    """Return a handler for nodes that bind the target in their ``field`` to an unknown value."""

    def handler(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
        target: cst.CSTNode | None = getattr(node, field)
        if target is not None:
            bind_target(index, target, scope, Binding(BindingKind.OTHER, node))
        return True

    return handler


def _delete(index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    target = cast("cst.Del", node).target
    bind_target(index, target, scope, Binding(BindingKind.OTHER, node))
    return True


def _elsewhere(_index: Index, node: cst.CSTNode, scope: Scope) -> bool:
    statement = cast("cst.Global | cst.Nonlocal", node)
    keyword = "global" if isinstance(statement, cst.Global) else "nonlocal"
    for item in statement.names:
        scope.elsewhere[item.name.value] = keyword
    return False


HANDLERS: dict[type[cst.CSTNode], Handler] = {
    cst.AnnAssign: _annotated,
    cst.Arg: _arg,
    cst.AsName: _target("name"),
    cst.Assign: _assign,
    cst.Attribute: _attribute,
    cst.AugAssign: _target("target"),
    cst.Call: _call,
    cst.ClassDef: _class,
    cst.CompFor: _target("target"),
    cst.Del: _delete,
    cst.DictComp: _comprehension,
    cst.For: _target("target"),
    cst.FunctionDef: _function,
    cst.GeneratorExp: _comprehension,
    cst.Global: _elsewhere,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.Lambda: _lambda,
    cst.ListComp: _comprehension,
    cst.MatchAs: _target("name"),
    cst.MatchMapping: _target("rest"),
    cst.MatchStar: _target("name"),
    cst.Name: _name,
    cst.NamedExpr: _named_expression,
    cst.Nonlocal: _elsewhere,
    cst.SetComp: _comprehension,
    cst.SimpleString: _string,
    cst.TypeAlias: _target("name"),
    cst.TypeVar: _target("name"),
    cst.ParamSpec: _target("name"),
    cst.TypeVarTuple: _target("name"),
}


def build_index(module: cst.Module) -> Index:
    """Return the index of a whole tree."""
    index = Index(module)
    _walk(index)
    _settle_globals(index)
    return index


def _walk(index: Index) -> None:
    stack = index.waiting = [(index.module, index.root)]
    parents, handlers, leaves = index.parents, HANDLERS, LEAVES
    while stack:
        node, scope = stack.pop()
        kind = type(node)
        handler = handlers.get(kind)
        if handler is not None and not handler(index, node, scope):
            continue
        for name in child_fields(kind):
            child = getattr(node, name)
            # Not isinstance: the base of LibCST's nodes is an abstract class, which makes it slow.
            child_kind = child.__class__
            if child_kind in leaves:
                continue
            if child_kind is list or child_kind is tuple:
                for each in child:
                    parents[each] = node
                    stack.append((each, scope))
            else:
                parents[child] = node
                stack.append((child, scope))


def _settle_globals(index: Index) -> None:
    """Move bindings under ``global`` or ``nonlocal`` to their real scope."""
    for scope in list(index.scopes.values()):
        for name, keyword in scope.elsewhere.items():
            target = index.root
            if keyword == "nonlocal":
                outer = scope.parent
                while outer is not None and (outer.kind is ScopeKind.CLASS or name not in outer.bindings):
                    outer = outer.parent
                target = outer or index.root
            for binding in scope.bindings.pop(name, ()):
                target.bind(name, Binding(BindingKind.OTHER, binding.node, binding.meaning))
