"""The edits of one TOML file, collected and carried out together.

Elements of one array (or pairs of one inline table) share their commas, so what goes is only turned into edits when
all of it is known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from asyncshim_codemods.config.check import Change, parse_toml
from asyncshim_codemods.config.text_value import TextValue, Token, text_of_toml_string
from asyncshim_codemods.config.toml_edits import insert_line, remove_members, remove_pair
from asyncshim_codemods.config.toml_spans import Header, Holder, Item, TomlSpans, encode_string, scan_toml
from asyncshim_codemods.project.values import as_table, value_at
from asyncshim_codemods.source.config_text import ConfigError, Edit, Source, apply_edits


@dataclass(slots=True)
class TomlPlan:
    """What is to change in one file, by item; ``edits`` and ``changes`` tell it to the text and to the check.

    ``left`` says that something found here was not to be changed.
    """

    source: Source
    left: bool = False
    document: dict[str, object] = field(init=False)
    spans: TomlSpans = field(init=False)
    changes: list[Change] = field(default_factory=list[Change])
    _edits: list[Edit] = field(default_factory=list[Edit])
    _removed: list[Item] = field(default_factory=list[Item])

    def __post_init__(self) -> None:
        self.document = parse_toml(self.source)
        self.spans = scan_toml(self.source.text)

    def value(self, item: Item) -> object:
        """The item's value, as parsed."""
        return value_at(self.document, item.path)

    def text_after(self, item: Item) -> str:
        """The string that the item will be after this run; for a pair its key; empty when it goes."""
        if item in self._removed:
            return ""
        change = next((change for change in self.changes if change.path == item.path), None)
        if isinstance(item.path[-1], str):
            return (change and change.rename) or item.path[-1]
        value = self.value(item) if change is None else change.value
        return value if isinstance(value, str) else ""

    def anchor(self, item: Item) -> int:
        """The line above which a comment on the item may stand: never inside a string or beside other elements."""
        line = self.source.line(item.start)
        if not self.source.line_text(line)[: self.source.column(item.start) - 1].strip():
            return line
        owner = self.spans.find(item.path[:-1])
        return line if owner is None else self.anchor(owner)

    def remove(self, item: Item) -> None:
        """Take the pair or element out."""
        if item not in self._removed:
            self._removed.append(item)
            self.changes.append(Change(item.path, None))

    def replace(self, item: Item, value: str, name: str | None = None) -> None:
        """Put a string in the place of the value, in the quotes that stand there; with ``name`` under another key."""
        token = self.source.text[item.value_start : item.value_end]
        self._edits.append(Edit(item.value_start, item.value_end, encode_string(value, token)))
        if name is not None:
            self._edits.append(Edit(*self._last_key(item), name))
        self.changes.append(Change(item.path, value, name))

    def rename_dependency(self, item: Item, name: str, version: str) -> None:
        """Turn ``old = version`` (or the ``version`` of an inline table) into another distribution's."""
        start, end = self._last_key(item)
        quoted = self.source.text[start] in {'"', "'"}
        self._edits.append(Edit(start, end, encode_string(name, self.source.text[start:end]) if quoted else name))
        owner = item if isinstance(self.value(item), str) else self.spans.find((*item.path, "version"))
        if owner is None:
            raise ConfigError("a dependency without a version cannot be renamed, so the file is left as it is")
        token = self.source.text[owner.value_start : owner.value_end]
        self._edits.append(Edit(owner.value_start, owner.value_end, encode_string(version, token)))
        value = self.value(item)
        table = as_table(value)
        self.changes.append(Change(item.path, version if table is None else {**table, "version": version}, name))

    def add_first(self, header: Header, name: str, value: str) -> None:
        """Add a line ``name = "value"`` below the header of a table."""
        self._edits.append(insert_line(self.source, self.source.line(header.start), f'{name} = "{value}"'))
        self.changes.append(Change((*header.path, name), value))

    def add_below(self, item: Item, name: str, value: str) -> None:
        """Add a pair below another one of the same table, or behind it in an inline table."""
        self.changes.append(Change((*item.path[:-1], name), value))
        if item.holder is Holder.INLINE:
            self._edits.append(Edit(item.value_end, item.value_end, f', {name} = "{value}"'))
            return
        text = self.source.line_text(self.source.line(item.start))
        indent = text[: len(text) - len(text.lstrip())]
        # A dotted key leads to its table by what stands before its last part.
        prefix = self.source.text[item.start : self._last_key(item)[0]]
        line = f'{indent}{prefix}{name} = "{value}"'
        self._edits.append(insert_line(self.source, self.source.line(item.value_end - 1), line))

    def cut(
        self, item: Item, text: TextValue, tokens: list[Token], removed: Collection[int], replaced: Mapping[int, str]
    ) -> None:
        """Take words or lines out of a string; ``text`` is the item's value with its offsets."""
        cut = text.cut(tokens, removed, replaced)
        spans = _merged([*cut.spans, *(_line_span(text.text, line) for line in cut.lines)])
        self._edits += [Edit(text.offsets[start], text.offsets[end], new) for start, end, new in spans]
        left = apply_edits(text.text, [Edit(*span) for span in spans])
        self.changes.append(Change(item.path, left))

    def string(self, item: Item) -> TextValue:
        """The item's string value with its offsets."""
        return text_of_toml_string(self.source.text, item.value_start, item.value_end)

    def removes_all_of(self, items: list[Item]) -> bool:
        """Whether every one of these items goes."""
        return all(item in self._removed for item in items)

    def replace_removed(self, item: Item, value: str, name: str) -> None:
        """Write another pair in the place of one that was to be removed."""
        self._removed.remove(item)
        self.changes.remove(Change(item.path, None))
        self.replace(item, value, name)

    def _last_key(self, item: Item) -> tuple[int, int]:
        """The span of the last part of a dotted key, with its quotes."""
        key = self.source.text[item.start : item.key_end]
        at = key.rfind(str(item.path[-1]))
        if key[:at].endswith(("'", '"')):
            at -= 1
        return item.start + at, item.key_end

    def edits(self) -> list[Edit]:
        """Every edit of the file."""
        edits = list(self._edits)
        holders = {item.holder_start for item in self._removed if item.holder is not Holder.TABLE}
        for start in sorted(holders):
            members = [i for i in self.spans.items if i.holder_start == start and i.holder is not Holder.TABLE]
            edits += remove_members(self.source, members, [item for item in members if item in self._removed])
        for item in self._removed:
            edits += remove_pair(self.source, item) if item.holder is Holder.TABLE else []
        return edits


def _line_span(text: str, line: int) -> tuple[int, int, str]:
    """A line of the value with its line end; for the last one, the line end before it."""
    lines = text.split("\n")
    start = sum(len(part) + 1 for part in lines[:line])
    if line == len(lines) - 1:
        return max(start - 1, 0), len(text), ""
    return start, start + len(lines[line]) + 1, ""


def _merged(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The spans in order, deletions that touch or overlap made one."""
    merged: list[tuple[int, int, str]] = []
    for start, end, new in sorted(spans):
        if merged and not new and not merged[-1][2] and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), "")
        else:
            merged.append((start, end, new))
    return merged
