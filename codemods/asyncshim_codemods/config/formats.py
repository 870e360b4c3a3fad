"""For each kind of file: how it is parsed, which rules review it, and how an edit of it is checked."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from asyncshim_codemods.config import ini_dependencies, toml_dependencies
from asyncshim_codemods.config.check import ValueChange, check_ini, check_toml, parse_ini, parse_toml
from asyncshim_codemods.config.ini_file import IniFile
from asyncshim_codemods.config.pytest_ini import IniSection, section_name
from asyncshim_codemods.config.pytest_options import CODE, added, written_for
from asyncshim_codemods.config.pytest_rules import review_section
from asyncshim_codemods.config.pytest_toml import TomlSection, pytest_tables
from asyncshim_codemods.config.reported import is_generated, review_generated, review_lock_file, review_program
from asyncshim_codemods.config.requirements_file import check_requirements, review_requirements
from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.config.toml_file import TomlFile, edit_toml
from asyncshim_codemods.config.yaml_dependencies import check_yaml, review_yaml
from asyncshim_codemods.project.file_kinds import PYTEST_FILES, FileKind
from asyncshim_codemods.project.pytest_settings import INI_OPTIONS
from asyncshim_codemods.results import Safety
from asyncshim_codemods.source.config_text import ConfigText, TextEdit


@dataclass(frozen=True, slots=True)
class Draft:
    """The edits of one file, and what a parser has to see changed in the end."""

    edits: Iterable[TextEdit] = ()
    changes: Iterable[ValueChange] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """How a kind of file is reviewed, parsed, edited and checked.

    ``edit`` makes the changes by path, after the edits by offset. A kind without ``check`` is only reported.
    """

    review: Callable[[Review], Draft]
    parse: Callable[[ConfigText], object] | None = None
    edit: Callable[[str, Iterable[ValueChange]], str] | None = None
    check: Callable[[ConfigText, str, Iterable[ValueChange]], None] | None = None


def _review_toml(review: Review) -> Draft:
    file = TomlFile(review.source)
    if posixpath.basename(review.source.path) in PYTEST_FILES:
        for table in pytest_tables(review.source.path):
            section = TomlSection(file, table)
            review_section(review, section, chosen=section.exists and _chosen(review))
            if section.keep_alive():
                review.explain("minversion stays in its place: without a key, pytest passes [tool.pytest] over")
        if review.source.path == "pyproject.toml" and not review.facts.settings:
            _missing_table(review, file)
    toml_dependencies.review_dependencies(review, file)
    return Draft([*file.added, *file.appended], file.changes)


def _review_ini(review: Review) -> Draft:
    file = IniFile(review.source)
    section = IniSection(file, section_name(review.source.path))
    review_section(review, section, chosen=section.exists and _chosen(review))
    if _is_home(review) and review.accept(0, _new_section(review), anchor=0):
        file.add_section(section.name, written_for(review.options.runner, review.facts.kept))
    ini_dependencies.review_dependencies(review, file)
    return Draft(file.edits, file.changes)


def _review_requirements(review: Review) -> Draft:
    if is_generated(review.source.text):
        review.editable = False
        review_generated(review)
        return Draft()
    return Draft(*review_requirements(review))


def _review_yaml(review: Review) -> Draft:
    return Draft(*review_yaml(review))


def _review_lock(review: Review) -> Draft:
    review_lock_file(review)
    return Draft()


def _review_program(review: Review) -> Draft:
    review_program(review)
    return Draft()


def _chosen(review: Review) -> bool:
    """Return whether pytest uses this file, for the root's suite or one with options of pytest-asyncio."""
    settings = review.chosen
    ours = settings.mode or settings.fixture_loop_scope or settings.test_loop_scope
    return settings.path == review.source.path and ("/" not in settings.path or ours is not None)


def _is_home(review: Review) -> bool:
    """Return whether this file gets a section for pytest, because pytest has no configuration."""
    kept = review.facts.kept
    return kept is not None and kept.home == review.source.path and bool(written_for(review.options.runner, kept))


def _new_section(review: Review) -> Decision:
    return Decision(CODE, added("asyncio_mode", "auto", review.options.runner, review.facts.kept), value="auto")


def _missing_table(review: Review, file: TomlFile) -> None:
    """Add a table with the mode that pytest-asyncio needs, or say what another runner needs.

    A new table may change pytest's root folder, so it is added only if the suite would not pass without.
    """
    if review.facts.kept is not None:
        if _is_home(review) and review.accept(0, _new_section(review), anchor=0):
            file.add_table(INI_OPTIONS, written_for(review.options.runner, review.facts.kept))
        return
    runner = review.options.runner
    lines = ", ".join(f'{name} = "{value}"' for name, value in written_for(runner).items())
    if lines:
        message = f"pytest has no configuration here: add [tool.pytest.ini_options] with {lines} for {runner}"
        review.accept(0, Decision(CODE, message, Safety.MANUAL), anchor=0)


FORMATS: Mapping[FileKind, Format] = {
    FileKind.TOML: Format(_review_toml, parse_toml, edit_toml, check_toml),
    FileKind.INI: Format(_review_ini, parse_ini, check=check_ini),
    FileKind.REQUIREMENTS: Format(_review_requirements, check=check_requirements),
    FileKind.YAML: Format(_review_yaml, check=check_yaml),
    FileKind.LOCK: Format(_review_lock),
    FileKind.PROGRAM: Format(_review_program),
}
