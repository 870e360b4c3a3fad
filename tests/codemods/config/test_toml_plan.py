from __future__ import annotations

import pytest

from asyncshim_codemods.config.check import check_toml
from asyncshim_codemods.config.text_value import Split
from asyncshim_codemods.config.toml_plan import TomlPlan
from asyncshim_codemods.config.toml_spans import Item
from asyncshim_codemods.project.values import Path
from asyncshim_codemods.source.config_text import ConfigError, Source, apply_edits


class Workshop:
    """A plan for a text, and its items by path."""

    def __init__(self, text: str) -> None:
        self.source = Source.decode("f.toml", text.encode())
        self.plan = TomlPlan(self.source)

    def item(self, *path: str | int) -> Item:
        found = self.plan.spans.find(path)
        assert found is not None
        return found

    def result(self) -> str:
        after = apply_edits(self.source.text, self.plan.edits())
        check_toml(self.source, after, self.plan.changes)
        return after


def test_pairs_of_one_inline_table_go_together() -> None:
    shop = Workshop("t = {a = 1, b = 2, c = 3}\n")
    shop.plan.remove(shop.item("t", "b"))
    shop.plan.remove(shop.item("t", "c"))
    shop.plan.remove(shop.item("t", "c"))
    assert shop.result() == "t = {a = 1}\n"


@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ('k = "v"\n', ("k",), 'new = "w"\n'),
        ("t.k = 'v' # c\n", ("t", "k"), "t.new = 'w' # c\n"),
        ('t . "k" = "v"\n', ("t", "k"), 't . new = "w"\n'),
        ("k = true\n", ("k",), 'new = "w"\n'),
    ],
)
def test_a_pair_is_replaced_under_another_last_key(text: str, path: Path, after: str) -> None:
    shop = Workshop(text)
    shop.plan.replace(shop.item(*path), "w", "new")
    assert shop.result() == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('old = "^1" # c\n', 'new = "*" # c\n'),
        ("'old' = '^1'\n", "'new' = '*'\n"),
        ('old = {version = "^1", optional = true}\n', 'new = {version = "*", optional = true}\n'),
    ],
)
def test_a_dependency_is_renamed_with_its_version(text: str, after: str) -> None:
    shop = Workshop(text)
    shop.plan.rename_dependency(shop.item("old"), "new", "*")
    assert shop.result() == after


def test_a_dependency_without_a_version_is_not_renamed() -> None:
    shop = Workshop('old = {git = "x"}\n')
    with pytest.raises(ConfigError, match="without a version"):
        shop.plan.rename_dependency(shop.item("old"), "new", "*")


def test_words_are_cut_from_escaped_text() -> None:
    shop = Workshop('k = "a \\"b c\\" \\u0064 e"\n')
    item = shop.item("k")
    text = shop.plan.string(item)
    shop.plan.cut(item, text, text.tokens(Split.WORDS), {1}, {2: "D"})
    assert shop.result() == 'k = "a D e"\n'


def test_the_last_lines_of_a_string_go_without_a_rest() -> None:
    shop = Workshop('k = """\na\nb\nc"""\n')
    item = shop.item("k")
    text = shop.plan.string(item)
    shop.plan.cut(item, text, text.tokens(Split.LINES), {1, 2}, {})
    assert shop.plan.text_after(item) == "k"
    assert shop.result().startswith('k = """\na')


def test_a_removed_pair_can_give_its_place_to_another() -> None:
    shop = Workshop('a = "x" # c\nb = 1\n')
    shop.plan.remove(shop.item("a"))
    assert shop.plan.removes_all_of([shop.item("a")])
    shop.plan.replace_removed(shop.item("a"), "9.0", "minversion")
    assert shop.result() == 'minversion = "9.0" # c\nb = 1\n'


def test_what_an_item_will_be_is_known_before_the_edit() -> None:
    shop = Workshop('l = ["a", "b", "c", 1]\nold = "1"\n')
    elements = [shop.item("l", index) for index in range(4)]
    shop.plan.remove(elements[0])
    shop.plan.replace(elements[1], "B")
    shop.plan.rename_dependency(shop.item("old"), "new", "2")
    assert [shop.plan.text_after(item) for item in (*elements, shop.item("old"))] == ["", "B", "c", "", "new"]


def test_a_comment_never_lands_inside_a_string_or_between_neighbours() -> None:
    shop = Workshop('l = ["a",\n     "b", {c = "d"}]\n')
    assert [shop.plan.anchor(shop.item(*path)) for path in (("l",), ("l", 0), ("l", 1), ("l", 2, "c"))] == [1, 1, 2, 1]
