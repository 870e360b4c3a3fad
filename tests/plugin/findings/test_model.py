"""A finding, and how a baseline identifies it."""

from __future__ import annotations

import pytest

from asyncshim.plugin.findings.model import WIDER_SCOPES, RuntimeFinding, owner_of, scope_of


@pytest.mark.parametrize(
    ("test", "scope", "owner"),
    [
        ("t/a.py::test_x[a::b]", "function", "t/a.py::test_x[a::b]"),
        ("t/a.py::TestX::test_x[a::b]", "class", "t/a.py::TestX"),
        ("t/a.py::TestX::TestY::test_x", "class", "t/a.py::TestX::TestY"),
        ("t/a.py::test_x[a::b]", "class", "t/a.py::test_x[a::b]"),
        ("t/a.py::TestX::test_x", "module", "t/a.py"),
        ("t/a.py::test_x", "package", "t"),
        ("a.py::test_x", "package", ""),
        ("t/a.py::test_x", "session", ""),
    ],
)
def test_findings_of_a_wider_scope_belong_to_the_node_with_which_the_scope_ends(
    test: str, scope: str, owner: str
) -> None:
    assert owner_of(test, scope) == owner
    assert RuntimeFinding("task", test, "f", "a.py:1", "", scope).owner == owner


@pytest.mark.parametrize("scope", ["function", *WIDER_SCOPES])
def test_the_text_of_a_finding_has_its_kind_code_and_wider_scope_but_no_line(scope: str) -> None:
    use = RuntimeFinding("task", "a.py::t", "Class.f.<locals>.g", "a.py:12", "text", scope).use
    assert use == "task: Class.f.<locals>.g" + ("" if scope == "function" else f" ({scope} scope)")
    assert scope_of(use) == scope
