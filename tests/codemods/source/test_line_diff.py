from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise
from random import Random

import pytest

from asyncshim_codemods.source import line_diff
from asyncshim_codemods.source.line_diff import blocks, grouped


def assert_describes(old: list[str], new: list[str]) -> list[line_diff.Block]:
    """Assert that the blocks turn ``old`` into ``new``, are in order and alternate; return them."""
    found = blocks(old, new)
    end_a = end_b = 0
    for tag, a, next_a, b, next_b in found:
        assert (a, b) == (end_a, end_b)
        end_a, end_b = next_a, next_b
        expected = "replace" if a < end_a and b < end_b else "delete" if a < end_a else "insert"
        assert tag == ("equal" if old[a:end_a] == new[b:end_b] else expected)
    assert (end_a, end_b) == (len(old), len(new))
    tags = [tag == "equal" for tag, *_ in found]
    assert all(one != other for one, other in pairwise(tags))
    return found


@pytest.mark.parametrize("part", [0, 4, 30, 2_500])
def test_the_blocks_of_long_lists_describe_the_difference(monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    monkeypatch.setattr(line_diff, "_WHOLE", 0)
    monkeypatch.setattr(line_diff, "_PART", part)
    random = Random(part)
    for _ in range(300):
        kinds = random.choice([2, 5, 60])
        old = [str(random.randrange(kinds)) for _ in range(random.randrange(40))]
        new = [line for line in old if random.random() < 0.8]
        for _ in range(random.randrange(4)):
            new.insert(random.randrange(len(new) + 1), str(random.randrange(60)))
        assert_describes(old, new)


def test_short_lists_are_compared_by_difflib() -> None:
    old, new = list("abcabba"), list("cbabac")
    assert blocks(old, new) == SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def test_groups_are_those_of_difflib() -> None:
    random = Random(2)
    for _ in range(300):
        old = [str(random.randrange(9)) for _ in range(random.randrange(1, 60))]
        new = [line for line in old if random.random() < 0.9]
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        expected = [[*group] for group in matcher.get_grouped_opcodes(3)] if old != new else []
        found = list(grouped(blocks(old, new), 3))
        assert found == expected


def test_each_removed_line_of_a_large_file_is_a_block_of_its_own() -> None:
    test = ["@pytest.mark.asyncio", "async def test_{}():", "    await f()", "", "    assert True", "", ""]
    old = [line.format(number) for number in range(20_000) for line in test]
    found = assert_describes(old, [line for line in old if not line.startswith("@")])
    assert [end_a - a for tag, a, end_a, _, _ in found if tag == "delete"] == [1] * 20_000


# For most of them difflib needs hours: it looks at each pair of equal lines, or at all lines for each equal part.
HOSTILE = {
    "blank lines": (["x", *[""] * 100_000, "y"], ["z", *[""] * 90_000, "k"]),
    "all different": ([f"a{n}" for n in range(100_000)], [f"b{n}" for n in range(100_000)]),
    "reversed": ([f"a{n}" for n in range(100_000)], [f"a{n}" for n in range(100_000)][::-1]),
    "two kinds": (["a", "b"] * 50_000, ["b", "b", "a"] * 33_000),
    "blank lines between anchors": (
        [line for n in range(5_000) for line in (f"u{n}", *[""] * 49)],
        [line for n in range(5_000) for line in (f"u{n}", *[""] * 20, "v", *[""] * 21)],
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_list_of_lines_is_compared_in_nearly_linear_time(name: str) -> None:
    assert_describes(*HOSTILE[name])
