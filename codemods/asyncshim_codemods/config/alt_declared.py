"""Whether asyncshim runs a suite for alt-pytest-asyncio after this run; otherwise nothing of asyncshim is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.alt_uses import AltFacts, enables
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.project.file_kinds import FileKind, is_bound, kind_of
from asyncshim_codemods.project.file_settings import FileSettings
from asyncshim_codemods.results import FileResult, Finding, Options, Safety

CODE = "ASH606"

# A requirement, not a table of settings, a hook or a command.
_OURS = re.compile(r"""(?<![\w./-])asyncshim(?![\w/.-])(?!\s*(?::|migrate|check|verify|status|\]))""", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)#.*$", re.MULTILINE)

Rewrite = Callable[[str, bytes, ProjectFacts, Options], FileResult]


def alt_facts(
    facts: ProjectFacts,
    files: Sequence[tuple[str, bytes]],
    edited: Collection[str],
    options: Options,
    rewrite: Rewrite,
    after: Iterable[FileSettings],
) -> AltFacts:
    """Return the facts about alt-pytest-asyncio with what this run leaves of it in the configuration ``files``."""
    alt = replace(facts.alt, stays="", in_config=tuple(_enabling(after)))
    texts = {path: _COMMENT.sub("", data.decode("utf-8", "replace")) for path, data in files if kind_of(path)}
    naming = [path for path, text in texts.items() if not is_bound(path) and req.ALT_IN_TEXT.search(text)]
    if options.runner != "asyncshim" or not (naming or alt.uses or alt.loaded or alt.in_config):
        return alt
    if any(_OURS.search(text) for path, text in texts.items() if not is_bound(path)):
        return alt
    facts, data = replace(facts, alt=alt, kept=None), dict(files)
    reasons: list[str] = []
    every = replace(options, select=options.select | {CODE})
    for path in naming:
        found = [each for each in rewrite(path, data[path], facts, every).findings if each.code == CODE]
        if path in edited and CODE in options.select and any(each.fixed for each in found):
            return alt
        if found:
            reasons.append(_reason(path, found, is_edited=path in edited, is_selected=CODE in options.select))
    if not reasons and (options.runner_given or not data):
        return alt
    nothing = "no dependency file names asyncshim: add it, or use --runner asyncshim"
    return replace(alt, stays=next(iter(reasons), nothing))


def _enabling(after: Iterable[FileSettings]) -> Iterable[str]:
    return (f"{each.path} enables it in addopts" for each in after if enables(each.addopts))


def _reason(path: str, found: Sequence[Finding], *, is_edited: bool, is_selected: bool) -> str:
    """Return why a file that names alt-pytest-asyncio does not get asyncshim."""
    if not is_selected:
        return f"{path} requires alt-pytest-asyncio, and {CODE} is not selected"
    if kind_of(path) in {FileKind.LOCK, FileKind.PROGRAM}:
        return f"{path} installs alt-pytest-asyncio: write asyncshim there manually"
    if not is_edited:
        return f"{path} requires alt-pytest-asyncio, and this run covers a part of the suite"
    unsafe = next((each for each in found if each.safety is Safety.UNSAFE), None)
    if unsafe is not None:
        return f"{path} needs --unsafe"
    return f"{path} requires alt-pytest-asyncio: {found[0].message.removeprefix(f'{req.ALT} stays: ')}"
