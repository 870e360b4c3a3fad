from __future__ import annotations

import libcst as cst

from asyncshim_codemods.syntax.scopes import Binding, BindingKind, Scope, ScopeKind


def test_a_scope_keeps_every_binding_of_a_name() -> None:
    module = cst.parse_module("")
    scope = Scope(module, ScopeKind.MODULE, None)
    first, second = Binding(BindingKind.IMPORT, module, "a.b"), Binding(BindingKind.OTHER, module)
    scope.bind("x", first)
    scope.bind("x", second)
    scope.bind("y", second)
    assert scope.bindings == {"x": [first, second], "y": [second]}
