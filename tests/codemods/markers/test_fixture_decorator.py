from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.edits.model import Modify, Remove
from asyncshim_codemods.markers.fixture_decorator import (
    FIXTURE,
    UnreadableError,
    decorates_async,
    disguised_edits,
    is_plain_use,
    plain_edits,
    pytest_in_disguise,
    without_loop_scope,
)
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index


def context(source: str) -> FileContext:
    index = build_index(cst.parse_module(f"import pytest_asyncio as pa\n{source}\n"))
    return FileContext("tests/test_a.py", index, ProjectFacts(), Options(frozenset()))


def use_in(file: FileContext) -> cst.Attribute:
    (use,) = (node for node in file.names.uses(FIXTURE) if isinstance(node, cst.Attribute))
    return use


@pytest.mark.parametrize(
    ("call", "gone"),
    [
        ("pa.fixture", []),
        ("pa.fixture()", []),
        ("pa.fixture(scope='x')", []),
        ("pa.fixture(loop_scope='x')", [Remove, Modify]),
        ("pa.fixture(loop_scope='x', scope='y')", [Remove]),
        ("pa.fixture(make, 'x')", [Remove]),
        ("pa.fixture(make)", []),
    ],
)
def test_the_loop_scope_argument_is_removed_from_a_call(call: str, gone: list[type]) -> None:
    file = context(f"x = {call}")
    assert [type(edit) for edit in without_loop_scope(file, use_in(file))] == gone


@pytest.mark.parametrize("call", ["pa.fixture(*x)", "pa.fixture(**x)", "pa.fixture('module')"])
def test_an_unreadable_fixture_call_gets_a_reason(call: str) -> None:
    file = context(call)
    with pytest.raises(UnreadableError):
        without_loop_scope(file, use_in(file))


@pytest.mark.parametrize(
    ("source", "plain", "proved"),
    [
        ("@pa.fixture\ndef f(): ...", True, True),
        ("x = pa.fixture(f)", True, True),
        ("x = pa.fixture", False, True),
        ("x = pa.fixture\n@x()\ndef f(): ...", False, True),
        ("x = pa.fixture\nprint(x)", False, False),
        ("print(pa.fixture)", False, False),
        ("x = y = pa.fixture", False, False),
    ],
)
def test_a_use_is_certain_if_every_call_is_known(source: str, *, plain: bool, proved: bool) -> None:
    file = context(source)
    use = use_in(file)
    assert is_plain_use(file, use) is plain
    assert plain_edits(file, use)[1] is proved


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@pa.fixture\nasync def f(): ...", True),
        ("@pa.fixture()\ndef f(): ...", False),
        ("x = pa.fixture(f)", True),
    ],
)
def test_a_decorator_may_be_applied_to_a_coroutine_function(source: str, *, expected: bool) -> None:
    file = context(source)
    assert decorates_async(file, use_in(file)) is expected


def test_without_the_name_pytest_the_decorator_is_kept() -> None:
    file = context("pytest = 1\n@pa.fixture\ndef f(): ...")
    with pytest.raises(UnreadableError, match="the name `pytest` means something else here"):
        plain_edits(file, use_in(file))


def test_an_aliased_pytest_import_is_recognised() -> None:
    index = build_index(
        cst.parse_module("import pytest_asyncio as pytest\n@pytest.fixture(loop_scope='x')\ndef f(): ...\n")
    )
    file = FileContext("a.py", index, ProjectFacts(), Options(frozenset()))
    alias = pytest_in_disguise(file)
    assert alias is not None
    edits, proved = disguised_edits(file, alias)
    assert len(edits) == 4
    assert proved
    assert pytest_in_disguise(context("import pytest")) is None
    assert pytest_in_disguise(context("")) is None
