from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.edits.model import Remove
from asyncshim_codemods.markers.pytestmark import slot_edits
from asyncshim_codemods.markers.uses import SlotKind, mark_uses, slot_of
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index
from rule_tools import rewrite


def context(source: str) -> FileContext:
    index = build_index(cst.parse_module(f"import pytest\n{source}\n"))
    return FileContext("tests/test_a.py", index, ProjectFacts(), Options(frozenset()))


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("pytestmark = pytest.mark.asyncio", SlotKind.BARE),
        ("pytestmark: x = pytest.mark.asyncio", SlotKind.BARE),
        ("pytestmark.append(pytest.mark.asyncio)", SlotKind.BARE),
        ("pytestmark = [pytest.mark.asyncio]", SlotKind.ELEMENT),
        ("pytestmark += (pytest.mark.asyncio,)", SlotKind.ELEMENT),
        ("pytestmark.extend([pytest.mark.asyncio])", SlotKind.ELEMENT),
        ("pytestmark = [pytest.mark.asyncio] + x", SlotKind.ELEMENT),
        ("class A:\n    pytestmark = pytest.mark.asyncio", SlotKind.BARE),
        ("pytestmark = x(pytest.mark.asyncio)", SlotKind.UNCLEAR),
        ("pytestmark = pytest.mark.asyncio if x else y", SlotKind.UNCLEAR),
        ("pytestmark = [[pytest.mark.asyncio]]", SlotKind.UNCLEAR),
        ("pytestmark = [*[pytest.mark.asyncio]]", SlotKind.UNCLEAR),
    ],
)
def test_the_place_of_a_mark_in_a_pytestmark_statement_is_found(source: str, kind: SlotKind) -> None:
    file = context(source)
    (use,) = mark_uses(file)
    place = slot_of(file, use)
    assert place is not None
    assert place.kind is kind


@pytest.mark.parametrize(
    "source",
    [
        "x = pytest.mark.asyncio",
        "a = pytestmark = pytest.mark.asyncio",
        "self.pytestmark = pytest.mark.asyncio",
        "def f():\n    pytestmark = pytest.mark.asyncio",
        "pytestmark.remove(pytest.mark.asyncio)",
        "f(pytestmark=pytest.mark.asyncio)",
    ],
)
def test_statements_without_pytestmark_are_ignored(source: str) -> None:
    file = context(source)
    (use,) = mark_uses(file)
    assert slot_of(file, use) is None


def test_a_pytestmark_statement_with_only_the_marker_is_removed() -> None:
    file = context("pytestmark = [pytest.mark.asyncio, pytest.mark.asyncio]")
    uses = list(mark_uses(file))
    whole = {use.whole for use in uses}
    place = slot_of(file, uses[0])
    assert place is not None
    (edit,) = slot_edits(file, place, whole) or ()
    assert isinstance(edit, Remove)
    assert edit.node is place.statement
    (edit,) = slot_edits(file, place, {uses[0].whole}) or ()
    assert isinstance(edit, Remove)
    assert edit.node is place.element


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[pytest.mark.asyncio] + [pytest.mark.slow]", "[pytest.mark.slow]"),
        ("[pytest.mark.slow] + [pytest.mark.asyncio]", "[pytest.mark.slow]"),
        ("([pytest.mark.asyncio] + MARKS)", "(MARKS)"),
        ("[pytest.mark.asyncio] + [pytest.mark.asyncio(), pytest.mark.slow]", "[pytest.mark.slow]"),
        ("[pytest.mark.asyncio, pytest.mark.fast] + [pytest.mark.slow]", "[pytest.mark.fast] + [pytest.mark.slow]"),
        ("[pytest.mark.asyncio] + A + B", "A + B"),
        ("(\n    [pytest.mark.asyncio]  # all\n    + MARKS\n)", "(\n    []  # all\n    + MARKS\n)"),
    ],
)
def test_an_addition_of_an_empty_list_is_removed(before: str, after: str) -> None:
    head, tail = (
        "import pytest\n\nMARKS = A = B = [pytest.mark.slow]\npytestmark = ",
        "\n\n\nasync def test_it(): ...\n",
    )
    result = rewrite(f"{head}{before}{tail}")
    assert result.new.decode() == f"{head}{after}{tail}"
    assert not rewrite(result.new).changed
