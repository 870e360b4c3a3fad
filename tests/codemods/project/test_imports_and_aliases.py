from __future__ import annotations

import pytest

from asyncshim_codemods.project.imports_and_aliases import (
    Collector,
    MarkerAlias,
    module_name,
    resolve,
    same_module,
)


def collected(path: str, text: str) -> Collector:
    collector = Collector()
    collector.add(path, text.encode())
    return collector


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("tests/test_a.py", "tests.test_a"),
        ("conftest.py", "conftest"),
        ("tests/sub/__init__.py", "tests.sub"),
        ("a b/c-d.py", "a b.c-d"),
    ],
)
def test_a_file_has_a_dotted_name(path: str, name: str) -> None:
    assert module_name(path) == name


@pytest.mark.parametrize(
    ("folder", "name", "full"),
    [
        ("tests/sub", "a.b", "a.b"),
        ("tests/sub", ".a", "tests.sub.a"),
        ("tests/sub", "..a", "tests.a"),
        ("tests/sub", ".", "tests.sub"),
        ("", ".a", "a"),
        ("tests", "....a", "a"),
    ],
)
def test_relative_imports_are_seen_from_the_root(folder: str, name: str, full: str) -> None:
    assert resolve(folder, name) == full


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("tests.marks", "tests.marks", True),
        ("tests.marks", "marks", True),
        ("marks", "tests.marks", True),
        ("src.app.tests.marks", "app.tests.marks", True),
        ("tests.marks", "other.marks", False),
        ("tests.marks", "bookmarks", False),
    ],
)
def test_an_import_path_may_begin_above_or_below_the_root(ours: str, theirs: str, *, same: bool) -> None:
    assert same_module(ours, theirs) is same


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("from marks import a, b as c\n", {("marks", "a"), ("marks", "b")}),
        ("from .marks import a  # why\n", {("tests.marks", "a")}),
        ("from .. import marks\n", {("", "marks"), (".marks", "*")}),
        ("from marks import (\n    a,  # one\n    b,\n)\n", {("marks", "a"), ("marks", "b")}),
        ("from marks import a, \\\n    b\n", {("marks", "a"), ("marks", "b")}),
        ("def f():\n    from marks import a\n", {("marks", "a")}),
        ("from marks import *\n", {("marks", "*")}),
        ("\nimport tests.marks as m, other\n", {("tests.marks", "*"), ("other", "*")}),
        ("x = 1\nimport marks\n", {("marks", "*")}),
    ],
)
def test_imports_from_other_files_are_found(text: str, pairs: set[tuple[str, str]]) -> None:
    assert collected("tests/test_a.py", text).imported() >= pairs


@pytest.mark.parametrize(
    "text", ["from asyncio import sleep\n", "import os\n", "from pytest import mark\n", "x = 'from'\n"]
)
def test_imports_of_other_packages_are_ignored(text: str) -> None:
    assert collected("tests/test_a.py", "\n" + text).imported() == set()


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ("request.getfixturevalue('pool')", {"pool"}),
        ('request.getfixturevalue(\n    "pool"\n)', {"pool"}),
        ("request.getfixturevalue(argname='pool')", {"pool"}),
        ("request.getfixturevalue(name)", {"*"}),
        ("request.getfixturevalue(f'{x}')", {"*"}),
        ("request.getfixture('pool')", set[str]()),
    ],
)
def test_fixtures_requested_with_getfixturevalue_are_found(call: str, names: set[str]) -> None:
    assert collected("a.py", call).requested == names


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("aio = pytest.mark.asyncio", ""),
        ("aio = mark.asyncio(loop_scope='module')  # why", "(loop_scope='module')"),
        ("aio: object = pytest.mark.asyncio", ""),
    ],
)
def test_an_alias_of_the_marker_is_found(line: str, arguments: str) -> None:
    assert collected("tests/marks.py", f"{line}\n").aliases == [MarkerAlias("tests.marks", "aio", arguments)]


@pytest.mark.parametrize(
    "line",
    ["aio = pytest.mark.asyncio_slow", "aio = [pytest.mark.asyncio]", "aio == pytest.mark.asyncio", "    aio = 1"],
)
def test_other_assignments_are_not_aliases_of_the_marker(line: str) -> None:
    assert collected("tests/marks.py", f"{line}  # mark.asyncio\n").aliases == []


def test_files_that_import_an_alias_are_found() -> None:
    collector = collected("tests/marks.py", "aio = pytest.mark.asyncio\nslow = pytest.mark.slow\n")
    collector.add("tests/test_a.py", b"from .marks import aio\n")
    collector.add("tests/test_b.py", b"from tests.marks import slow\n")
    collector.add("tests/test_c.py", b"x = 1\nimport marks\n")
    assert collector.importers() == {"tests/test_a.py", "tests/test_c.py"}
    assert collected("a.py", "from .marks import aio\n").importers() == set()
