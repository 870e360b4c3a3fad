"""Which runner the dependency files install after this run: code and configuration are rewritten for it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from asyncshim_codemods.config.alt_declared import alt_facts
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.facts import ProjectFacts, settings_for
from asyncshim_codemods.project.file_kinds import PYTEST_FILES, FileKind, is_bound, kind_of
from asyncshim_codemods.project.file_settings import FileSettings, KeptPlugin
from asyncshim_codemods.project.needs import is_about_plugin, names_dependency
from asyncshim_codemods.project.pytest_limits import allows_only_before
from asyncshim_codemods.project.pytest_settings import PytestSettings, read_pytest_settings
from asyncshim_codemods.results import FileResult, Finding, Options, Safety

Files = Sequence[tuple[str, bytes]]

_REPLACES = "ASH501"
_MIGRATE = "python -m asyncshim migrate"
# A requirement of a runner, not its settings, its hooks or a command.
_RUNNER = re.compile(
    rb"""(?<![\w./-])(?:alt[-_.]+pytest[-_.]+asyncio|asyncshim)(?![\w/.-])(?!\s*(?::|migrate|check|verify|status|\]))""",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"(?:^|\s)#.*$", re.MULTILINE)
_LISTS = re.compile(rb"dependenc|requires?\b|\bdeps\b|packages\]|\binstall\b")
# Files that a tool may have made from others.
_MADE = frozenset({FileKind.LOCK, FileKind.REQUIREMENTS})
_NO_FILE = "no dependency file names a runner"
# Files that may get a section for pytest, in the order of preference.
_HOMES = ("pyproject.toml", "tox.ini", "setup.cfg")
_LOOPS = "its options for one loop cannot be written for every test"
_TOO_OLD = "one loop for all needs pytest-asyncio 0.26 or newer, which a limit there keeps out"
_BACKENDS = "its auto mode would take the tests of another async plugin"
_UNKNOWN = "an option that its release does not support is an error here, and no dependency file limits its version"


class Rewrites(Protocol):
    """The rewrite of configuration files, which needs what is found here: the module ``config.rewrite``."""

    def rewrite_config(self, path: str, data: bytes, facts: ProjectFacts, options: Options, /) -> FileResult:
        """Return the file after the rules, and their findings."""
        ...

    def remaining(
        self, files: Files, edited: Collection[str], facts: ProjectFacts, options: Options, /
    ) -> tuple[str, ...]:
        """Return the files that still require pytest-asyncio after the run."""
        ...


@dataclass(frozen=True, slots=True)
class _Run:
    """The files and options of a run."""

    files: Files
    edited: Collection[str]
    facts: ProjectFacts
    options: Options
    rewrites: Rewrites

    @property
    def replaceable(self) -> Collection[str]:
        """The files in which this run may replace the dependency."""
        return self.edited if _REPLACES in self.options.select else ()

    def without(self, kept: KeptPlugin | None) -> ProjectFacts:
        return replace(self.facts, kept=kept, settings_after=None)


def facts_about_runner(
    facts: ProjectFacts, files: Files, edited: Collection[str], options: Options, rewrites: Rewrites
) -> ProjectFacts:
    """Return ``facts`` with the plugin that stays, and with the settings after this run.

    ``facts`` must say what still needs and what still requires pytest-asyncio. Only the ``edited`` files change.
    """
    run = _Run(files, edited, facts, options, rewrites)
    kept = _kept(run)
    after = _settings_after(run, kept)
    if kept is None and options.runner == req.OLD and _uses_it(run):
        kept = _kept_for_itself(run, after)
        after = after if kept is None else _settings_after(run, kept)
    is_named = _names_runner(files) or (options.runner == req.OLD and any(names_dependency(data) for _, data in files))
    is_declared = not _uses_it(run) or kept is not None or _is_replaced(run) or is_named
    active = facts.newly_active
    if (
        kept is not None
        and kept.declared
        and any(not settings_for(facts.settings, path).mode for path in facts.async_files)
    ):
        active = facts.async_files
    alt = alt_facts(facts, files, edited, options, rewrites.rewrite_config, after.files)
    return replace(facts, kept=kept, is_declared=is_declared, settings_after=after.files, newly_active=active, alt=alt)


def _uses_it(run: _Run) -> bool:
    facts = run.facts
    is_named = facts.names_pytest_asyncio or any(settings.mode for settings in facts.settings)
    requirers = any(is_about_plugin(each) for each in facts.still_needs_pytest_asyncio)
    return is_named or requirers or any(names_dependency(data) for _, data in run.files)


def _kept(run: _Run) -> KeptPlugin | None:
    if not _uses_it(run):
        return None
    required = run.facts.still_required_by
    if not run.replaceable:
        required = run.rewrites.remaining(run.files, (), run.without(None), run.options)
    if required:
        found = _because_of(run, required[0])
    elif plugins := [each for each in run.facts.still_needs_pytest_asyncio if is_about_plugin(each)]:
        found = KeptPlugin(plugins[0], f"remove that plugin, then run `{_MIGRATE}`")
    elif run.options.runner == "pytest-asyncio" or _is_replaced(run) or _names_runner(run.files):
        return None
    elif made := next((path for path, data in run.files if kind_of(path) in _MADE and names_dependency(data)), None):
        found = KeptPlugin(f"{made} installs it", f"change what that file is made from, then run `{_MIGRATE}`")
    elif run.options.runner_given or not _says_anything(run):
        return None  # without any such file, nothing but the runner of this run is known
    else:
        found = KeptPlugin(_NO_FILE, f"`{_MIGRATE} --runner asyncshim`", declared=False)
    return _with_home(run, found)


def _kept_for_itself(run: _Run, after: PytestSettings) -> KeptPlugin | None:
    """Return why the suite cannot be written for one loop of pytest-asyncio, although this run is to do that."""
    facts = run.facts
    modes = [settings_for(facts.settings, path).mode for path in facts.async_files]
    if facts.loops.other_backends and not all(mode == "auto" for mode in modes):
        return _with_home(run, KeptPlugin(_BACKENDS, "move those tests to a project of their own, or keep the markers"))
    if old := next((path for path, data in run.files if _is_older(path, data, "0.26")), None):
        return _with_home(run, KeptPlugin(f"{old}: {_TOO_OLD}", f"raise that limit, then run `{_MIGRATE}` again"))
    is_strict = any(each.strict_config or each.warnings_are_errors for each in facts.settings)
    if is_strict and not any(names_dependency(data) for _, data in run.files):
        return _with_home(run, KeptPlugin(_UNKNOWN, f"list `{req.OLD}>=1.0` there, then run `{_MIGRATE}` again"))
    if not _share_one_loop(facts, after):
        return _with_home(run, KeptPlugin(_LOOPS, "write them manually: see `python -m asyncshim rule ASH401`"))
    return None


def _with_home(run: _Run, kept: KeptPlugin) -> KeptPlugin:
    return replace(kept, auto=_runs_in_auto_mode(run), home=_home(run))


def _runs_in_auto_mode(run: _Run) -> bool:
    """Return whether the plugin has an auto mode, no command sets another, and it takes no tests of other plugins."""
    if run.facts.strict_command and not run.options.unsafe:
        return False
    return not run.facts.loops.other_backends and not any(_is_older(path, data, "0.17") for path, data in run.files)


def _is_older(path: str, data: bytes, version: str) -> bool:
    """Return whether a dependency file limits pytest-asyncio to releases before that one."""
    if kind_of(path) in {None, FileKind.LOCK} or not names_dependency(data):
        return False
    return allows_only_before(data, req.OLD, version)


def _home(run: _Run) -> str:
    """Return the file that gets a section for pytest: an empty pytest.ini, or one of others without such a section."""
    empty = (path for path, data in run.files if path in {"pytest.ini", ".pytest.ini"} and b"[pytest]" not in data)
    if run.facts.settings:
        return next(empty, "")
    names = {path for path, _ in run.files}
    return next((name for name in _HOMES if name in names), "")


def _because_of(run: _Run, path: str) -> KeptPlugin:
    """Return why that file still requires pytest-asyncio."""
    data = next((data for each, data in run.files if each == path), b"")
    if _REPLACES not in run.options.select:
        return KeptPlugin(f"{path} requires it, and {_REPLACES} is not selected", f"`{_MIGRATE}`")
    if path not in run.edited:
        return KeptPlugin(f"{path} requires it, and this run covers a part of the suite", f"`{_MIGRATE}`")
    finding = _left_in(run, path, data)
    if finding is None:
        return KeptPlugin(f"{path} requires it", f"change that manually, then run `{_MIGRATE}`")
    message = finding.message.removeprefix("pytest-asyncio stays: ")
    if finding.safety is Safety.UNSAFE:
        return KeptPlugin(message.partition(":")[0], f"drop those Pythons, then run `{_MIGRATE}`")
    if importing := [each for each in run.facts.still_needs_pytest_asyncio if not is_about_plugin(each)]:
        where = importing[0].rpartition(":")[0]
        return KeptPlugin(
            importing[0],
            f"remove that import, and rewrite what `python -m asyncshim check {where}` lists, then run `{_MIGRATE}`",
        )
    reason = message if message.startswith(path) else f"{path}: {message}"
    return KeptPlugin(reason, f"change that, then run `{_MIGRATE}`")


def _left_in(run: _Run, path: str, data: bytes) -> Finding | None:
    every = replace(run.options, select=run.options.select | {_REPLACES, "ASH502"})
    first = run.rewrites.rewrite_config(path, data, run.without(None), every)
    again = run.rewrites.rewrite_config(path, first.new, run.without(None), every)
    findings = (*first.findings, *again.findings)
    return next((each for each in findings if not each.fixed and each.code in {_REPLACES, "ASH502"}), None)


def _is_replaced(run: _Run) -> bool:
    return any(
        any(each.fixed and each.code == _REPLACES for each in _rewritten(run, path, data, None).findings)
        for path, data in run.files
        if path in run.replaceable and names_dependency(data)
    )


def _rewritten(run: _Run, path: str, data: bytes, kept: KeptPlugin | None) -> FileResult:
    return run.rewrites.rewrite_config(path, data, run.without(kept), run.options)


def _says_anything(run: _Run) -> bool:
    """Return whether some file has settings for pytest or lists dependencies."""
    settings = any(each != FileSettings(each.path) for each in run.facts.settings)
    return settings or any(_lists_something(*each) for each in run.files)


def _lists_something(path: str, data: bytes) -> bool:
    """Return whether a file lists dependencies of the project."""
    kind = kind_of(path)
    if kind in {FileKind.REQUIREMENTS, FileKind.LOCK} or posixpath.basename(path) == "setup.py":
        return True
    return posixpath.basename(path) != ".pre-commit-config.yaml" and _LISTS.search(data) is not None


def _names_runner(files: Files) -> bool:
    return any(
        _RUNNER.search(_COMMENT.sub(b"", data)) is not None
        for path, data in files
        if kind_of(path) is not None and not is_bound(path)
    )


def _settings_after(run: _Run, kept: KeptPlugin | None) -> PytestSettings:
    """Return the settings that pytest reads after this run."""
    found: list[tuple[str, bytes]] = []
    for path, data in run.files:
        if posixpath.basename(path) in PYTEST_FILES:
            new = _rewritten(run, path, data, kept).new if path in run.edited else data
            found.append((path, new))
    return read_pytest_settings(found)


def _share_one_loop(facts: ProjectFacts, after: PytestSettings) -> bool:
    settings = {settings_for(after.files, path) for path in facts.async_files} or set(after.files)
    return all(
        each.mode == "auto" and each.fixture_loop_scope == each.test_loop_scope == "session" for each in settings
    )
