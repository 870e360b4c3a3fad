"""ASH501 in YAML: the lists of ``environment.yml`` and the hooks of ``.pre-commit-config.yaml``."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from asyncshim_codemods.config.check import LEFT, ValueChange
from asyncshim_codemods.config.dependency_rules import RequirementContext, judge_requirement, surroundings
from asyncshim_codemods.config.reported import report_text
from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.config.yaml_lists import ListEntry, read_lists
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.python_support import oldest_allowed
from asyncshim_codemods.results import Safety
from asyncshim_codemods.source.config_text import ConfigText, TextEdit, delete_lines, insert_line
from asyncshim_codemods.source.ini_reading import ConfigError

_PYTHON = re.compile(r"python(?:\s*(?=[=<>~!])|\s+(?=\d))")
# `=3.9`, `3.9 build` and `==3.9.1=build` in the list of conda: the version without the build.
_ONE_VERSION = re.compile(r"(=*)\s*([\w.*]+)")
# Where conda-forge has the runner under the same name.
_ON_CONDA = frozenset({"anyio"})


@dataclass(slots=True)
class YamlReview:
    """The review of one file: its entries, their texts after this run, and the edits."""

    review: Review
    entries: list[ListEntry]
    edits: list[TextEdit] = field(default_factory=list[TextEdit])
    changes: list[ValueChange] = field(default_factory=list[ValueChange])
    texts: list[str] = field(init=False)
    _listed: defaultdict[int, req.RequirementSet] = field(init=False)
    _sizes: Counter[int] = field(init=False)
    _around: RequirementContext = field(init=False)
    _pip: defaultdict[tuple[str, ...], list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self._around = self._surroundings()
        self.texts = [entry.text for entry in self.entries]
        self._listed = defaultdict(req.RequirementSet)
        for entry in self.entries:
            self._listed[entry.holder].add(entry.text)
        self._sizes = Counter(entry.holder for entry in self.entries)
        self._pip = defaultdict(list)
        for index, entry in enumerate(self.entries):
            if entry.keys[-1:] == ("pip",) and not entry.flow:
                self._pip[entry.keys[:-1]].append(index)

    def run(self) -> None:
        """Review every entry of a dependency list, and report other lines that name pytest-asyncio."""
        pre_commit = posixpath.basename(self.review.source.path) == ".pre-commit-config.yaml"
        pip_list = ("additional_dependencies",) if pre_commit else ("dependencies", "pip")
        judged: set[int] = set()
        # The pip list is first, because entries of a conda list may move to it.
        order = sorted(range(len(self.entries)), key=lambda index: self.entries[index].keys[-1:] != ("pip",))
        for index in order:
            entry = self.entries[index]
            if entry.keys[-len(pip_list) :] == pip_list:
                self._requirement(index)
            elif not pre_commit and entry.keys[-1:] == ("dependencies",):
                self._conda(index)
            else:
                continue
            judged.add(entry.line)
        self._report_others(judged)

    def _surroundings(self) -> RequirementContext:
        place = surroundings(self.review)
        own = [oldest for each in self.entries if (oldest := _python_of(each)) is not None]
        if own:
            return replace(place, old_pythons=f"this environment allows Python {own[0]}" if own[0] else "")
        if posixpath.basename(self.review.source.path) == ".pre-commit-config.yaml":
            return RequirementContext()
        return place

    def _place(self, entry: ListEntry) -> RequirementContext:
        """Return what surrounds an entry: the environment's own Python decides, else the project."""
        return replace(self._around, is_listed=self._listed[entry.holder].covers)

    def _requirement(self, index: int) -> None:
        entry = self.entries[index]
        place = replace(self._place(entry), can_split=not entry.flow)
        decision = judge_requirement(self.review, entry.text, place)
        if decision is not None:
            self._carry_out(index, self._unless_alone(index, decision))

    def _conda(self, index: int) -> None:
        """Review an entry for conda. A runner that conda does not have is added to the pip list."""
        entry = self.entries[index]
        place = self._place(entry)
        text = entry.text.rpartition("::")[2]
        old = req.name_of(text)
        decision = judge_requirement(self.review, text, place)
        written = req.written_for(self.review.options.runner)
        if decision is None:
            return
        if decision.value is None or req.name_of(written) in _ON_CONDA or decision.safety is Safety.MANUAL:
            self._carry_out(index, self._unless_alone(index, decision))
            return
        pip = self._pip.get(entry.keys, [])
        if not pip or entry.flow:
            message = f"{old} comes from conda, which has no {written}: add {written} to a pip list manually"
            self._carry_out(index, Decision(decision.code, message, Safety.MANUAL))
            return
        moved = Decision(decision.code, f"{old} from conda becomes {written} from pip", decision.safety)
        there = req.RequirementSet(self.texts[at] for at in pip).covers(written)
        if self._carry_out(index, moved) and not there:
            self._append(pip[-1], written)

    def _unless_alone(self, index: int, decision: Decision) -> Decision:
        """Require manual review if the list would become empty: an empty block list is null in YAML."""
        if decision.value is not None or self.entries[index].flow or decision.safety is Safety.MANUAL:
            return decision
        if self._sizes[self.entries[index].holder] > 1:
            return decision
        old = req.name_of(self.entries[index].text.rpartition("::")[2])
        return Decision(decision.code, f"{old} is alone in its list: remove the list manually", Safety.MANUAL)

    def _carry_out(self, index: int, decision: Decision) -> bool:
        source, entry = self.review.source, self.entries[index]
        anchor = source.line(entry.holder) if entry.flow else entry.line
        if not self.review.accept(entry.start, decision, anchor):
            return False
        if decision.value is not None:
            self.edits.append(TextEdit(entry.start, entry.end, decision.value))
        elif entry.flow:
            siblings = [other for other in self.entries if other.holder == entry.holder]
            self.edits.append(_remove_from_flow(source, siblings, entry))
        else:
            self.edits += delete_lines(source, [entry.line])
        self.texts[index] = decision.value or ""
        self._listed[entry.holder].add(self.texts[index])
        self._sizes[entry.holder] -= decision.value is None
        self.changes.append(ValueChange((index,), decision.value))
        if decision.also is not None:
            self._append(index, decision.also)
        return True

    def _append(self, index: int, text: str) -> None:
        """Add an entry below that one."""
        source, line = self.review.source, self.entries[index].line
        raw = source.line_text(line)
        indent = raw[: len(raw) - len(raw.lstrip())]
        self.edits.append(insert_line(source, line, f"{indent}- {text}"))
        self.changes.append(ValueChange((index, "after"), text))

    def _report_others(self, judged: set[int]) -> None:
        source = self.review.source
        for line in range(1, source.line_count + 1):
            text = source.line_text(line)
            if line not in judged and not text.lstrip().startswith("#"):
                report_text(self.review, text, source.starts[line - 1], line)


