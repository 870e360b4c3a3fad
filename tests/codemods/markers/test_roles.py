from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.api import collect_facts
from asyncshim_codemods.markers.roles import REMOVABLE, Role, doubtful, edits_for, imported_aliases, marks
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index


def context(source: str, **beside: str) -> FileContext:
    facts = collect_facts((f"tests/{name}.py", text.encode()) for name, text in beside.items())
    return FileContext("tests/test_a.py", build_index(cst.parse_module(source)), facts, Options(frozenset()))


@pytest.mark.parametrize(
    ("source", "role"),
    [
        ("@pytest.mark.asyncio\nasync def f(): ...", Role.TEST),
        ("@pytest.mark.asyncio\nclass A: ...", Role.TEST),
        ("@pytest.mark.asyncio\ndef f(): ...", Role.SYNC),
        ("@pytest.mark.asyncio\n@pytest.fixture\ndef f(): ...", Role.FIXTURE),
        ("pytestmark = [pytest.mark.asyncio]", Role.PYTESTMARK),
        ("pytestmark.append(pytest.mark.asyncio)", Role.PYTESTMARK),
        ("x = pytest.param(1, marks=pytest.mark.asyncio)", Role.PARAM),
        ("x = pytest.param(1, marks=(pytest.mark.asyncio,))", Role.PARAM),
        ("x = param(1, marks=pytest.mark.asyncio)", Role.OTHER),
        ("x = pytest.mark.asyncio", Role.ALIAS),
        ("x: object = pytest.mark.asyncio()", Role.ALIAS),
        ("x = y = pytest.mark.asyncio", Role.OTHER),
        ("x.y = pytest.mark.asyncio", Role.OTHER),
        ("def f(): return pytest.mark.asyncio", Role.HOOK),
        ("def f(x=pytest.mark.asyncio): ...", Role.OTHER),
        ("[pytest.mark.asyncio]", Role.OTHER),
    ],
)
def test_a_use_of_the_marker_has_a_role(source: str, role: Role) -> None:
    file = context(f"import pytest\n{source}\n")
    ((_, found),) = marks(file).uses
    assert found is role


def test_every_removable_role_has_edits_and_the_others_have_none() -> None:
    source = """
import pytest
aio = pytest.mark.asyncio
@pytest.mark.asyncio
async def a(): ...
@pytest.mark.asyncio
def b(): return pytest.mark.asyncio
@pytest.mark.asyncio
@pytest.fixture
def c(): ...
pytestmark = [pytest.mark.asyncio]
x = pytest.param(1, marks=pytest.mark.asyncio)
y = [pytest.mark.asyncio]
"""
    file = context(source)
    found = marks(file)
    assert {role for _, role in found.uses} == set(Role)
    for use, role in found.uses:
        assert (edits_for(file, use, role, found.removable) is not None) is (role in REMOVABLE)


def test_an_alias_knows_its_uses() -> None:
    file = context("import pytest\naio = pytest.mark.asyncio\n@aio\nclass A: ...\npytestmark = aio\nprint(aio)\n")
    (alias,) = marks(file).aliases
    assert alias.target.value == "aio"
    assert sorted(role.name for _, role in alias.uses) == ["OTHER", "PYTESTMARK", "TEST"]


def test_an_alias_that_is_bound_twice_has_no_uses_that_can_be_followed() -> None:
    file = context("import pytest\naio = pytest.mark.asyncio\naio = aio\n@aio\nclass A: ...\n")
    (alias,) = marks(file).aliases
    assert {role for _, role in alias.uses} == {Role.OTHER}


def test_an_alias_of_another_file_is_found_through_the_import() -> None:
    source = "from .marks import aio as a, slow\n@a\nasync def f(): ...\n@slow\nasync def g(): ...\n"
    file = context(source, marks="aio = pytest.mark.asyncio\nslow = pytest.mark.slow\n")
    ((name, node, uses),) = imported_aliases(file)
    assert name == "a"
    assert cst.Module([]).code_for_node(node.name) == "aio"
    assert [role for _, role in uses] == [Role.TEST]


@pytest.mark.parametrize(
    "marks_source",
    ["aio = pytest.mark.slow\n", "aio = pytest.mark.asyncio(loop_factories=1)\n", "other = pytest.mark.asyncio\n"],
)
def test_an_imported_name_that_is_not_an_alias_has_no_role(marks_source: str) -> None:
    assert list(imported_aliases(context("from .marks import aio\n@aio\ndef f(): ...\n", marks=marks_source))) == []


def test_uncertain_uses_of_the_marker_have_a_role() -> None:
    file = context("from tests import *\n@pytest.mark.asyncio\nasync def f(): ...\n")
    assert [role for _, role in doubtful(file)] == [Role.TEST]
    assert marks(file).uses == ()
