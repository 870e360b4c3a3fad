from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from asyncshim.migrate.reports import diff
from repositories import git, read_tree, write_tree

PAIRS = {
    "one line": (b"a\nb\nc\n", b"a\nB\nc\n"),
    "no last newline in both": (b"a\nb", b"a\nB"),
    "last newline lost": (b"a\nb\n", b"a\nb"),
    "last newline won": (b"a\nb", b"a\nb\n"),
    "unchanged line without newline as context": (b"a\nb\nc", b"A\nb\nc"),
    "crlf": (b"a\r\nb\r\nc\r\n", b"a\r\nc\r\n"),
    "mixed line ends": (b"a\r\nb\nc\rd\n", b"a\nb\nc\rD\n"),
    "form feed": (b"a\n\x0c\nb\n", b"a\n\x0c\nB\n"),
    "not utf-8": (b"# caf\xe9\nb\n", b"# caf\xe9\nB\n"),
    "first lines gone": (b"a\nb\nc\nd\ne\n", b"c\nd\ne\n"),
    "lines added at the top": (b"c\n", b"a\nb\nc\n"),
    "emptied": (b"a\n", b""),
    "filled": (b"", b"a\n"),
    "two hunks": (
        b"".join(b"%d\n" % n for n in range(40)),
        b"".join(b"%d\n" % n for n in range(40) if n not in (3, 30)),
    ),
    "lines that look like headers": (b"--- a\n+++ b\n-- x\n", b"--- a\n++ b\n"),
}
NAMES = [
    "test_a.py",
    "with space.py",
    'quo"te.py',
    "back\\slash.py",
    "é.py",
    "tab\there.py",
    "caf\udce9.py",
    "line\nend.py",
]


def applied(root: Path, name: str, old: bytes, new: bytes) -> bytes:
    """Return the bytes of the file after ``git apply``."""
    write_tree(root, {name: old})
    git(root, "init", "-q")
    git(root, "apply", "-", stdin=b"".join(diff.unified(name, old, new)))
    return read_tree(root)[name]


@pytest.mark.parametrize("pair", PAIRS)
def test_git_applies_the_diff_of_every_kind_of_edit(tmp_path: Path, pair: str) -> None:
    old, new = PAIRS[pair]
    assert applied(tmp_path, "tests/test_a.py", old, new) == new


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", NAMES)
def test_git_applies_the_diff_of_a_file_with_an_unusual_name(tmp_path: Path, name: str) -> None:
    assert applied(tmp_path, f"a b/{name}", b"a\n", b"b\n") == b"b\n"


def test_the_diff_has_the_format_of_git() -> None:
    lines = diff.unified("t.py", b"1\n2\n3\n4\n5\n", b"1\n2\n3\n4\nfive")
    assert b"".join(lines) == (
        b"diff --git a/t.py b/t.py\n--- a/t.py\n+++ b/t.py\n"
        b"@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+five\n\\ No newline at end of file\n"
    )


def test_equal_bytes_have_no_diff() -> None:
    assert list(diff.unified("t.py", b"a\n", b"a\n")) == []


LINES = [b"a\n", b"b\n", b"c\r\n", b"\n", b"d\re\n", b"- x\n", b"\\ no\n", b"@@ -1 +1 @@\n"]


def text(random: Random) -> bytes:
    return b"".join(random.choices(LINES, k=random.randrange(14))) + random.choice([b"", b"last"])


def test_git_applies_a_diff_of_hundreds_of_files(tmp_path: Path) -> None:
    random = Random(20)
    pairs = {f"d{n % 7}/f {n}.py": (text(random), text(random)) for n in range(300)}
    write_tree(tmp_path, {name: old for name, (old, _) in pairs.items()})
    git(tmp_path, "init", "-q")
    patch = b"".join(line for name, (old, new) in pairs.items() for line in diff.unified(name, old, new))
    git(tmp_path, "apply", "--whitespace=nowarn", "-", stdin=patch)
    assert read_tree(tmp_path) == {name: new for name, (_, new) in pairs.items()}
