"""Run the rules on one Python file given as text, and assert the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from textwrap import dedent

import libcst as cst

from asyncshim_codemods import api
from asyncshim_codemods.results import FileResult, Options

EVERY_CODE = frozenset(api.rules())


def rewrite(
    text: str | bytes,
    *,
    path: str = "tests/test_module.py",
    select: Iterable[str] = EVERY_CODE,
    unsafe: bool = False,
    todo: bool = False,
    runner: str = "asyncshim",
    beside: Mapping[str, str] | None = None,
) -> FileResult:
    """Return the result for one file; ``beside`` holds other files."""
    data = text.encode() if isinstance(text, str) else text
    others = [(name, dedent(content).encode()) for name, content in (beside or {}).items()]
    facts = api.collect_facts([(path, data), *others])
    facts = api.facts_about_leaks(
        facts, [(path, data), *((name, each) for name, each in others if name.endswith(".py"))]
    )
    options = Options(frozenset(select), unsafe=unsafe, todo=todo, runner=runner)
    asked = replace(options, unsafe=True)
    importers = [
        (name, api.rewrite_python(name, old, facts, asked).new) for name, old in others if name in facts.importers
    ]
    kept = (api.imported_aliases(*importer, facts) for importer in importers)
    facts = replace(facts, kept_aliases=frozenset(chain.from_iterable(kept)))
    return api.rewrite_python(path, data, facts, options)


def assert_rewritten(before: str, after: str, **choices: object) -> FileResult:
    """Assert the exact bytes, also with CRLF line ends; they parse, and a second run changes nothing."""
    before, after = dedent(before).lstrip("\n"), dedent(after).lstrip("\n")
    result = rewrite(before, **choices)  # type: ignore[arg-type]
    assert result.error is None
    assert result.new.decode() == after
    assert result.new != result.old, "use assert_unchanged"
    cst.parse_module(result.new)  # it knows syntax that is newer than the running Python
    again = rewrite(result.new, **choices)  # type: ignore[arg-type]
    assert again.error is None
    assert again.new.decode() == after
    crlf = rewrite(before.replace("\n", "\r\n"), **choices)  # type: ignore[arg-type]
    assert crlf.error is None
    assert crlf.new.decode() == after.replace("\n", "\r\n")
    assert any(finding.fixed for finding in result.findings)
    return result


def assert_unchanged(text: str, *codes: str, **choices: object) -> FileResult:
    """Assert that the file is unchanged and that its findings have these codes, in order of position."""
    text = dedent(text).lstrip("\n")
    for content in (text.replace("\n", "\r\n"), text):
        result = rewrite(content, **choices)  # type: ignore[arg-type]
        assert result.error is None
        assert result.new.decode() == content
        assert not any(finding.fixed for finding in result.findings)
        assert tuple(finding.code for finding in result.findings) == codes
    return result


def messages(result: FileResult) -> list[str]:
    """Return the findings as ``line:column CODE message``."""
    return [f"{found.line}:{found.column} {found.code} {found.message}" for found in result.findings]
