"""The declaration of a rule: its name, its safety, its examples, and one method that proposes edits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asyncshim_codemods.edits.model import AcceptedEdits, Proposal
    from asyncshim_codemods.results import Safety
    from asyncshim_codemods.suite.file_context import FileContext


@dataclass(frozen=True, slots=True)
class Example:
    """An example with a title; examples are both documentation and tests.

    Both texts are dedented, and their first line break is removed. ``after`` is the result of all safe rules for
    ``before``; without it the code is unchanged.
    """

    title: str
    before: str
    after: str | None = None
    unsafe: bool = False
    """Whether the rewrite needs ``--unsafe``."""
    path: str = "tests/test_example.py"

    def __post_init__(self) -> None:
        object.__setattr__(self, "before", dedent(self.before).lstrip("\n"))
        if self.after is not None:
            object.__setattr__(self, "after", dedent(self.after).lstrip("\n"))


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """The description of a rule, as plain values for the command line and the docs."""

    code: str
    name: str
    summary: str
    safety: Safety
    since: str
    until: str
    examples: tuple[Example, ...]
    documentation: str

    @property
    def plugin(self) -> str:
        """The plugin whose releases ``since`` and ``until`` are."""
        return "alt-pytest-asyncio" if self.code.startswith("ASH6") else "pytest-asyncio"


class Described:
    """The attributes of every rule, for Python files or configuration files.

    ``since`` and ``until`` are the releases of pytest-asyncio (of alt-pytest-asyncio in group 6) between which the old
    feature worked ("" = still does).
    The class docstring is the text of the rule's page.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    safety: ClassVar[Safety]
    since: ClassVar[str]
    until: ClassVar[str] = ""
    examples: ClassVar[tuple[Example, ...]]

    @classmethod
    def info(cls) -> RuleInfo:
        """Return the rule as plain values."""
        from inspect import getdoc

        return RuleInfo(
            cls.code, cls.name, cls.summary, cls.safety, cls.since, cls.until, cls.examples, getdoc(cls) or ""
        )


class Rule(Described, ABC):
    """A rule about Python files. It reads a file through its context and proposes edits.

    Selection, safety gates, suppression comments, to-do comments, conflicts between rules and the check of the result
    are the business of the core.

    It is asked about files in which one of its ``words`` stands (see ``source.words``), about files that import another
    file's name for the marker, and about files that newly run under asyncshim. Without words it is asked about each
    file that is parsed because of another rule. The words are strings, or names of strings: ``rule_sources`` reads them
    from the file.
    """

    words: ClassVar[tuple[str, ...]]
    needs_pytest_asyncio_gone: ClassVar[bool] = False
    """Whether its rewrites do not work in pytest-asyncio's auto mode; they wait until that plugin is not installed."""
    is_about_original: ClassVar[bool] = False
    """Whether the rule reports on the file as it was read: it is not asked about the result of other rules."""

    @abstractmethod
    def check(self, file: FileContext, /) -> Iterable[Proposal]:
        """Return the uses that the rule finds in ``file``, with the edits that remove them."""

    def finish(self, _file: FileContext, _done: AcceptedEdits, /) -> Iterable[Proposal]:
        """Return further proposals, after the edits of all rules are known."""
        return ()
