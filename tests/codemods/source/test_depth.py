from __future__ import annotations

import sys
import threading
import time

import pytest

from asyncshim_codemods.source.parse import TooDeepError, call_with_room, may_be_deep, refuse_the_bottomless
from rule_tools import rewrite

# CPython 3.12 allows 1,500 calls from C within each other, however large the stack is.
_LEVELS = 400 if sys.version_info[:2] == (3, 12) else 1200
MARKED = "import pytest\n\n\n@pytest.mark.slow\n@pytest.mark.asyncio\nasync def test_a(): ...\n\n\n"


SHALLOW = [
    "x = 1\n" * 5000,
    "x = [" + "1, " * 2000 + "]",
    "",
    "async def test_a(client):\n    r = await client.get('/')\n    assert r.status == 200 and r.json()['a'] == [1]\n"
    * 200,
    "@pytest.mark.parametrize('a', [\n"
    + "    pytest.param(1, 'x', id='y'),  # a comment's quote\n" * 300
    + "])\ndef f(): ...\n",
    "x = {\n" + "    'a': {'b': [1, 2, -3], 'c': None},\n" * 300 + "}\n",
    "'''" + "((((" * 500 + "'''\n# " + "[[[[" * 500 + "\n",
    "x = 1\n" + 'y = f"{a} {b!r:>10} {c[0]} {{"\n' * 300,
    "from a.b import c, d\n" * 200,
    "if a:\n    b()\nfor c in d:\n    e()\n" * 200,
    "x = 'a'\r\ny = b\r\n" * 300,
]
DEEP = [
    "x = " + "-" * 200 + "1",
    "x = (" + "-\n" * 200 + "1)",
    "x = (" + "not\n" * 200 + "1)",
    "x = (" + "await\n" * 200 + "a)",
    "x = " + "lambda: " * 200 + "1",
    "x = (" + "lambda a, b:\n" * 200 + "1)",
    "x = a" + ".b" * 200,
    "x = f" + "(1, 2)" * 200,
    "x = (1 " + "+ f(a, b)\n" * 200 + ")",
    "x = (1 " + "# it's\n+ 2 # a 'comment\n" * 200 + ")",
    "x = " + "(" * 30 + "1" + ")" * 30,
    "x = " + "(\n" * 30,
    "x = [a " + "for a, b in c " * 50 + "]",
    "x = (" + "'a'\n" * 200 + ")",
    "x = (" + "b'a'\n" * 200 + ")",
    'x = f"{' + "-" * 200 + '1}"',
    'x = f"""{' + "-\n" * 200 + '1}"""',
    "if a: pass\n" + "elif b: pass\n" * 200,
    "x = 'a' \\\r\n" + "-" * 200,
    "x = '\\\r\n' " + "+ '-' " * 200,
    "x = a\r" + "-" * 200 + "1",
    "# coding: utf-7\nx = 1",
    "x = " + "1 if a\\\nelse " * 200 + "1",
    "x = a" + "[b:c]" * 200,
    "x = (" + "a == b\nand " * 200 + "c)",
]


@pytest.mark.parametrize("text", SHALLOW, ids=range(len(SHALLOW)))
def test_ordinary_code_of_any_length_is_not_deep(text: str) -> None:
    assert not may_be_deep(text.encode())


@pytest.mark.parametrize("text", DEEP, ids=range(len(DEEP)))
def test_what_nests_deeply_is_deep_on_lines_of_any_length(text: str) -> None:
    assert may_be_deep(text.encode())


HARD = [
    "'" * 200_001,
    "f'" * 100_000,
    'f"{' * 100_000,
    "'''\\'" * 50_000,
    "(" * 200_000,
    "x\n" * 100_000,
    "$" * 200_000,
]


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_the_measure_takes_linear_time(text: str) -> None:
    begin = time.process_time()
    may_be_deep(text.encode())
    assert time.process_time() - begin < 2


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
