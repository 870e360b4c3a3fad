"""Findings made of leaks."""

from __future__ import annotations

import os

import pytest

from asyncshim.plugin.findings.leaks import of_leak, relative
from asyncshim.plugin.loops.runners import Leak

ROOT = os.path.join(os.sep, "root folder")


def leak(starter: str = "a.py::t", kind: str = "task", code: str = "f") -> Leak:
    return Leak(
        kind, "'Task-1' running f", os.path.join(ROOT, "a.py") + ":3", starter, "was still running", False, code
    )


def test_a_leak_is_found_at_its_test_and_place() -> None:
    found = of_leak(leak(), ROOT, "function")
    assert (found.kind, found.test, found.code, found.place, found.scope) == (
        "task",
        "a.py::t",
        "f",
        "a.py:3",
        "function",
    )
    assert found.detail == str(leak())


def test_the_starter_of_what_a_fixture_holds_is_the_test() -> None:
    found = of_leak(leak("a.py::t[, held by x], held by the fixture 'pool'"), ROOT, "module")
    assert (found.test, found.scope) == ("a.py::t[, held by x]", "module")


@pytest.mark.parametrize("starter", ["an unknown test", "the maker of the loop"])
def test_a_leak_of_no_known_test_belongs_to_the_session(starter: str) -> None:
    found = of_leak(leak(starter), ROOT, "function")
    assert (found.test, found.scope, found.owner) == ("", "session", "")


@pytest.mark.parametrize("scope", ["everything", "fixture", "function"])
def test_other_scopes_than_those_of_pytest_count_as_the_test(scope: str) -> None:
    assert of_leak(leak(), ROOT, scope).scope == "function"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("<coroutine object f at 0x7F00>", "<coroutine object f>"),
        ("callback=f at /a/b.py:12", "callback=f"),
        ("", "task"),
    ],
)
def test_the_code_has_no_address_and_no_line(code: str, expected: str) -> None:
    assert of_leak(leak(code=code), ROOT, "function").code == expected


def test_a_place_outside_of_the_root_folder_stays() -> None:
    assert relative(os.path.join(ROOT + "2", "a.py") + ":3", ROOT).endswith("root folder2/a.py:3")
    assert relative("an unknown place", ROOT) == "an unknown place"