def _python_of(entry: ListEntry) -> str | None:
    """Return the oldest Python before 3.11 that ``python=3.9`` in the list of conda allows, "" for none, else None."""
    text = entry.text.rpartition("::")[2].strip()
    found = _PYTHON.match(text) if entry.keys[-1:] == ("dependencies",) else None
    if found is None:
        return None
    limit = text[found.end() :]
    one = _ONE_VERSION.match(limit)
    if one is not None:
        limit = f"=={one[2]}" if one[1] == "==" else one[2]
    return oldest_allowed(limit)


def _remove_from_flow(source: ConfigText, siblings: list[ListEntry], entry: ListEntry) -> TextEdit:
    """Remove one entry of ``[a, b]`` with its quotes and one comma."""
    at = siblings.index(entry)
    start, end = _outer(source, entry)
    if at + 1 < len(siblings):
        return TextEdit(start, _outer(source, siblings[at + 1])[0])
    return TextEdit(_outer(source, siblings[at - 1])[1], end) if at else TextEdit(start, end)


def _outer(source: ConfigText, entry: ListEntry) -> tuple[int, int]:
    quoted = source.text[entry.start - 1] in {'"', "'"}
    return entry.start - quoted, entry.end + quoted


def review_yaml(review: Review) -> tuple[list[TextEdit], list[ValueChange]]:
    """Return the edits of one file, and what its lists have to be after them."""
    result = YamlReview(review, read_lists(review.source))
    result.run()
    return result.edits, result.changes


def check_yaml(source: ConfigText, after: str, changes: Iterable[ValueChange]) -> None:
    """Raise unless the lists differ in exactly ``changes``."""
    expected = [[(entry.keys, entry.text)] for entry in read_lists(source)]
    for change in changes:
        index = change.path[0]
        assert isinstance(index, int)
        added = [] if change.value is None else [(read_lists(source)[index].keys, str(change.value))]
        expected[index] = expected[index] + added if change.path[1:] else added
    found = [(entry.keys, entry.text) for entry in read_lists(ConfigText.decode(source.path, after.encode()))]
    if found != [entry for entries in expected for entry in entries]:
        raise ConfigError(LEFT)
