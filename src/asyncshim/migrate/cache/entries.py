"""An outcome as JSON, and back. The bytes of rewritten files are not part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from asyncshim.migrate.plan.one_file import Visited
from asyncshim.migrate.plan.outcome import Outcome
from asyncshim_codemods.results import FileResult, Finding, Safety

# The content of a file that changes: as with the outcome of a run, only that it differs.
_CHANGED = b"what the change holds"
_SAFETY = {each.value: each for each in Safety}


class UnusableEntryError(Exception):
    """The entry is not what this version writes."""


def encoded(outcome: Outcome) -> dict[str, object]:
    """Return an outcome as JSON. Each text of a finding is there only once, because thousands of files share few."""
    texts: dict[str, int] = {}
    results = [_result(result, texts) for result in outcome.results]
    outside = [_result(result, texts) for result in outcome.outside]
    return {
        "texts": list(texts),
        "results": results,
        "outside": outside,
        "files": outcome.files,
        "note": outcome.note,
        "config": list(outcome.config),
    }


def decoded(content: object) -> Outcome:
    """Return the outcome that an entry holds; raise for any other content."""
    try:
        whole = cast("Mapping[str, object]", content)
        texts = tuple(_text(one) for one in _list(whole["texts"]))
        visited = tuple(Visited(result) for result in _results(whole["results"], texts))
        outside = tuple(_results(whole["outside"], texts))
        config = tuple(_text(one) for one in _list(whole["config"]))
        return Outcome(visited, _number(whole["files"]), _text(whole["note"]), outside, config)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise UnusableEntryError from error


def _result(result: FileResult, texts: dict[str, int]) -> list[object]:
    findings: list[object] = []
    for one in result.findings:
        code, message = (texts.setdefault(text, len(texts)) for text in (one.code, one.message))
        findings += [one.line, one.column, code, message, one.safety.value, one.fixed]
    return [result.path, result.changed, result.error, result.error_line, findings]


def _results(content: object, texts: tuple[str, ...]) -> Iterable[FileResult]:
    for one in _list(content):
        path, changed, error, line, found = _list(one)
        flat = _list(found)
        rows = zip(*(flat[start::6] for start in range(6)), strict=True)
        findings = tuple(_finding(row, texts) for row in rows)
        new = _CHANGED if _flag(changed) else b""
        reason = None if error is None else _text(error)
        yield FileResult(_text(path), b"", new, findings, reason, None if line is None else _number(line))


def _finding(row: tuple[object, ...], texts: tuple[str, ...]) -> Finding:
    line, column, code, message, safety, fixed = row
    code, message = texts[_number(code)], texts[_number(message)]
    return Finding(_number(line), _number(column), code, message, _SAFETY[_text(safety)], _flag(fixed))


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return cast("list[object]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value
