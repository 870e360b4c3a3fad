"""One pass of the rules over a Python file: collect proposals, apply those without conflicts, check the result."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits import comments, imports
from asyncshim_codemods.edits.conflicts import Acceptance
from asyncshim_codemods.edits.model import AddImport, Modify, Proposal, Remove, touched
from asyncshim_codemods.edits.rebuild import Rebuild
from asyncshim_codemods.joining import TAKEN
from asyncshim_codemods.results import FileResult, Finding, Safety, todo_comment
from asyncshim_codemods.rule import Rule
from asyncshim_codemods.source.parse import may_be_broken, parsed
from asyncshim_codemods.source.suppressions import is_suppressed, suppressed_codes
from asyncshim_codemods.source.words import holds
from asyncshim_codemods.suite.file_context import KEPT, FileContext
from asyncshim_codemods.syntax.bindings import build_index

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.project.facts import ProjectFacts
    from asyncshim_codemods.results import Options
    from asyncshim_codemods.source.document import Document
    from asyncshim_codemods.source.layout import Statement

_STAYS = f" (not applied: {KEPT}, and its auto mode does not do the same)"
_KEPT = " (not applied: an ignore comment applies to one of its lines)"


class RuleCrashError(Exception):
    """A rule failed on a file, which is a defect of asyncshim."""


def concerned(rules: Sequence[Rule], path: str, data: bytes, facts: ProjectFacts) -> Sequence[Rule]:
    """Return the rules that may find something in a file: because of its words, or because of what other files say."""
    if path in facts.importers or path in facts.newly_active:
        return rules
    present = {word for word in {word for rule in rules for word in rule.words} if holds(data, word)}
    return [rule for rule in rules if not rule.words or not present.isdisjoint(rule.words)]


class Pass:
    """One pass over a file: parse it, collect the proposals of all rules, apply them."""

    def __init__(
        self, path: str, document: Document, facts: ProjectFacts, options: Options, rules: Sequence[Rule]
    ) -> None:
        self.document = document
        self.options = options
        self.rules = concerned(rules, path, document.data, facts)
        self.index = build_index(document.module)
        self.file = FileContext(path, self.index, facts, options, code=document.data)
        self.may_go_on = False

    def result(self) -> FileResult:
        """Ask the rules, apply the proposals that do not contradict each other, report all of them."""
        asked = [each for rule in self.rules for each in self._ask(rule, rule.check, self.file)]
        asked = self._without_suppressed(asked)
        acceptance = Acceptance(self.index)
        refused = {each for each in asked if self._may_act(each) and not acceptance.accept(each)}
        late = self._finish(acceptance)
        accepted = set(acceptance.proposals)
        done = Rebuild(self.index, acceptance.edits())
        # A use in code that this run removes needs no review.
        asked = [each for each in asked if each in accepted or not done.is_removed(each.at)]
        proposals = [*asked, *late]
        findings = {self._finding(each, fixed=each in accepted, has_conflict=each in refused) for each in proposals}
        edits = acceptance.edits()
        self.may_go_on = bool(edits) and not accepted.issuperset(proposals)
        if self.options.todo:
            edits += self._todos([each for each in self._final(asked, late) if each not in accepted])
        old = self.document.data
        return FileResult(self.file.path, old, self._rebuild(edits) if edits else old, tuple(sorted(findings)))

    def _final(self, asked: Sequence[Proposal], late: Sequence[Proposal]) -> Sequence[Proposal]:
        """Return the proposals that no later pass repeats: about the original file, or about accepted edits."""
        if not self.may_go_on:
            return [*asked, *late]
        original = {rule.code for rule in self.rules if rule.is_about_original}
        return [*(each for each in asked if each.code in original), *late]

    def _ask(self, rule: Rule, question: Callable[..., Iterable[Proposal]], *args: object) -> list[Proposal]:
        try:
            found = [replace(each, code=rule.code) for each in question(*args)]
        except (RecursionError, MemoryError):
            raise
        except Exception as error:  # a rule may fail in any way; the other files go on
            reason = f"{type(error).__name__}: {error}"
            message = f"{rule.code} crashed: {reason}; please report; the file stays unchanged"
            raise RuleCrashError(message) from error
        if rule.needs_pytest_asyncio_gone and self.file.facts.kept is not None:
            return [replace(each, message=each.message + _STAYS, safety=Safety.MANUAL, edits=()) for each in found]
        return found

    def _locate(self, nodes: Iterable[cst.CSTNode]) -> None:
        """Have the document find the positions of these nodes."""
        wanted: dict[Statement, set[cst.CSTNode]] = defaultdict(set)
        for node in nodes:
            top = self.index.top_level(node)
            # What stands above a node has to be printed for its position.
            wanted[top].update((node, *(each for each in self.index.ancestors(node) if each is not self.index.module)))
        self.document.locate(wanted)

    def _without_suppressed(self, proposals: list[Proposal]) -> list[Proposal]:
        """Drop what a comment suppresses. Only report a proposal if a comment keeps a line that it would change."""
        if not proposals:
            return []
        self._locate(each.at for each in proposals)
        suppressed = suppressed_codes(self.document.text)
        if not suppressed:
            return proposals
        left = [each for each in proposals if not self._is_suppressed(suppressed, each.code, each.at)]
        self._locate(node for each in left for node in touched(each.edits))
        kept = {
            each for each in left if any(self._is_suppressed(suppressed, each.code, n) for n in touched(each.edits))
        }
        # A suppression comment stays in effect: no other rule removes it with its line.
        in_use = {
            line
            for each in proposals
            for node in ((each.at,) if each not in left else touched(each.edits) if each in kept else ())
            for line in self._suppressing(suppressed, each.code, node)
        }
        kept.update(each for each in left if any(self._ends_in(in_use, edit) for edit in each.edits))
        return [
            replace(each, message=each.message + _KEPT, safety=Safety.MANUAL, edits=()) if each in kept else each
            for each in left
        ]

    def _is_suppressed(self, suppressed: Mapping[int, frozenset[str]], code: str, node: cst.CSTNode) -> bool:
        return is_suppressed(suppressed, code, *self.document.lines(node))

    def _suppressing(self, suppressed: Mapping[int, frozenset[str]], code: str, node: cst.CSTNode) -> Iterator[int]:
        """Yield the lines of a node in which a comment suppresses a rule."""
        first, last = self.document.lines(node)
        yield from (line for line in range(first, last + 1) if is_suppressed(suppressed, code, line, line))

    def _ends_in(self, lines: Collection[int], edit: Edit) -> bool:
        """Return whether an edit removes a decorator or statement that ends in one of these lines, with its comment."""
        if not isinstance(edit, Remove) or not isinstance(edit.node, cst.Decorator | cst.BaseSmallStatement):
            return False
        return self.document.lines(edit.node)[1] in lines

    def _may_act(self, proposal: Proposal) -> bool:
        if not proposal.edits or proposal.safety is Safety.MANUAL:
            return False
        return proposal.safety is Safety.SAFE or self.options.unsafe

    def _finish(self, acceptance: Acceptance) -> list[Proposal]:
        """Ask the rules for proposals that depend on the result of the accepted ones, and accept these as well."""
        late: list[Proposal] = []
        done = Rebuild(self.index, acceptance.edits())
        for rule in self.rules:
            if type(rule).finish is Rule.finish:
                continue
            seen: set[cst.CSTNode] = set()
            # A removal may make something else unused, for example the condition around an import.
            while found := [each for each in self._ask(rule, rule.finish, self.file, done) if each.at not in seen]:
                seen.update(each.at for each in found)
                late += (found := self._without_suppressed(found))
                accepted = [acceptance.accept(each) for each in found if self._may_act(each)]
                if not any(accepted):
                    break
                done = Rebuild(self.index, acceptance.edits())
        return late

    def _finding(self, proposal: Proposal, *, fixed: bool, has_conflict: bool) -> Finding:
        message = proposal.message + TAKEN if has_conflict else proposal.message
        return Finding(*self.document.position(proposal.at), proposal.code, message, proposal.safety, fixed)

    def _todos(self, left: Sequence[Proposal]) -> list[Edit]:
        edits: list[Edit] = []
        seen: set[tuple[cst.CSTNode, str]] = set()
        for each in sorted(left, key=lambda proposal: proposal.code):
            statement = self.index.statement(each.at)
            if (statement, each.code) in seen:
                continue
            seen.add((statement, each.code))
            is_first = statement is self.index.module.body[0]
            header = self.index.module.header if is_first else ()
            text = todo_comment(each.code, each.message, self.index.indentation(statement))
            edits.append(Modify(statement, comments.add_todo(each.code, text, header)))
        return edits

    def _rebuild(self, edits: Sequence[Edit]) -> bytes:
        """Return the bytes of the file after these edits."""
        edits = imports.reuse(self.index, edits)
        module = Rebuild(self.index, edits).module()
        rescue = comments.rescued(self.index, edits, module)
        if rescue:
            module = Rebuild(self.index, [*edits, *rescue]).module()
        body: Sequence[Statement] = module.body
        for name in sorted({edit.module for edit in edits if isinstance(edit, AddImport)}):
            body = imports.insert(body, name)
        # What is new in the footer are comments of statements that were removed at the end of the file.
        tail = module.footer[: len(module.footer) - len(self.index.module.footer)]
        new = self.document.with_body(body, tail)
        if not _parses(new):
            codes = ", ".join(sorted({rule.code for rule in self.rules}))
            raise RuleCrashError(
                f"the rewritten file would not parse (rules at work: {codes}); please report; the file stays unchanged"
            )
        return new


def _parses(data: bytes) -> bool:
    """Return whether ``data`` is Python, of this interpreter's version or of one that LibCST knows."""
    # The first check is faster, and also fails for code that parses.
    if may_be_broken(data) and parsed(data) is None:
        try:
            cst.parse_module(data)
        except (cst.ParserSyntaxError, SyntaxError, UnicodeDecodeError, RecursionError):
            return False
    return True
