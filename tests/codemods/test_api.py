from __future__ import annotations

import pytest

from asyncshim_codemods import api
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options

ALL = Options(frozenset(api.rules()))


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.asyncio",
        "@mark. asyncio",
        "@mark.\\\n    asyncio",
        "import pytest_asyncio",
        "def f(event_loop): ...",
        "item.add_marker('asyncio')",
        'getattr(pytest.mark, "asyncio")',
        "config.addinivalue_line('markers', 'asyncio: x')",
        "    x = mark.asyncio",
        "import pytest; x = pytest.mark.asyncio",
    ],
)
def test_a_file_with_a_keyword_is_relevant(text: str) -> None:
    assert api.is_relevant(f"x = 1\n{text}\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        "import asyncio",
        "import asyncio as aio",
        "from asyncio import sleep",
        "import redis.asyncio",
        "from sqlalchemy.ext.asyncio import AsyncSession",
        "asyncio.run(main())",
        "# about asyncio",
        "async def test_a(loop): ...",
        "@pytest.mark.anyio",
        "",
    ],
)
def test_a_file_without_a_keyword_is_not_relevant(text: str) -> None:
    assert not api.is_relevant(f"x = 1\n{text}\n".encode())


@pytest.mark.parametrize(
    ("data", "error", "line"),
    [
        (b"import pytest_asyncio\ndef f(:\n    pass\n", "syntax error: ", 2),
        (b"import pytest_asyncio\nif x:\npass\n", "syntax error: expected an indented block", 3),
        (b"# coding: nonsense\nimport pytest_asyncio\n", "cannot be decoded: unknown encoding: nonsense", 1),
        (b"x = '\xe9'  # pytest_asyncio\n", "cannot be decoded: byte 0xe9 is not utf-8: save the file in that", 1),
        (b"import pytest_asyncio\r\nx = 1\r\n\r\ny = '\xe9'\r\n", "cannot be decoded: byte 0xe9 is not utf-8: ", 4),
        (b"\xef\xbb\xbf# pytest_asyncio\nx = '\xe9'\n", "cannot be decoded: byte 0xe9 is not utf-8: ", 2),
        (b"# coding: ascii\nx = '\xe9'  # pytest_asyncio\n", "cannot be decoded: byte 0xe9 is not ascii: ", 2),
        (b"import pytest_asyncio\nx = 1\x00\n", "syntax error: source code string cannot contain null bytes", 2),
        (b"import pytest_asyncio\nx = '\x00'\n", "syntax error: source code string cannot contain null bytes", 2),
        (b"x = " + b"(" * 5000 + b")" * 5000 + b"  # pytest_asyncio\n", "", None),
    ],
    ids=[
        "syntax",
        "indentation",
        "cookie",
        "encoding",
        "line",
        "mark",
        "declared",
        "null byte",
        "null byte in a string",
        "depth",
    ],
)
def test_an_unparsable_file_is_a_result_with_an_error(data: bytes, error: str, line: int | None) -> None:
    result = api.rewrite_python("tests/test_a.py", data, ProjectFacts(), ALL)
    assert result.new == result.old == data
    assert result.findings == ()
    assert result.error is not None
    assert result.error.startswith(error)
    assert line is None or result.error_line == line


def test_facts_are_collected_from_unparsable_files_without_an_error() -> None:
    files = [("a.py", b"def f(: event_loop\n"), ("b.py", b"\xff\xfe"), ("pytest.ini", b"[pytest\n"), ("c.toml", b"[")]
    assert not api.collect_facts(files).loops.blocking


def test_rules_are_listed_by_code() -> None:
    rules = api.rules()
    assert list(rules) == sorted(rules)
    assert all(rules[code].code == code for code in rules)
    assert {"ASH101", "ASH205", "ASH401", "ASH502"} <= set(rules)


def test_a_configuration_file_is_known_by_its_name() -> None:
    assert api.is_config("pyproject.toml")
    assert api.is_config("sub/pytest.ini")
    assert not api.is_config("tests/test_a.py")


def test_suspicious_files_are_rewritten_with_room_for_recursion() -> None:
    options = Options(frozenset(api.rules()))
    code = b"import pytest\n\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n"
    assert api.rewrite_apart("test_a.py", code, ProjectFacts(), options).new == b"async def test_a(): ...\n"
    config = b"[pytest]\naddopts = -q --asyncio-mode=auto\n"
    assert api.rewrite_apart("pytest.ini", config, ProjectFacts(), options).new == b"[pytest]\naddopts = -q\n"
    facts = api.read_apart("test_a.py", code)
    assert facts is not None
    nested = b"x = " + b"(" * 5_000 + b")" * 5_000 + b"  # asyncio\n"
    assert api.rewrite_apart("test_a.py", nested, ProjectFacts(), options).error is not None
