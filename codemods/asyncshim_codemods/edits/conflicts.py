"""Which proposals are accepted: each as a whole, and the first of two that conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import AddImport, Modify, Prepend, Remove, Replace

if TYPE_CHECKING:
    from asyncshim_codemods.edits.model import Edit, Proposal
    from asyncshim_codemods.syntax.index import Index


class Acceptance:
    """Collects the edits of proposals that do not conflict."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._removed: set[cst.CSTNode] = set()
        self._replaced: dict[cst.CSTNode, cst.CSTNode] = {}
        self._touched: set[cst.CSTNode] = set()
        self.proposals: list[Proposal] = []

    def accept(self, proposal: Proposal) -> bool:
        """Accept the proposal, unless one of its edits contradicts an accepted edit."""
        if any(self._contradicts(edit) for edit in proposal.edits):
            return False
        self.proposals.append(proposal)
        for edit in proposal.edits:
            if isinstance(edit, AddImport):
                continue
            if isinstance(edit, Remove):
                self._removed.add(edit.node)
            elif isinstance(edit, Replace):
                self._replaced[edit.node] = edit.new
            self._touched.update((edit.node, *self._index.ancestors(edit.node)))
        return True

    def _contradicts(self, edit: Edit) -> bool:
        if isinstance(edit, AddImport):
            return False
        above = (edit.node, *self._index.ancestors(edit.node))
        if any(each in self._removed for each in above):
            return False
        if isinstance(edit, Replace) and edit.node in self._replaced:
            return not self._replaced[edit.node].deep_equals(edit.new)
        if any(each in self._replaced for each in above):
            return True
        return isinstance(edit, Replace) and edit.node in self._touched

    def edits(self) -> list[Edit]:
        """Return all edits, without those that only matter for removed code."""
        result: list[Edit] = []
        for proposal in self.proposals:
            if any(self._is_alive(edit) for edit in proposal.edits):
                result += proposal.edits
        return list(dict.fromkeys(result))

    def _is_alive(self, edit: Edit) -> bool:
        """Return whether no removal above an edit makes it useless."""
        if isinstance(edit, AddImport):
            return False
        above = self._index.ancestors(edit.node)
        if isinstance(edit, Modify | Prepend):
            above = iter((edit.node, *above))
        return not any(each in self._removed for each in above)
