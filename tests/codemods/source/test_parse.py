from __future__ import annotations

import ast

import pytest

from asyncshim_codemods.source.parse import may_be_broken, parsed


def test_a_file_is_parsed_only_once() -> None:
    first = parsed(b"x = 1\n")
    assert isinstance(first, ast.Module)
    assert parsed(b"x = 1\n") is first


@pytest.mark.parametrize("data", [b"def f(:\n", b"\xff\xfe", b"x = 1\x00\n", b"# coding: nonsense\n"])
def test_a_file_that_cannot_be_parsed_has_no_tree(data: bytes) -> None:
    assert parsed(data) is None


def test_a_syntax_warning_of_a_file_is_not_shown() -> None:
    assert parsed(b"x = '\\d'\n") is not None


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"x = 1\n", False), (b"def (:\n", True), (b"\0", True), (b"\xff\n", True), (b"f(" * 90 + b")" * 90, False)],
)
def test_a_file_that_cannot_be_compiled_may_be_broken(data: bytes, expected: bool) -> None:
    assert may_be_broken(data) is expected
    assert (parsed(data) is None) is expected
