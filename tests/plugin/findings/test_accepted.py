"""The findings that a baseline accepts."""

from __future__ import annotations

from asyncshim.plugin.findings.accepted import Accepted
from asyncshim.plugin.findings.model import RuntimeFinding


def leak(test: str = "a.py::t", code: str = "f", scope: str = "function", kind: str = "task") -> RuntimeFinding:
    return RuntimeFinding(kind, test, code, "a.py:3", "", scope)


def test_as_many_findings_are_accepted_as_the_baseline_has() -> None:
    accepted = Accepted({("a.py::t", "task: f"): 2})
    assert [accepted.covers(leak()) for _ in range(3)] == [True, True, False]


def test_another_test_kind_or_code_is_not_accepted() -> None:
    accepted = Accepted({("a.py::t", "task: f"): 5})
    others = [leak(test="a.py::u"), leak(code="g"), leak(kind="timer"), leak(scope="module")]
    assert not any(map(accepted.covers, others))


def test_a_leak_of_a_wider_scope_may_be_started_by_another_test_of_that_scope() -> None:
    accepted = Accepted({("a.py::t", "task: f (module scope)"): 1})
    assert accepted.covers(leak(test="a.py::u", scope="module"))
    assert not accepted.covers(leak(test="a.py::t", scope="module"))
    assert not accepted.covers(leak(test="b.py::u", scope="module"))


def test_the_findings_of_a_repeated_test_count_once() -> None:
    accepted = Accepted({("a.py::t", "task: f"): 2})
    for number in (2, 1):
        accepted.begin("a.py::t")
        assert all(accepted.covers(leak()) for _ in range(number))
    assert accepted.occurred() == {("a.py::t", "task: f"): 2}


def test_what_is_accepted_but_did_not_occur_is_counted() -> None:
    accepted = Accepted({("a.py::t", "task: f"): 3, ("a.py::u", "task: f (module scope)"): 1, ("a.py::v", "x: y"): 1})
    for finding in (leak(), leak(), leak(test="a.py::w", scope="module")):
        accepted.covers(finding)
    assert [*accepted.unused()] == [(("a.py::t", "task: f"), 1), (("a.py::v", "x: y"), 1)]
