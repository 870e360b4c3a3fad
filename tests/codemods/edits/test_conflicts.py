from __future__ import annotations

import libcst as cst

from asyncshim_codemods.edits.conflicts import Acceptance
from asyncshim_codemods.edits.model import AddImport, Edit, Modify, Prepend, Proposal, Remove, Replace
from asyncshim_codemods.results import Safety
from asyncshim_codemods.syntax.bindings import build_index
from asyncshim_codemods.syntax.index import Index


def setup() -> tuple[Index, Acceptance]:
    index = build_index(cst.parse_module("@deco(arg)\ndef f(p):\n    return value\n"))
    return index, Acceptance(index)


def proposal(*edits: Edit) -> Proposal:
    return Proposal(cst.Name("at"), "message", Safety.SAFE, edits)


def same(node: cst.CSTNode) -> cst.CSTNode:
    return node


def test_edits_of_different_places_do_not_conflict() -> None:
    index, acceptance = setup()
    function = index.functions[0]
    assert acceptance.accept(proposal(Remove(function.decorators[0])))
    assert acceptance.accept(proposal(Remove(function.params.params[0]), Prepend(function, "x\n")))
    assert acceptance.accept(proposal(Modify(function, same), AddImport("a")))
    assert len(acceptance.edits()) == 5


def test_of_two_conflicting_edits_the_first_is_accepted() -> None:
    index, acceptance = setup()
    value = index.names["value"][0]
    assert acceptance.accept(proposal(Replace(value, cst.Name("a"))))
    assert not acceptance.accept(proposal(Replace(value, cst.Name("b"))))
    assert acceptance.accept(proposal(Replace(value, cst.Name("a"))))


def test_an_edit_inside_a_replaced_node_is_refused() -> None:
    index, acceptance = setup()
    call, arg = index.calls[0], index.names["arg"][0]
    assert acceptance.accept(proposal(Replace(call, cst.Name("other"))))
    assert not acceptance.accept(proposal(Replace(arg, cst.Name("a"))))
    assert not acceptance.accept(proposal(Modify(call, same)))


def test_a_replacement_around_a_changed_node_is_refused() -> None:
    index, acceptance = setup()
    assert acceptance.accept(proposal(Replace(index.names["arg"][0], cst.Name("a"))))
    assert not acceptance.accept(proposal(Replace(index.calls[0], cst.Name("other"))))


def test_a_refused_proposal_applies_none_of_its_edits() -> None:
    index, acceptance = setup()
    function = index.functions[0]
    assert acceptance.accept(proposal(Replace(index.names["value"][0], cst.Name("a"))))
    assert not acceptance.accept(
        proposal(Remove(function.decorators[0]), Replace(index.names["value"][0], cst.Name("b")))
    )
    assert acceptance.accept(proposal(Replace(index.names["arg"][0], cst.Name("c"))))
    assert not any(isinstance(edit, Remove) for edit in acceptance.edits())


def test_an_edit_inside_removed_code_is_dropped_and_adds_no_import() -> None:
    index, acceptance = setup()
    function = index.functions[0]
    assert acceptance.accept(proposal(Remove(function)))
    assert acceptance.accept(proposal(Replace(index.names["arg"][0], cst.Name("a")), AddImport("asyncio")))
    assert acceptance.accept(proposal(Prepend(function, "x\n"), AddImport("asyncio")))
    assert [type(edit) for edit in acceptance.edits()] == [Remove]
    assert len(acceptance.proposals) == 3
