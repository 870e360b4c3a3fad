from __future__ import annotations

import sys
import threading

import pytest

from asyncshim_codemods.source.depth import TooDeepError, call_with_room, is_suspicious, refuse_the_bottomless
from rule_tools import rewrite

# CPython 3.12 allows 1,500 calls from C within each other, however large the stack is.
_LEVELS = 400 if sys.version_info[:2] == (3, 12) else 1200
MARKED = "import pytest\n\n\n@pytest.mark.slow\n@pytest.mark.asyncio\nasync def test_a(): ...\n\n\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x = 1\n" * 100, False),
        (b"x = 1\n" * 2000, False),
        (b"x = 1\n" * 5000, True),
        (b"x = [" + b"1, " * 2000 + b"]", True),
        (b"", False),
    ],
)
def test_only_very_long_statements_can_be_very_deep(data: bytes, *, expected: bool) -> None:
    assert is_suspicious(data) is expected


@pytest.mark.parametrize(
    "statement",
    [
        "x = " + " + ".join(["1"] * _LEVELS),
        "x = a" + ".b" * 600,
        "x = [" + "1, " * 20000 + "]",
        "".join("x = 1\n" for _ in range(6000)),
    ],
    ids=["sum", "chain", "long list", "many lines"],
)
def test_a_deep_statement_beside_a_test_does_not_matter(statement: str) -> None:
    result = rewrite(MARKED + statement + "\n")
    assert result.error is None
    assert result.new.decode() == MARKED.replace("@pytest.mark.asyncio\n", "") + statement + "\n"


@pytest.mark.parametrize(
    "statement",
    ["x = " + "(" * 5000 + "1" + ")" * 5000, "x = " + "lambda: " * 5000 + "1"],
    ids=["brackets", "lambdas"],
)
def test_a_statement_nested_too_deeply_is_an_error_and_not_a_crash(statement: str) -> None:
    result = rewrite(MARKED + statement + "\n")
    assert not result.changed
    assert result.error == "nested too deeply to be parsed"


def test_a_long_file_with_a_syntax_error_reports_the_syntax_error() -> None:
    refuse_the_bottomless(b"def (:\n")
    refuse_the_bottomless(b"x = 1\x00\n")


def test_the_stack_and_recursion_limits_are_restored() -> None:
    before = threading.stack_size(), sys.getrecursionlimit()

    def deep(level: int) -> int:
        return deep(level - 1) + 1 if level else 0

    assert call_with_room(lambda: deep(5000)) == 5000
    assert (threading.stack_size(), sys.getrecursionlimit()) == before


def test_an_exception_comes_back_to_the_caller() -> None:
    with pytest.raises(KeyError, match="here"):
        call_with_room(lambda: {}["here"])

    def bottomless() -> None:
        raise RecursionError

    with pytest.raises(TooDeepError):
        call_with_room(bottomless)
