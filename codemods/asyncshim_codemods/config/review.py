"""The review of one file: the findings, and which of them the user wants fixed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Protocol

from asyncshim_codemods.project.alt_uses import AltFacts
from asyncshim_codemods.project.file_settings import FileSettings, KeptPlugin
from asyncshim_codemods.project.pytest_limits import PytestLimit, limit_beside, pytest_limits
from asyncshim_codemods.project.python_support import PythonSupport, python_support, support_for
from asyncshim_codemods.results import TODO_COMMENT, Finding, Options, Safety, todo_comment
from asyncshim_codemods.source.config_text import ConfigText, TextEdit
from asyncshim_codemods.source.suppressions import codes_in, covers

_COMMENT = re.compile(r"\s*[#;]")


class ConfigFacts(Protocol):
    """The facts about other files that rules about configuration need; ``ProjectFacts`` has them."""

    @property
    def settings(self) -> tuple[FileSettings, ...]:
        """The pytest settings of the project."""
        ...

    @property
    def plugin_autoload(self) -> bool:
        """Return whether pytest loads installed plugins."""
        ...

    @property
    def still_needs_pytest_asyncio(self) -> tuple[str, ...]:
        """The reasons why pytest-asyncio has to stay installed after this run; empty if it can be removed."""
        ...

    @property
    def kept(self) -> KeptPlugin | None:
        """Set if the dependency files may still install pytest-asyncio after this run."""
        ...

    def settings_for(self, path: str) -> FileSettings:
        """Return the settings that pytest would read for ``path``."""
        ...

    def leak_below(self, config: str) -> str | None:
        """Return why a suite may notice that the default loop scope in ``config`` goes; None if that is not known."""
        ...

    @property
    def async_files(self) -> frozenset[str]:
        """The files with async tests or fixtures."""
        ...

    @property
    def python_support(self) -> tuple[PythonSupport, ...]:
        """The Python versions that the files of the project declare as supported."""
        ...

    @property
    def pytest_limits(self) -> tuple[PytestLimit, ...]:
        """The limits on pytest's version that keep asyncshim out."""
        ...

    @property
    def alt(self) -> AltFacts:
        """The uses of alt-pytest-asyncio in the project."""
        ...

    @property
    def still_required_by(self) -> tuple[str, ...]:
        """The files that still require pytest-asyncio after this run."""
        ...


@dataclass(frozen=True, slots=True)
class Decision:
    """A rule's answer for one option, entry or line.

    ``value`` is what replaces it and ``name`` renames it; without them it is removed. ``also`` is a second requirement,
    which follows the first.
    """

    code: str
    message: str
    safety: Safety = Safety.SAFE
    value: str | None = None
    name: str | None = None
    also: str | None = None


@dataclass(slots=True)
class Review:
    """The findings of one file. ``accept`` records a decision and returns whether to make its edit."""

    source: ConfigText
    facts: ConfigFacts
    options: Options
    editable: bool = True
    findings: list[Finding] = field(default_factory=list[Finding])
    _left: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    _fixed: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])

    def accept(self, offset: int, decision: Decision, anchor: int | None = None) -> bool:
        """Record the decision on what stands at ``offset``.

        ``anchor`` is the line above which a comment may stand; without it that is the line of ``offset``. 0 is for what
        concerns the whole file, where no comment would have a place.
        """
        line = self.source.line(offset)
        anchor = line if anchor is None else anchor
        if decision.code not in self.options.select or self._ignored(decision.code, line, anchor):
            return False
        wanted = decision.safety is Safety.SAFE or (decision.safety is Safety.UNSAFE and self.options.unsafe)
        fixed = wanted and self.editable
        column = self.source.column(offset)
        self.findings.append(Finding(line, column, decision.code, decision.message, decision.safety, fixed))
        if fixed:
            self._fixed.add((decision.code, anchor))
        elif anchor:
            self._left.setdefault((decision.code, anchor), decision.message)
        return fixed

    @property
    def chosen(self) -> FileSettings:
        """The settings that pytest uses for the folder of this file."""
        return self.facts.settings_for(self.source.path)

    @property
    def support(self) -> PythonSupport | None:
        """The oldest Python that the project around this file supports, if that is known."""
        own = python_support(self.source.path, self.source.text.encode())
        others = (each for each in self.facts.python_support if each.path != self.source.path)
        return support_for([*others, *([] if own is None else [own])], self.source.path)

    @property
    def pytest_limit(self) -> str:
        """The limit on pytest's version, here or in a file that is read together with this one, or ""."""
        own = pytest_limits(self.source.path, self.source.text.encode())
        others = (each for each in self.facts.pytest_limits if each.path != self.source.path)
        return limit_beside([*others, *own], self.source.path)

    def explain(self, text: str) -> None:
        """Add to the message of the finding that was recorded last."""
        self.findings[-1] = replace(self.findings[-1], message=f"{self.findings[-1].message}; {text}")

    def comment_edits(self) -> list[TextEdit]:
        """Add the requested TODO comments, and remove outdated ones."""
        edits: list[TextEdit] = []
        for code, anchor in self._fixed - set(self._left):
            written = self._todo_above(code, anchor)
            edits += [] if written is None else [TextEdit(*self.source.line_span(written))]
        for (code, anchor), message in sorted(self._left.items()):
            if self.editable and self.options.todo and self._todo_above(code, anchor) is None:
                edits.append(self._todo(code, anchor, message))
        return edits

    def _ignored(self, code: str, line: int, anchor: int) -> bool:
        """Return whether a comment on the line, or on lines of their own above the statement, keeps it as it is."""
        texts = [self.source.line_text(line)]
        while anchor > 1 and _COMMENT.match(above := self.source.line_text(anchor - 1)):
            texts.append(above)
            anchor -= 1
        return any(covers(codes_in(text), code) for text in texts)

    def _todo(self, code: str, anchor: int, message: str) -> TextEdit:
        start, _ = self.source.line_span(anchor)
        text = self.source.line_text(anchor)
        indent = text[: len(text) - len(text.lstrip())]
        todo = todo_comment(code, message, len(indent))
        return TextEdit(start, start, f"{indent}{todo}{self.source.newline_at(anchor)}")

    def _todo_above(self, code: str, anchor: int) -> int | None:
        """Return the line of the TODO comment for that code directly above the statement."""
        line = anchor - 1
        while line >= 1 and (match := TODO_COMMENT.match(self.source.line_text(line).lstrip())):
            if match["code"] == code:
                return line
            line -= 1
        return None
