"""ASH502: report pytest-asyncio in files that asyncshim never edits: programs and generated files."""

from __future__ import annotations

import posixpath
import re

from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.file_kinds import LOCK_FILES
from asyncshim_codemods.results import Safety

CODE = "ASH502"

OPTION_IN_TEXT = re.compile(r"--asyncio-(?:mode|debug)\b(?:[= ]\w+)?|(?<![\w-])-p[ =]?(?:no:)?(?:pytest_)?asyncio\b")
_MODULE = re.compile(r"pytest_asyncio", re.IGNORECASE)
_MADE_BY = re.compile(r"#.*\b(?:auto-?generated|generated) by\b", re.IGNORECASE)
_COMMAND = re.compile(r"#\s+(?P<command>(?:pip-compile|uv|pdm|poetry|pip freeze|python -m)\b.*)")
# The name of a step, a hook or an environment.
_TITLE = re.compile(r"\s*(?:-\s+)?name:\s")
_HEAD = 12


def is_generated(text: str) -> bool:
    """Return whether the first lines of a requirements file say that a tool made it."""
    return any(_MADE_BY.match(line) for line in text.splitlines()[:_HEAD])


def review_lock_file(review: Review) -> None:
    """Report a lock file once: it follows from the dependencies."""
    if review.facts.still_needs_pytest_asyncio or not _wanted(review):
        return
    command = LOCK_FILES.get(posixpath.basename(review.source.path), "the command that made it")
    _report_first(review, f"locks pytest-asyncio: run `{command}` once the dependencies are changed")


def review_generated(review: Review) -> None:
    """Report a requirements file that a tool made, with the command that its head names."""
    if review.facts.still_needs_pytest_asyncio or not _wanted(review):
        return
    head = "\n".join(review.source.text.splitlines()[:_HEAD])
    match = _COMMAND.search(head)
    command = f"`{match['command'].strip()}`" if match else "the command that made it"
    _report_first(review, f"made by a tool: run {command} once its source is changed")


def _report_first(review: Review, message: str) -> None:
    match = req.OLD_IN_TEXT.search(review.source.text)
    if match is not None:
        review.accept(match.start(), Decision(CODE, message, Safety.MANUAL))


def review_program(review: Review) -> None:
    """Report each line of a program, workflow or recipe that installs pytest-asyncio or speaks to it."""
    for line in range(1, review.source.line_count + 1):
        text = review.source.line_text(line)
        if not text.lstrip().startswith("#"):
            report_text(review, text, review.source.starts[line - 1], line)


def report_lines(review: Review, start: int, end: int) -> None:
    """Report the lines of a value that is not to be edited, such as a command."""
    for line in range(review.source.line(start), review.source.line(max(start, end - 1)) + 1):
        first, last = review.source.line_span(line)
        offset = max(start, first)
        report_text(review, review.source.text[offset : min(end, last)], offset, review.source.line(start))


def report_text(review: Review, text: str, offset: int, anchor: int) -> None:
    """Report the first mention of pytest-asyncio in a piece of text that is not to be edited."""
    if not _wanted(review) or _TITLE.match(text):
        return
    option = OPTION_IN_TEXT.search(text)
    # Spelled as the module's name it is a distribution only where something is installed.
    found = [match for match in req.OLD_IN_TEXT.finditer(text) if "install" in text or not _MODULE.match(match.group())]
    package = found[0] if found else None
    if package is not None:
        review.accept(offset + package.start(), Decision(CODE, _instead(review), Safety.MANUAL), anchor)
    elif option is not None:
        message = f"{option.group().strip()} on a command line: remove it manually, plain async tests run without it"
        review.accept(offset + option.start(), Decision(CODE, message, Safety.MANUAL), anchor)


def _wanted(review: Review) -> bool:
    return review.options.runner != "pytest-asyncio"


def _instead(review: Review) -> str:
    written = req.written_for(review.options.runner)
    return f"names pytest-asyncio: replace it with {written} manually" if written else "remove pytest-asyncio manually"
