"""Runs the rules over one Python file: one parse, one walk, one rebuild, and a check of what came out."""

from __future__ import annotations

import ast
import traceback
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits import comments, imports
from asyncshim_codemods.edits.conflicts import Acceptance
from asyncshim_codemods.edits.model import AddImport, Modify, Proposal, touched
from asyncshim_codemods.edits.rebuild import Rebuild
from asyncshim_codemods.results import FileResult, Finding, Safety
from asyncshim_codemods.rule import Rule
from asyncshim_codemods.source import depth
from asyncshim_codemods.source.document import Printed, Source, UnprintableError
from asyncshim_codemods.source.suppressions import is_suppressed, suppressed_codes
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.project.facts import ProjectFacts
    from asyncshim_codemods.results import Options
    from asyncshim_codemods.source.document import Statement

_PASSES = 4
_TAKEN = " (left: another rule changes the same place)"
_KEPT = " (left: a comment keeps a line of it)"


class RuleCrashError(Exception):
    """A rule failed on a file, which is a defect of ours."""


def rewrite(path: str, data: bytes, facts: ProjectFacts, options: Options, rules: Sequence[Rule]) -> FileResult:
    """What ``rules`` make of one file; a file that cannot be read or handled comes back with an error and unchanged."""

    def attempt() -> FileResult:
        return _rewrite(path, data, facts, options, rules, _PASSES)

    try:
        if depth.is_suspicious(data):
            depth.refuse_the_bottomless(data)
            return depth.call_with_room(attempt)
        try:
            return attempt()
        except RecursionError:
            return depth.call_with_room(attempt)
    except depth.TooDeepError:
        return FileResult(path, data, data, error="nested too deeply to be parsed")


def _rewrite(
    path: str, data: bytes, facts: ProjectFacts, options: Options, rules: Sequence[Rule], passes: int
) -> FileResult:
    active = [rule for rule in rules if rule.code in options.select]
    run = _whole_run(path, data, facts, options, active)
    if isinstance(run, FileResult):
        return run
    result, refused = run
    if passes <= 1 or not refused or not result.changed:
        return result
    # Two rules wanted the same place: the second one has its turn on what the first one made.
    return _joined(result, _rewrite(path, result.new, facts, options, rules, passes - 1))


def _whole_run(
    path: str, data: bytes, facts: ProjectFacts, options: Options, rules: Sequence[Rule]
) -> tuple[FileResult, bool] | FileResult:
    unchanged = FileResult(path, data, data)
    try:
        source = Source.parse(data)
    except cst.ParserSyntaxError as error:
        return _syntax_error(unchanged, error)
    except (SyntaxError, UnicodeDecodeError) as error:
        return replace(unchanged, error=f"cannot be decoded: {error}", error_line=1)
    try:
        run = _Run(path, source, facts, options, rules)
        return run.result(), run.refused
    except RuleCrashError as error:
        return replace(unchanged, error=str(error), details="".join(traceback.format_exception(error)))
    except UnprintableError:
        return replace(unchanged, error="has line ends that cannot be kept as they are; the file was left as it was")


