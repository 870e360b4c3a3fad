from __future__ import annotations

import ast

import pytest

from asyncshim_codemods.source.parse import parsed


def test_a_file_is_parsed_only_once() -> None:
    first = parsed(b"x = 1\n")
    assert isinstance(first, ast.Module)
    assert parsed(b"x = 1\n") is first


@pytest.mark.parametrize("data", [b"def f(:\n", b"\xff\xfe", b"x = 1\x00\n", b"# coding: nonsense\n"])
def test_a_file_that_cannot_be_parsed_has_no_tree(data: bytes) -> None:
    assert parsed(data) is None


def test_a_syntax_warning_of_a_file_is_not_shown() -> None:
    assert parsed(b"x = '\\d'\n") is not None
