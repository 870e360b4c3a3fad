"""Run the rules on one Python file until they change nothing more."""

from __future__ import annotations

import ast
import gc
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.joining import joined
from asyncshim_codemods.one_pass import Pass, RuleCrashError, concerned
from asyncshim_codemods.results import TOO_DEEP, FileResult
from asyncshim_codemods.source import parse
from asyncshim_codemods.source.document import Document, UnprintableError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from asyncshim_codemods.project.facts import ProjectFacts
    from asyncshim_codemods.results import Options
    from asyncshim_codemods.rule import Rule

_PASSES = 10


def rewrite(
    path: str, data: bytes, facts: ProjectFacts, options: Options, rules: Sequence[Rule], *, is_deep: bool | None = None
) -> FileResult:
    """Return the result of ``rules`` for one file; a file that cannot be handled is unchanged and has an error.

    ``is_deep`` is the result of ``parse.may_be_deep``, if the caller has measured the file.
    """
    if b"\r" in data and b"\n" not in data:
        # Comments and strings of such a file are read in more than one way.
        return FileResult(path, data, data, error="has only carriage returns as line ends; convert it to LF or CRLF")
    selected = [rule for rule in rules if rule.code in options.select]

    def attempt() -> FileResult:
        return _in_passes(path, data, facts, options, selected)

    with _paused_garbage_collection():
        try:
            if parse.may_be_deep(data) if is_deep is None else is_deep:
                parse.refuse_the_bottomless(data)
                return parse.call_with_room(attempt)
            try:
                return attempt()
            except RecursionError:
                return parse.call_with_room(attempt)
        except parse.TooDeepError:
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


def _in_passes(path: str, data: bytes, facts: ProjectFacts, options: Options, rules: Sequence[Rule]) -> FileResult:
    """Run the rules on their own result until they leave it as it is.

    A pass that changes something and leaves nothing is the last one, so most files need only one. To-do comments come
    from the last pass: what an earlier one left may be gone.
    """
    whole = FileResult(path, data, data)
    for number in range(_PASSES):
        if number == 1:
            rules = [rule for rule in rules if not rule.is_about_original]
        if number and not any(rule.words for rule in concerned(rules, path, whole.new, facts)):
            return whole
        result, may_go_on = _once(path, whole.new, facts, options, rules)
        if result.error is not None:
            if whole.new is data:
                return result
            return replace(whole, new=data, findings=(), error=result.error, details=result.details)
        whole = joined(whole, result) if whole.changed else result
        if not may_go_on or not result.changed:
            return whole
    message = f"{_PASSES} passes of the rules did not come to an end; please report; the file stays unchanged"
    return FileResult(path, data, data, error=message)


def _once(
    path: str, data: bytes, facts: ProjectFacts, options: Options, rules: Sequence[Rule]
) -> tuple[FileResult, bool]:
    """Return the result of one pass, and whether another one may find something to do."""
    unchanged = FileResult(path, data, data)
    if b"\0" in data:  # LibCST accepts it in strings and comments
        line = len(data[: data.index(b"\0") + 1].splitlines())
        message = "syntax error: source code string cannot contain null bytes"
        return replace(unchanged, error=message, error_line=line), False
    try:
        work = Pass(path, Document(data), facts, options, rules)
        return work.result(), work.may_go_on
    except cst.ParserSyntaxError as error:
        return _syntax_error(unchanged, error), False
    except (SyntaxError, UnicodeDecodeError) as error:
        return _not_decoded(unchanged, error), False
    except RuleCrashError as error:
        details = "".join(traceback.format_exception(error))
        return replace(unchanged, error=str(error), details=details), False
    except UnprintableError:
        return replace(unchanged, error="has line ends that cannot be kept; the file stays unchanged"), False


def _not_decoded(unchanged: FileResult, error: SyntaxError | UnicodeDecodeError) -> FileResult:
    """Describe the first byte that the encoding of the file does not have, or an unknown encoding."""
    if isinstance(error, SyntaxError) and error.msg.startswith("invalid or missing encoding"):
        try:
            unchanged.old.decode("utf-8")
        except UnicodeDecodeError as better:
            error = better
    if isinstance(error, SyntaxError):
        return replace(unchanged, error=f"cannot be decoded: {error}", error_line=1)
    line = len(unchanged.old[: error.start + 1].splitlines())
    message = (
        f"byte 0x{unchanged.old[error.start]:02x} is not {error.encoding}: "
        "save the file in that encoding, or name its encoding in line 1, such as # -*- coding: latin-1 -*-"
    )
    return replace(unchanged, error=f"cannot be decoded: {message}", error_line=line)


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