def _syntax_error(unchanged: FileResult, error: cst.ParserSyntaxError) -> FileResult:
    """What is wrong with a file, in CPython's words, which are better; in LibCST's where CPython finds nothing."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(unchanged.old)
    except SyntaxError as better:
        return replace(unchanged, error=f"syntax error: {better.msg}", error_line=better.lineno)
    except (ValueError, RecursionError, MemoryError) as better:
        return replace(unchanged, error=f"syntax error: {better}")
    message = " ".join(error.message.split())
    return replace(unchanged, error=f"LibCST cannot parse it: {message}", error_line=error.raw_line)


class _Run:
    """One file on its way through the rules."""

    def __init__(self, path: str, source: Source, facts: ProjectFacts, options: Options, rules: Sequence[Rule]) -> None:
        self.path = path
        self.source = source
        self.options = options
        self.rules = rules
        self.index = build_index(source.module)
        self.file = FileContext(path, self.index, facts, options, code=source.data)
        self.refused = False
        self.printed = Printed("", {})

    def result(self) -> FileResult:
        """Ask the rules, settle their proposals, rebuild, check."""
        proposals = [each for rule in self.rules for each in self._ask(rule, rule.check, self.file)]
        if proposals:
            self._locate(each.at for each in proposals)
            proposals = self._without_suppressed(proposals)
        acceptance = Acceptance(self.index)
        refused = [each for each in proposals if self._may_act(each) and not acceptance.accept(each)]
        self.refused = bool(refused)
        late = self._finish(acceptance)
        accepted = set(acceptance.proposals)
        findings = [
            self._finding(each, fixed=each in accepted, conflict=each in refused) for each in (*proposals, *late)
        ]
        edits = acceptance.edits()
        if self.options.todo:
            edits += self._todos([each for each in (*proposals, *late) if each not in accepted])
        new = self._rebuild(edits) if edits else self.source.data
        return FileResult(self.path, self.source.data, new, tuple(sorted(set(findings))))

    def _ask(self, rule: Rule, question: Callable[..., Iterable[Proposal]], *args: object) -> list[Proposal]:
        try:
            return [replace(each, code=rule.code) for each in question(*args)]
        except RecursionError:
            raise
        except Exception as error:  # a rule may fail in any way; the other files go on
            reason = f"{type(error).__name__}: {error}"
            message = f"{rule.code} crashed: {reason}; please report; the file was left as it was"
            raise RuleCrashError(message) from error

    def _locate(self, nodes: Iterable[cst.CSTNode]) -> None:
        """Print the old tree and learn where everything stands that findings may point to; once, as a rule."""
        wanted = {*nodes}
        if not self.printed.spans or wanted - self.printed.spans.keys():
            aliases = (each for statement in self.index.imports for each in _aliases(statement))
            self.printed = self.source.print_with_spans([*wanted, *aliases, *self.printed.spans])

    def _lines(self, node: cst.CSTNode) -> tuple[int, int]:
        begin, end = self.printed.spans[node]
        text = self.printed.text
        return self.source.position(text, begin)[0], self.source.position(text, max(begin, end - 1))[0]

    def _without_suppressed(self, proposals: list[Proposal]) -> list[Proposal]:
        """What no comment speaks against; only reported where a comment keeps a line that an edit would touch."""
        suppressed = suppressed_codes(self.printed.text)
        if not suppressed:
            return proposals
        left = [each for each in proposals if not is_suppressed(suppressed, each.code, *self._lines(each.at))]
        self._locate(node for each in left for node in touched(each.edits))
        return [self._unless_kept(each, suppressed) for each in left]

    def _unless_kept(self, proposal: Proposal, suppressed: Mapping[int, frozenset[str]]) -> Proposal:
        for node in touched(proposal.edits):
            first, last = self._lines(node)
            if is_suppressed(suppressed, proposal.code, first, last):
                return replace(proposal, message=proposal.message + _KEPT, safety=Safety.MANUAL, edits=())
        return proposal

    def _may_act(self, proposal: Proposal) -> bool:
        if not proposal.edits or proposal.safety is Safety.MANUAL:
            return False
        return proposal.safety is Safety.SAFE or self.options.unsafe

    def _finish(self, acceptance: Acceptance) -> list[Proposal]:
        """Proposals that rest on what the accepted ones leave behind."""
        late: list[Proposal] = []
        done = Rebuild(self.index, acceptance.edits())
        for rule in self.rules:
            seen: set[cst.CSTNode] = set()
            # What goes may leave something else behind: the test of a condition that held an import.
            while found := self._ask_at_last(rule, done, seen):
                seen.update(each.at for each in found)
                self._locate(seen)
                late += (found := self._without_suppressed(found))
                accepted = [acceptance.accept(each) for each in found if self._may_act(each)]
                if not any(accepted):
                    break
                done = Rebuild(self.index, acceptance.edits())
        return late

    def _ask_at_last(self, rule: Rule, done: Rebuild, seen: set[cst.CSTNode]) -> list[Proposal]:
        if type(rule).finish is Rule.finish:
            return []
        return [each for each in self._ask(rule, rule.finish, self.file, done) if each.at not in seen]

    def _finding(self, proposal: Proposal, *, fixed: bool, conflict: bool) -> Finding:
        line, column = self.source.position(self.printed.text, self.printed.spans[proposal.at][0])
        message = proposal.message
        if conflict:
            message += _TAKEN
        return Finding(line, column, proposal.code, message, proposal.safety, fixed)

    def _todos(self, left: Sequence[Proposal]) -> list[Edit]:
        edits: list[Edit] = []
        seen: set[tuple[cst.CSTNode, str]] = set()
        for each in sorted(left, key=lambda proposal: proposal.code):
            statement = self.index.statement(each.at)
            if (statement, each.code) in seen:
                continue
            seen.add((statement, each.code))
            is_first = statement is self.source.module.body[0]
            header = self.source.module.header if is_first else ()
            edits.append(Modify(statement, comments.add_todo(each.code, each.message, header)))
        return edits

    def _rebuild(self, edits: Sequence[Edit]) -> bytes:
        edits = imports.reuse(self.index, edits)
        module = Rebuild(self.index, edits).module()
        rescue = comments.rescued(self.index, edits, module)
        if rescue:
            module = Rebuild(self.index, [*edits, *rescue]).module()
        body: Sequence[Statement] = module.body
        for name in sorted({edit.module for edit in edits if isinstance(edit, AddImport)}):
            body = imports.insert(body, name)
        # What is new in the footer are comments of statements that went away at the end of the file.
        tail = module.footer[: len(module.footer) - len(self.source.module.footer)]
        new = self.source.with_body(self.printed, body, tail)
        if not _parses(new):
            codes = ", ".join(sorted({rule.code for rule in self.rules}))
            raise RuleCrashError(
                f"the rewritten file would not parse (rules at work: {codes}); please report; "
                "the file was left as it was"
            )
        return new


def _joined(first: FileResult, again: FileResult) -> FileResult:
    """The outcome of two passes, told in places of the file as it was read."""
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


def _aliases(statement: cst.Import | cst.ImportFrom) -> Sequence[cst.ImportAlias]:
    return () if isinstance(statement.names, cst.ImportStar) else statement.names


def _parses(data: bytes) -> bool:
    """Whether ``data`` is Python, of this interpreter's version or of one that LibCST knows."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(data)
    except (SyntaxError, ValueError, RecursionError):
        try:
            cst.parse_module(data)
        except (cst.ParserSyntaxError, SyntaxError, UnicodeDecodeError, RecursionError):
            return False
    return True
