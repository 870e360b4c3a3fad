"""Run the rules on one Python file: parse it, collect proposals, apply those without conflicts, check the result."""

from __future__ import annotations

import ast
import gc
import traceback
import warnings
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits import comments, imports
from asyncshim_codemods.edits.conflicts import Acceptance
from asyncshim_codemods.edits.model import AddImport, Modify, Proposal, touched
from asyncshim_codemods.edits.rebuild import Rebuild
from asyncshim_codemods.results import TOO_DEEP, FileResult, Finding, Safety, todo_comment
from asyncshim_codemods.rule import Rule
from asyncshim_codemods.source import depth
from asyncshim_codemods.source.document import Document, UnprintableError
from asyncshim_codemods.source.parse import parsed
from asyncshim_codemods.source.suppressions import is_suppressed, suppressed_codes
from asyncshim_codemods.source.words import holds
from asyncshim_codemods.suite.file_context import KEPT, FileContext
from asyncshim_codemods.syntax.bindings import build_index

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.project.facts import ProjectFacts
    from asyncshim_codemods.results import Options
    from asyncshim_codemods.source.document import Statement

_PASSES = 4
_TAKEN = " (not applied: another rule changes the same place)"
_STAYS = f" (not applied: {KEPT}, and its auto mode does not do the same)"
_KEPT = " (not applied: an ignore comment applies to one of its lines)"


class RuleCrashError(Exception):
    """A rule failed on a file, which is a defect of asyncshim."""


def rewrite(
    path: str, data: bytes, facts: ProjectFacts, options: Options, rules: Sequence[Rule], *, is_deep: bool | None = None
) -> FileResult:
    """Return the result of ``rules`` for one file; a file that cannot be handled is unchanged and has an error.

    ``is_deep`` is the result of ``depth.may_be_deep``, if the caller has measured the file.
    """
    selected = [rule for rule in rules if rule.code in options.select]

    def attempt() -> FileResult:
        return _in_passes(path, data, facts, options, selected, _PASSES)

    with _paused_garbage_collection():
        try:
            if depth.may_be_deep(data) if is_deep is None else is_deep:
                depth.refuse_the_bottomless(data)
                return depth.call_with_room(attempt)
            try:
                return attempt()
            except RecursionError:
                return depth.call_with_room(attempt)
        except depth.TooDeepError:
            return FileResult(path, data, data, error=TOO_DEEP)


@contextmanager
def _paused_garbage_collection() -> Generator[None]:
    """Pause garbage collection: trees have no reference cycles, and the search for them takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _in_passes(
    path: str, data: bytes, facts: ProjectFacts, options: Options, rules: Sequence[Rule], passes: int
) -> FileResult:
    """Run the rules again on their own result while two of them want to change the same place."""
    result, has_conflicts = _once(path, data, facts, options, rules)
    if passes <= 1 or not has_conflicts or not result.changed:
        return result
    return _joined(result, _in_passes(path, result.new, facts, options, rules, passes - 1))


def _once(
    path: str, data: bytes, facts: ProjectFacts, options: Options, rules: Sequence[Rule]
) -> tuple[FileResult, bool]:
    """Return the result of one pass, and whether a proposal was refused because of another one."""
    unchanged = FileResult(path, data, data)
    try:
        work = _Pass(path, Document(data), facts, options, rules)
        return work.result(), work.has_conflicts
    except cst.ParserSyntaxError as error:
        return _syntax_error(unchanged, error), False
    except (SyntaxError, UnicodeDecodeError) as error:
        return replace(unchanged, error=f"cannot be decoded: {error}", error_line=1), False
    except RuleCrashError as error:
        details = "".join(traceback.format_exception(error))
        return replace(unchanged, error=str(error), details=details), False
    except UnprintableError:
        return replace(unchanged, error="has line ends that cannot be kept; the file is unchanged"), False


def _syntax_error(unchanged: FileResult, error: cst.ParserSyntaxError) -> FileResult:
    """Describe a syntax error in CPython's words, which are better; in LibCST's where CPython finds none."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(unchanged.old)
    except SyntaxError as better:
        return replace(unchanged, error=f"syntax error: {better.msg}", error_line=better.lineno)
    except (ValueError, RecursionError, MemoryError) as better:
        return replace(unchanged, error=f"syntax error: {better}")
    message = " ".join(error.message.split())
    return replace(unchanged, error=f"LibCST cannot parse it: {message}", error_line=error.raw_line)


