"""ASH502 and ASH606: report the old runner in files that asyncshim never edits: programs and generated files."""

from __future__ import annotations

import posixpath
import re

from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.file_kinds import LOCK_FILES
from asyncshim_codemods.results import Safety

CODE = "ASH502"
ALT_CODE = "ASH606"

OPTION_IN_TEXT = re.compile(r"--asyncio-(?:mode|debug)\b(?:[= ]\w+)?|(?<![\w-])-p[ =]?(?:no:)?(?:pytest_)?asyncio\b")
_ALT_OPTION = re.compile(r"--default-async-timeout\b(?:[= ][\d.]+)?|\balt_pytest_asyncio\.(?:enable|plugin)\b")
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
    command = LOCK_FILES.get(posixpath.basename(review.source.path), "the command that made it")
    _report_first(review, f"locks {{}}: run `{command}` once the dependencies are changed")


def review_generated(review: Review) -> None:
    """Report a requirements file that a tool made, with the command that its head names."""
    head = "\n".join(review.source.text.splitlines()[:_HEAD])
    match = _COMMAND.search(head)
    command = f"`{match['command'].strip()}`" if match else "the command that made it"
    _report_first(review, f"made by a tool: run {command} once its source is changed")


def _report_first(review: Review, message: str) -> None:
    """Report the first mention of each old runner that goes."""
    match = req.OLD_IN_TEXT.search(review.source.text)
    if match is not None and _wanted(review) and not review.facts.still_needs_pytest_asyncio:
        review.accept(match.start(), Decision(CODE, message.format(req.OLD), Safety.MANUAL))
    match = req.ALT_IN_TEXT.search(review.source.text)
    if match is not None and review.options.runner != req.ALT and not review.facts.alt.uses:
        review.accept(match.start(), Decision(ALT_CODE, message.format(req.ALT), Safety.MANUAL))


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
    """Report the first mention of each old runner in a piece of text that is not to be edited."""
    if not _TITLE.match(text):
        _report_alt(review, text, offset, anchor)
    if not _wanted(review) or _TITLE.match(text):
        return
    option = OPTION_IN_TEXT.search(text)
    # Spelled as the module's name it is a distribution only where something is installed.
    found = [match for match in req.OLD_IN_TEXT.finditer(text) if "install" in text or not _MODULE.match(match.group())]
    package = found[0] if found else None
    if package is not None:
        review.accept(offset + package.start(), Decision(CODE, _instead(review, req.OLD), Safety.MANUAL), anchor)
    elif option is not None:
        message = f"{option.group().strip()} on a command line: remove it manually, plain async tests run without it"
        review.accept(offset + option.start(), Decision(CODE, message, Safety.MANUAL), anchor)


def _report_alt(review: Review, text: str, offset: int, anchor: int) -> None:
    if review.options.runner == req.ALT:
        return
    # Spelled as the module's name it is a distribution only where something is installed.
    found = [match for match in req.ALT_IN_TEXT.finditer(text) if "install" in text or "_" not in match.group()]
    option = _ALT_OPTION.search(text)
    if found:
        message = _instead(review, req.ALT)
        review.accept(offset + found[0].start(), Decision(ALT_CODE, message, Safety.MANUAL), anchor)
    elif option is not None:
        message = f"{option.group().strip()} on a command line: remove it manually, and set `asyncshim_timeout`"
        review.accept(offset + option.start(), Decision(ALT_CODE, message, Safety.MANUAL), anchor)


def _wanted(review: Review) -> bool:
    return review.options.runner != "pytest-asyncio"


def _instead(review: Review, old: str) -> str:
    written = req.written_for(review.options.runner)
    return f"names {old}: replace it with {written} manually" if written else f"remove {old} manually"
