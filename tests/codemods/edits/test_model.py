from __future__ import annotations

import libcst as cst

from asyncshim_codemods.edits.model import AddImport, Edit, Modify, Prepend, Proposal, Remove, Replace
from asyncshim_codemods.results import Safety


def test_edits_are_compared_by_identity() -> None:
    """Two rules may ask for the same thing, and both requests count until they are settled."""
    name = cst.Name("a")
    function = cst.ensure_type(cst.parse_statement("def f(): ..."), cst.FunctionDef)

    def how(node: cst.CSTNode) -> cst.CSTNode:
        return node

    pairs: list[tuple[Edit, Edit]] = [
        (Remove(name), Remove(name)),
        (Replace(name, name), Replace(name, name)),
        (Modify(name, how), Modify(name, how)),
        (Prepend(function, "x\n"), Prepend(function, "x\n")),
        (AddImport("a"), AddImport("a")),
    ]
    assert all(first != second for first, second in pairs)
    assert len({edit for pair in pairs for edit in pair}) == 10


def test_a_proposal_without_edits_only_reports() -> None:
    proposal = Proposal(cst.Name("a"), "look here", Safety.SAFE)
    assert proposal.edits == ()
    assert proposal.code == ""