def _joined(first: FileResult, again: FileResult) -> FileResult:
    """Return the outcome of two passes, with the positions of the first: those in the file as it was read."""
    if again.error is not None:
        return replace(first, new=first.old, findings=(), error=again.error)
    fixed = {each.code for each in again.findings if each.fixed}
    findings = (
        replace(each, message=each.message.removesuffix(_TAKEN), fixed=True)
        if not each.fixed and each.message.endswith(_TAKEN) and each.code in fixed
        else each
        for each in first.findings
    )
    return replace(first, new=again.new, findings=tuple(sorted(findings)))


def _concerned(rules: Sequence[Rule], path: str, data: bytes, facts: ProjectFacts) -> Sequence[Rule]:
    """Return the rules that may find something in a file: because of its words, or because of what other files say."""
    if path in facts.importers or path in facts.newly_active:
        return rules
    present = {word for word in {word for rule in rules for word in rule.words} if holds(data, word)}
    return [rule for rule in rules if not rule.words or not present.isdisjoint(rule.words)]


class _Pass:
    """One pass over a file: parse it, collect the proposals of all rules, apply them."""

    def __init__(
        self, path: str, document: Document, facts: ProjectFacts, options: Options, rules: Sequence[Rule]
    ) -> None:
        self.document = document
        self.options = options
        self.rules = _concerned(rules, path, document.data, facts)
        self.index = build_index(document.module)
        self.file = FileContext(path, self.index, facts, options, code=document.data)
        self.has_conflicts = False

    def result(self) -> FileResult:
        """Ask the rules, apply the proposals that do not contradict each other, report all of them."""
        asked = [each for rule in self.rules for each in self._ask(rule, rule.check, self.file)]
        asked = self._without_suppressed(asked)
        acceptance = Acceptance(self.index)
        refused = {each for each in asked if self._may_act(each) and not acceptance.accept(each)}
        self.has_conflicts = bool(refused)
        proposals = [*asked, *self._finish(acceptance)]
        accepted = set(acceptance.proposals)
        findings = {self._finding(each, fixed=each in accepted, has_conflict=each in refused) for each in proposals}
        edits = acceptance.edits()
        if self.options.todo:
            edits += self._todos([each for each in proposals if each not in accepted])
        old = self.document.data
        return FileResult(self.file.path, old, self._rebuild(edits) if edits else old, tuple(sorted(findings)))

    def _ask(self, rule: Rule, question: Callable[..., Iterable[Proposal]], *args: object) -> list[Proposal]:
        try:
            found = [replace(each, code=rule.code) for each in question(*args)]
        except (RecursionError, MemoryError):
            raise
        except Exception as error:  # a rule may fail in any way; the other files go on
            reason = f"{type(error).__name__}: {error}"
            message = f"{rule.code} crashed: {reason}; please report; the file is unchanged"
            raise RuleCrashError(message) from error
        if rule.needs_pytest_asyncio_gone and self.file.facts.kept is not None:
            return [replace(each, message=each.message + _STAYS, safety=Safety.MANUAL, edits=()) for each in found]
        return found

    def _locate(self, nodes: Iterable[cst.CSTNode]) -> None:
        """Have the document find the positions of these nodes."""
        wanted: dict[Statement, set[cst.CSTNode]] = defaultdict(set)
        for node in nodes:
            wanted[self.index.top_level(node)].add(node)
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
        return [
            replace(each, message=each.message + _KEPT, safety=Safety.MANUAL, edits=())
            if any(self._is_suppressed(suppressed, each.code, node) for node in touched(each.edits))
            else each
            for each in left
        ]

    def _is_suppressed(self, suppressed: Mapping[int, frozenset[str]], code: str, node: cst.CSTNode) -> bool:
        return is_suppressed(suppressed, code, *self.document.lines(node))

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
        message = proposal.message + _TAKEN if has_conflict else proposal.message
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
                f"the rewritten file would not parse (rules at work: {codes}); please report; the file is unchanged"
            )
        return new


def _parses(data: bytes) -> bool:
    """Return whether ``data`` is Python, of this interpreter's version or of one that LibCST knows."""
    if parsed(data) is None:
        try:
            cst.parse_module(data)
        except (cst.ParserSyntaxError, SyntaxError, UnicodeDecodeError, RecursionError):
            return False
    return True
