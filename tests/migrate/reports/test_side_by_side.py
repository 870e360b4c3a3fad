from __future__ import annotations

import re

import pytest

from asyncshim.migrate.reports.side_by_side import TooManyLinesError, decoded, hunks


def text(rows: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "|", row).strip("|") for row in rows.split("</tr>") if row]


def test_changed_lines_are_shown_side_by_side() -> None:
    (hunk,) = hunks("a.txt", b"one\ntwo\nthree\n", b"one\n2\nthree\n")
    assert (hunk.first, hunk.last) == (1, 4)
    assert 'class="old" data-sign="-"><code>two</code>' in hunk.rows
    assert 'class="new" data-sign="+"><code>2</code>' in hunk.rows
    assert 'class="" data-sign=""><code>one</code>' in hunk.rows


def test_a_removed_line_has_an_empty_cell_beside_it() -> None:
    (hunk,) = hunks("a.txt", b"one\ntwo\n", b"one\n")
    assert (
        '<td class="n">2</td><td class="old" data-sign="-"><code>two</code></td><td class="n"></td><td class="void">'
        in (hunk.rows)
    )


def test_the_part_of_a_line_that_differs_is_marked() -> None:
    (hunk,) = hunks("a.py", b"def f(a, event_loop): ...\n", b"def f(a): ...\n")
    assert "<mark>, event_loop</mark>" in hunk.rows


def test_lines_that_have_nothing_in_common_are_not_marked() -> None:
    (hunk,) = hunks("a.txt", b"abcdef\n", b"zyxwvu\n")
    assert "<mark>" not in hunk.rows


def test_similar_lines_are_shown_side_by_side() -> None:
    old = b"x\n\n@pytest_asyncio.fixture\n\nmark = 1\nend\n"
    new = b"x\n@pytest.fixture\nend\n"
    (hunk,) = hunks("a.txt", old, new)
    beside = [row for row in hunk.rows.split("</tr>") if 'class="old"' in row and 'class="new"' in row]
    assert len(beside) == 1
    assert "@pytest<mark>_asyncio</mark>.fixture" in beside[0]


def test_lines_of_a_huge_rewrite_are_paired_in_order() -> None:
    old = b"".join(b"line %d\n" % number for number in range(80))
    (hunk,) = hunks("a.txt", old, old.replace(b"line", b"text"))
    assert hunk.rows.count("<tr>") == 81


def test_distant_changes_are_separate_hunks() -> None:
    old = [b"line %d" % number for number in range(60)]
    new = [line for number, line in enumerate(old) if number not in (5, 50)]
    first, second = hunks("a.txt", b"\n".join(old), b"\n".join(new))
    assert (first.first, first.last, second.first, second.last) == (3, 9, 48, 54)


def test_markup_in_a_file_is_escaped() -> None:
    (hunk,) = hunks("a.py", b"x = '<script>&'\n", b"y = '<script>&'\n")
    assert "<script>" not in hunk.rows
    assert "&lt;script&gt;&amp;" in hunk.rows


def test_bytes_are_decoded_with_the_declared_encoding() -> None:
    assert decoded(b"# coding: latin-1\n# caf\xe9\r\n") == "# coding: latin-1\n# café\n"
    assert decoded(b"\xef\xbb\xbfx\n") == "x\n"
    assert decoded(b"# coding: nonsense\nx") == "# coding: nonsense\nx"
    assert decoded(b"caf\xe9") == "caf\ufffd"


def test_long_lines_that_differ_are_shown_without_a_comparison_of_their_characters() -> None:
    # difflib needs hours for such a pair of lines.
    old, new = "ab" * 200_000, "ba" * 190_000
    (hunk,) = hunks("a.py", f"x\n{old}\n".encode(), f"x\n{new}\n".encode())
    assert f"<code>{old}</code>" in hunk.rows
    assert f"<code>{new}</code>" in hunk.rows
    assert "<mark>" not in hunk.rows


def test_a_long_part_that_differs_is_marked_as_a_whole() -> None:
    old, new = "ab" * 100, "ba" * 90
    (hunk,) = hunks("a.txt", f"{'x' * 200}{old}\n".encode(), f"{'x' * 200}{new}\n".encode())
    assert hunk.rows.count("<mark>") == 2


@pytest.mark.parametrize(("tokens", "colors_beside"), [(400, 1), (100_000, 0)])
def test_a_long_line_of_many_tokens_is_shown_without_colors(tokens: int, colors_beside: int) -> None:
    line = "x = " + " @ ".join(["1"] * tokens)
    (hunk,) = hunks("a.py", f"{line}\ny = 1\n".encode(), f"{line}\ny = 2\n".encode())
    assert f"<code>{line}</code>" in hunk.rows
    assert hunk.rows.count('<span class="number">2</span>') == colors_beside


def test_a_diff_of_more_than_five_thousand_lines_is_refused() -> None:
    old = b"".join(b"line %d\n" % number for number in range(5_001))
    with pytest.raises(TooManyLinesError, match="5001"):
        list(hunks("a.py", old, old.replace(b"line", b"text")))
    assert list(hunks("a.py", old, old.replace(b"line 1", b"text 1")))
