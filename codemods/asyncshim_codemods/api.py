"""The public functions of the rules. They do not write files, and LibCST is imported only by those that need it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from asyncshim_codemods.catalog import is_config, is_lock, rule_names
from asyncshim_codemods.project.alt_uses import AltUses
from asyncshim_codemods.project.definitions import defined, requested_ports
from asyncshim_codemods.project.event_loop_facts import LoopCollector, may_parse
from asyncshim_codemods.project.facts import KeptAliases, ProjectFacts, settings_for
from asyncshim_codemods.project.file_kinds import FileKind, kind_of
from asyncshim_codemods.project.file_settings import FileSettings, KeptPlugin
from asyncshim_codemods.project.import_style import ImportStyle, import_styles
from asyncshim_codemods.project.imports_and_aliases import Collector, same_module, selects_by_marker
from asyncshim_codemods.project.needs import Needs, outside
from asyncshim_codemods.project.own_names import EJECT_ADDS
from asyncshim_codemods.project.pytest_limits import PytestLimit, pytest_limits
from asyncshim_codemods.project.pytest_settings import PytestSettings, read_pytest_settings
from asyncshim_codemods.project.python_support import PythonSupport, python_support
from asyncshim_codemods.project.suite_leaks import has_wide_default, suite_leaks
from asyncshim_codemods.registry import all_rules, described, is_relevant
from asyncshim_codemods.results import TOO_DEEP, FileResult
from asyncshim_codemods.source import line_diff, parse
from asyncshim_codemods.source.parse import may_be_broken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from asyncshim_codemods.results import Options
    from asyncshim_codemods.rule import Example, RuleInfo

# Bytes that are parsed in well under a second; parsers of configuration take longer, and some of their input is worse.
_LARGE, _LARGE_CONFIG = 200_000, 32_000

__all__ = [
    "EJECT_ADDS",
    "Example",
    "FileFacts",
    "FileSettings",
    "KeptAliases",
    "KeptPlugin",
    "ProjectFacts",
    "RuleInfo",
    "collect_facts",
    "defined",
    "facts_about_leaks",
    "facts_about_requirements",
    "facts_about_runner",
    "facts_after",
    "facts_without_imports_in",
    "imported_aliases",
    "is_config",
    "is_lock",
    "is_parsed_whole",
    "is_relevant",
    "is_suspicious",
    "line_diff",
    "may_be_broken",
    "read_apart",
    "read_facts",
    "requested_ports",
    "rewrite_apart",
    "rewrite_config",
    "rewrite_python",
    "rewrite_shallow",
    "rule_names",
    "rules",
]


def is_suspicious(path: str, data: bytes, is_parsed: bool = False) -> bool:
    """Return whether reading a file may take long, much memory, or more stack than a process starts with.

    ``is_parsed`` says that it is parsed in any case. Call ``read_apart`` and ``rewrite_apart`` for a suspicious
    file, in another process: they may end it.
    """
    if is_config(path):
        return len(data) > _LARGE_CONFIG or parse.may_be_slow_config(data)
    return len(data) > _LARGE or ((is_parsed or is_relevant(data) or may_parse(data)) and parse.may_be_deep(data))


def is_parsed_whole(path: str, data: bytes) -> bool:
    """Return whether rules parse all of a file; others are only searched for words, however large they are."""
    if is_config(path):
        return kind_of(path) not in {FileKind.LOCK, FileKind.PROGRAM} and b"asyncio" in data.lower()
    return is_relevant(data)


def read_apart(path: str, data: bytes) -> FileFacts | None:
    """Return what a suspicious file says, or None if it is nested too deeply even for a large stack."""
    try:
        return parse.call_with_room(lambda: read_facts(path, data))
    except parse.TooDeepError:
        return None


def rewrite_apart(path: str, data: bytes, facts: ProjectFacts, options: Options) -> FileResult:
    """Return the result of the selected rules for a suspicious file."""
    from asyncshim_codemods import run

    try:
        if not is_config(path):
            return run.rewrite(path, data, facts, options, all_rules(), is_deep=True)
        return parse.call_with_room(lambda: rewrite_config(path, data, facts, options))
    except parse.TooDeepError:
        return FileResult(path, data, data, error=TOO_DEEP)


def rewrite_python(path: str, data: bytes, facts: ProjectFacts, options: Options) -> FileResult:
    """Return the result of the selected rules for a Python file; a bad file has a ``FileResult.error``."""
    from asyncshim_codemods import run

    return run.rewrite(path, data, facts, options, all_rules())


def rewrite_shallow(path: str, data: bytes, facts: ProjectFacts, options: Options) -> FileResult:
    """``rewrite_python`` for a file that ``is_suspicious`` has measured."""
    from asyncshim_codemods import run

    return run.rewrite(path, data, facts, options, all_rules(), is_deep=False)


def rewrite_config(path: str, data: bytes, facts: ProjectFacts, options: Options) -> FileResult:
    """Return the result of the selected rules for a configuration or dependency file."""
    from asyncshim_codemods.config import rewrite

    try:
        return rewrite.rewrite_config(path, data, facts, options)
    except RecursionError:
        return FileResult(path, data, data, error=TOO_DEEP)


class FileFacts:
    """Facts from some files; they can be sent to another process."""

    def __init__(self) -> None:
        self.needs = Needs()
        self.python = Collector()
        self.loops = LoopCollector()
        self.settings = PytestSettings()
        self.relevant: list[str] = []
        self.selectors: list[str] = []
        self.import_styles: list[ImportStyle] = []
        self.python_support: list[PythonSupport] = []
        self.pytest_limits: list[PytestLimit] = []
        self.alt = AltUses()

    def add(self, path: str, data: bytes) -> None:
        """Read one file."""
        self.needs.add(path, data)
        if selects_by_marker(path, data):
            self.selectors.append(path)
        if is_config(path):
            self.python_support += filter(None, [python_support(path, data)])
            self.pytest_limits += pytest_limits(path, data)
            self.settings = self.settings.joined(read_pytest_settings([(path, data)]))
        elif path.endswith(".py"):
            self.python.add(path, data)
            self.loops.add(path, data)
            self.alt.add(path, data)
            if is_relevant(data):
                self.relevant.append(path)
        if not path.endswith(".py"):
            self.import_styles += import_styles(path, data)

    def absorb(self, other: FileFacts) -> None:
        """Take over what was read elsewhere."""
        self.needs.absorb(other.needs)
        self.python.absorb(other.python)
        self.loops.absorb(other.loops)
        self.settings = self.settings.joined(other.settings)
        self.relevant += other.relevant
        self.selectors += other.selectors
        self.import_styles += other.import_styles
        self.python_support += other.python_support
        self.pytest_limits += other.pytest_limits
        self.alt.absorb(other.alt)


def read_facts(path: str, data: bytes) -> FileFacts:
    """Return what one file says."""
    facts = FileFacts()
    facts.add(path, data)
    return facts


def collect_facts(files: Iterable[tuple[str, bytes | FileFacts]]) -> ProjectFacts:
    """Facts from the given files, which are bytes or results of ``read_facts``.

    Give every Python file of the project, not only the relevant ones: a name can be removed from a file only if no
    other file imports it.
    """
    every = FileFacts()
    for path, data in files:
        if isinstance(data, FileFacts):
            every.absorb(data)
        else:
            every.add(path, data)
    found, python = every.settings, every.python
    importers = frozenset(python.importers())
    # Async code that does not name pytest-asyncio runs in auto mode already.
    modes = [settings_for(found.files, path).mode for path in python.with_async_code]
    is_strict = every.needs.is_strict_by_default and not all(modes)
    is_strict = is_strict or any(each.mode == "strict" for each in found.files)
    return ProjectFacts(
        settings=found.files,
        imported=frozenset(python.imported()),
        used=frozenset(python.used.pairs(same_module)),
        loaded=frozenset(python.loaded),
        requested=frozenset(python.requested),
        plugin_autoload=found.plugin_autoload,
        still_needs_pytest_asyncio=every.needs.reasons(),
        aliases=tuple(python.aliases),
        importers=importers,
        strict_by_default=every.needs.is_strict_by_default,
        newly_active=frozenset(python.with_async_code if is_strict else ()),
        loops=every.loops.facts(),
        async_files=frozenset(python.with_async_code),
        names_pytest_asyncio=python.names_pytest_asyncio,
        mark_readers=frozenset(python.mark_readers),
        own_fixtures=frozenset(python.own_fixtures),
        marker_selectors=tuple(sorted(every.selectors)),
        import_styles=tuple(sorted(every.import_styles)),
        strict_command=found.strict_command,
        python_support=tuple(sorted(every.python_support)),
        pytest_limits=tuple(sorted(every.pytest_limits)),
        alt=every.alt.facts(),
    ).only_about([*every.relevant, *importers, *(python.with_async_code if is_strict else ())])


def facts_after(facts: ProjectFacts, files: Iterable[tuple[str, bytes | FileFacts]]) -> ProjectFacts:
    """``facts`` with what ``files``, which were rewritten, still need of pytest-asyncio and alt-pytest-asyncio."""
    needs, alt = Needs(), AltUses()
    for path, data in files:
        if isinstance(data, FileFacts):
            needs.absorb(data.needs)
            alt.absorb(data.alt)
        else:
            needs.add(path, data)
            alt.add(path, data)
    return replace(facts, still_needs_pytest_asyncio=needs.reasons(), alt=facts.alt.after(alt.facts()))


def imported_aliases(path: str, data: bytes, facts: ProjectFacts) -> KeptAliases:
    """Return the aliases of the marker that a file imports from other files, each with the path of the file."""
    python = Collector()
    python.add(path, data)
    return frozenset((alias, path) for alias in python.taken(facts.aliases))


def facts_about_requirements(
    facts: ProjectFacts, files: Iterable[tuple[str, bytes]], edited: Collection[str], options: Options
) -> ProjectFacts:
    """Return ``facts`` with the ``files`` that still require pytest-asyncio after the ``edited`` ones are rewritten."""
    from asyncshim_codemods.config.rewrite import remaining

    return replace(facts, still_required_by=remaining(files, edited, facts, options))


def facts_about_runner(
    facts: ProjectFacts, files: Iterable[tuple[str, bytes]], edited: Collection[str], options: Options
) -> ProjectFacts:
    """Return ``facts`` with the runner that the dependency ``files`` install after the ``edited`` ones are rewritten.

    ``facts`` must be those of ``facts_about_requirements``.
    """
    from asyncshim_codemods.config import declared, rewrite

    return declared.facts_about_runner(facts, tuple(files), edited, options, rewrite)


def facts_without_imports_in(facts: ProjectFacts, paths: Collection[str]) -> ProjectFacts:
    """Return ``facts`` without what these Python files need of pytest-asyncio: this run may remove it."""
    return replace(facts, still_needs_pytest_asyncio=outside(facts.still_needs_pytest_asyncio, paths))


def facts_about_leaks(facts: ProjectFacts, files: Iterable[tuple[str, bytes]]) -> ProjectFacts:
    """Return ``facts`` with what may notice a narrower default loop scope in all Python ``files`` after this run."""
    if not facts.alt.enabled_in and not any(map(has_wide_default, facts.settings)):
        return facts
    return replace(facts, leaks=suite_leaks(facts, files))


def rules() -> Mapping[str, RuleInfo]:
    """Return every rule by its code."""
    return {rule.code: rule.info() for rule in described()}
