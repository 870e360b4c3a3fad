from __future__ import annotations

import pytest

from asyncshim.migrate.prove.outcomes import SuiteRun, differences
from asyncshim.migrate.prove.pairing import aligned, function_of, shape_of, unstable


def run(*tests: str, outcome: str = "passed") -> SuiteRun:
    return SuiteRun(dict.fromkeys(tests, outcome), {}, 0, "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<object at 0x7f00aa10>", "<object at 0x7f11bb20>"),
        ("5b0a1f3e-8c1d-4c2b-9a77-0c1d2e3f4a5b", "0f0a1f3e-8c1d-4c2b-9a77-0c1d2e3f4a5b"),
        ("5b0a1f3e8c1d4c2b9a770c1d2e3f4a5b-x", "1b0a1f3e8c1d4c2b9a770c1d2e3f4a5b-x"),
        ("2026-11-28T08:01:02.123456+00:00", "2026-11-28T08:01:03.5+00:00"),
        ("2026-11-28 08:01:02", "2026-11-28 08:01:09"),
        ("datetime.datetime(2026, 11, 28, 8, 1, 2)", "datetime.datetime(2026, 11, 28, 8, 1, 3, 500)"),
        ("1795852862.5", "1795852863.75"),
        ("0.8444218515250481", "0.7579544029403025"),
        ("/tmp/pytest-of-me/pytest-7/x0", "/tmp/pytest-of-me/pytest-8/x0"),
        ("/tmp/tmpab12cd_3/x", "/tmp/tmpzz12cd_3/x"),
        ("user-9f86d081", "user-60303ae2"),
    ],
)
def test_random_parts_of_ids_are_paired(before: str, after: str) -> None:
    first, second = run(f"a.py::test[{before}]"), run(f"a.py::test[{after}]")
    assert differences(first, aligned(second, first)) == []


@pytest.mark.parametrize(
    ("before", "after"), [("OLD", "NEW"), ("1", "2"), ("2026", "2027"), ("v1.2", "v1.3"), ("deadline", "facade")]
)
def test_other_parts_of_ids_are_not_paired(before: str, after: str) -> None:
    first, second = run(f"a.py::test[{before}]"), run(f"a.py::test[{after}]")
    assert len(differences(first, aligned(second, first))) == 2


def test_several_tests_of_one_shape_are_paired_in_order() -> None:
    first = SuiteRun(
        {"a.py::t[0x7f00aa10]": "passed", "a.py::t[0x7f00aa20]": "failed"}, {"a.py::t[0x7f00aa20]": "why"}, 1, ""
    )
    second = SuiteRun(
        {"a.py::t[0x7f11bb10]": "passed", "a.py::t[0x7f11bb20]": "failed"}, {"a.py::t[0x7f11bb20]": "why"}, 1, ""
    )
    done = aligned(second, first)
    assert (done.outcomes, done.texts) == (first.outcomes, first.texts)


def test_an_equal_id_is_never_renamed() -> None:
    first, second = run("a.py::t[0x1111aa]", "a.py::t[0x2222bb]"), run("a.py::t[0x2222bb]", "a.py::t[0x3333cc]")
    assert list(aligned(second, first).outcomes) == ["a.py::t[0x2222bb]", "a.py::t[0x1111aa]"]


def test_a_test_without_a_partner_stays() -> None:
    first, second = run("a.py::t[0x1111aa]"), run("a.py::t[0x2222bb]", "a.py::t[0x3333cc]")
    assert list(aligned(second, first).outcomes) == ["a.py::t[0x1111aa]", "a.py::t[0x3333cc]"]


def test_functions_with_ids_that_change_from_run_to_run_are_paired_in_order() -> None:
    first, again, after = run("a.py::t[red]", "a.py::u[x]"), run("a.py::t[blue]", "a.py::u[x]"), run("a.py::t[grey]")
    assert unstable(first, again) == {"a.py::t"}
    assert list(aligned(after, first, unstable(first, again)).outcomes) == ["a.py::t[red]"]


def test_a_function_is_an_id_without_parameters() -> None:
    assert function_of("a/[x]/test.py::Test::test[a::b[c]]") == "a/[x]/test.py::Test::test"
    assert function_of("test.py::test") == "test.py::test"
    assert shape_of("a/0x7f00aa10.py::t[0x7f00aa10]") == "a/0x7f00aa10.py::t[*]"
