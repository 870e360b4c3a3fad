"""Simple rules that replace words; they test the engine without the real rules."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from asyncshim.migrate.plan.ruleset import RuleSet
from asyncshim_codemods.api import FileSettings
from asyncshim_codemods.project.alt_uses import AltFacts
from asyncshim_codemods.results import FileResult, Finding, Options, Safety


@dataclass(frozen=True, slots=True)
class TinyFacts:
    """The files with a word to replace, and the files whose imports matter."""

    old: frozenset[str]
    importers: frozenset[str] = frozenset()
    aliases: tuple[object, ...] = ()
    kept_aliases: frozenset[object] = frozenset()
    async_files: frozenset[str] = frozenset()
    still_needs_pytest_asyncio: tuple[str, ...] = ()
    kept: None = None
    settings: tuple[FileSettings, ...] = ()
    is_declared: bool = True
    alt: AltFacts = field(default_factory=AltFacts)

    def settings_for(self, path: str) -> FileSettings:
        return FileSettings(path)

    @property
    def wanted(self) -> frozenset[str]:
        return self.importers


@dataclass(frozen=True, slots=True)
class TinyInfo:
    code: str
    name: str
    summary: str
    safety: Safety
    documentation: str = ""


_WORDS = (b"OLD", b"LEFT", b"BROKEN", b"CRASH", b"DIE", b"SLOW")


def rewrite_python(path: str, data: bytes, facts: object, options: Options) -> FileResult:
    if b"import words" in data:
        return FileResult(path, data, data.replace(b"import words\n", b""))
    if b"DIE" in data:
        os._exit(9)
    if b"CRASH" in data:
        raise LookupError("no such thing")
    if b"SLOW" in data:
        time.sleep(60)
    if b"BROKEN" in data:
        return FileResult(path, data, data, error="cannot be parsed: it is broken", error_line=3)
    findings = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if b"OLD" in line:
            findings.append(Finding(number, line.index(b"OLD") + 1, "ASH101", "an old word", Safety.SAFE, True))
        if b"LEFT" in line:
            findings.append(Finding(number, line.index(b"LEFT") + 1, "ASH331", "a word to keep", Safety.MANUAL, False))
    new = data.replace(b"OLD", b"NEW") if "ASH101" in options.select else data
    return FileResult(path, data, new, tuple(findings))


def rewrite_config(path: str, data: bytes, facts: object, options: Options) -> FileResult:
    assert isinstance(facts, TinyFacts)
    if b"OLD" not in data:
        return FileResult(path, data, data)
    if facts.old:
        reason = f"{min(facts.old)} still holds an old word"
        return FileResult(path, data, data, (Finding(1, 1, "ASH501", reason, Safety.SAFE, False),))
    finding = Finding(1, 1, "ASH501", "an old word", Safety.SAFE, True)
    return FileResult(path, data, data.replace(b"OLD", b"NEW"), (finding,))


def collect_facts(files: Iterable[tuple[str, bytes]]) -> TinyFacts:
    python = [(path, data) for path, data in files if path.endswith(".py")]
    return TinyFacts(
        frozenset(path for path, data in python if b"OLD" in data),
        frozenset(path for path, data in python if b"import words" in data),
    )


def imported_aliases(path: str, data: bytes, facts: TinyFacts) -> frozenset[object]:
    return frozenset()


def facts_after(facts: TinyFacts, files: Iterable[tuple[str, bytes]]) -> TinyFacts:
    return replace(facts, old=collect_facts(files).old)


def facts_about_requirements(facts: TinyFacts, files: object, edited: object, options: object) -> TinyFacts:
    return facts


def is_config(path: str) -> bool:
    return path.rpartition("/")[2] in {"pyproject.toml", "pytest.ini", "requirements.txt"}


def is_relevant(data: bytes) -> bool:
    return any(word in data for word in _WORDS)


def rules() -> Mapping[str, TinyInfo]:
    named = {"ASH101": "old-word", "ASH331": "left-word", "ASH401": "configured-word", "ASH501": "required-word"}
    return {code: TinyInfo(code, name, f"about a {name}", Safety.SAFE) for code, name in named.items()}


EVERYTHING = Options(select=frozenset(rules()))
TINY = RuleSet(
    rewrite_python,
    rewrite_config,
    collect_facts,
    imported_aliases,
    facts_after,
    facts_about_requirements,
    is_config,
    is_relevant,
    rules,
)  # type: ignore[arg-type]
