"""Print a node with LibCST and note where others begin and end in it; statements with a known text are not printed."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import libcst as cst
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    KnownIn = Callable[["Definition", Sequence[cst.BaseStatement]], Sequence["Known | None"] | None]

Definition = cst.FunctionDef | cst.ClassDef
_NO_CONTEXT = nullcontext()


class Known:
    """A statement whose text is known: printed as that text, unless it stands in a block with another indentation."""

    def __init__(self, statement: cst.BaseStatement, text: str, indentation: str) -> None:
        self._statement = statement
        self._text = text
        self._indentation = indentation

    def _codegen(self, state: CodegenState) -> None:
        if "".join(state.indent_tokens) == self._indentation:
            state.add_token(self._text)
        else:
            self._statement._codegen(state)  # pyright: ignore[reportPrivateUsage]


class Printer(CodegenState):
    """Prints nodes and notes at which token each wanted node begins and ends."""

    def __init__(self, module: cst.Module, wanted: Iterable[cst.CSTNode] = ()) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        # By identity, because LibCST's hash of a node takes longer. The keys of copies are valid while the copy lives.
        self._wanted = {id(node): node for node in wanted}
        self._copies: list[cst.CSTNode] = []
        self.begin: dict[cst.CSTNode, int] = {}
        self.end: dict[cst.CSTNode, int] = {}

    def print(self, node: cst.CSTNode, known: KnownIn) -> None:
        """Print a node.

        ``known`` returns the statements in the body of a function or class, with None for those that have to be
        printed; or None if no text is known.
        """
        self._with_known(node, known)._codegen(self)  # pyright: ignore[reportPrivateUsage]  # no other one tells positions

    def _with_known(self, node: cst.CSTNode, known: KnownIn) -> cst.CSTNode:
        """Return a function or class with known statements in the place of others."""
        if not isinstance(node, Definition) or not isinstance(node.body, cst.IndentedBlock):
            return node
        found = known(node, node.body.body)
        if found is None:
            return node
        body = [
            self._with_known(each, known) if text is None else text
            for each, text in zip(node.body.body, found, strict=True)
        ]
        block = node.body.with_changes(body=body)
        made = node.with_changes(body=block)
        for copy, original in ((block, node.body), (made, node)):
            self._copies.append(copy)
            if id(original) in self._wanted:
                self._wanted[id(copy)] = original
        return made

    def record_syntactic_position(  # type: ignore[override]  # LibCST only enters and leaves it
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        """Do nothing."""
        del node, start_node, end_node  # these positions are not used, and recording them takes a third of the time
        return _NO_CONTEXT

    def before_codegen(self, node: cst.CSTNode) -> None:
        """Note the begin of a wanted node."""
        if (wanted := self._wanted.get(id(node))) is not None:
            self.begin[wanted] = len(self.tokens)

    def after_codegen(self, node: cst.CSTNode) -> None:
        """Note the end of a wanted node."""
        if (wanted := self._wanted.get(id(node))) is not None:
            self.end[wanted] = len(self.tokens)
