from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged


def case(parameter: str) -> str:
    return f"import pytest\n\n\n@pytest.mark.parametrize('n', [{parameter}, 2])\nasync def test_n(n): ...\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pytest.param(1, marks=pytest.mark.asyncio)", "pytest.param(1)"),
        ("pytest.param(1, id='one', marks=[pytest.mark.asyncio])", "pytest.param(1, id='one')"),
        ("pytest.param(1, marks=(pytest.mark.asyncio,))", "pytest.param(1)"),
        ("pytest.param(1, marks=[pytest.mark.asyncio, pytest.mark.a])", "pytest.param(1, marks=[pytest.mark.a])"),
        ("pytest.param(1, marks=(pytest.mark.a, pytest.mark.asyncio))", "pytest.param(1, marks=(pytest.mark.a,))"),
        (
            "pytest.param(\n    1,\n    marks=pytest.mark.asyncio,  # on a loop\n)",
            "pytest.param(\n    1,\n    # on a loop\n)",
        ),
    ],
)
def test_the_marker_is_removed_from_a_parameter_set(before: str, after: str) -> None:
    assert_rewritten(case(before), case(after))


@pytest.mark.parametrize(
    "parameter",
    [
        "pytest.param(1, marks=[pytest.mark.slow, pytest.mark.skip])",
        "pytest.param(1, id='asyncio')",
        "(1, 'marks')",
        "parameter(1, marks=marks)",
    ],
)
def test_parameter_sets_without_the_marker_are_kept(parameter: str) -> None:
    assert_unchanged(case(parameter))


@pytest.mark.parametrize(
    "parameter",
    [
        "pytest.param(1, marks=pytest.mark.asyncio), pytest.param(3, marks=pytest.mark.trio)",
        "pytest.param(1, marks=[pytest.mark.anyio, pytest.mark.asyncio])",
    ],
)
def test_parameter_sets_that_choose_the_backend_are_reported(parameter: str) -> None:
    assert_unchanged(case(parameter), "ASH103", unsafe=True)


@pytest.mark.parametrize(
    "cases",
    [
        "CASES = [pytest.param(1, marks=pytest.mark.asyncio), pytest.param(2, marks=pytest.mark.trio)]",
        "CASES = (pytest.param(1, marks=pytest.mark.asyncio), *[pytest.param(2, marks=[pytest.mark.anyio])])",
        "CASES += [pytest.param(1, marks=(pytest.mark.asyncio,)), pytest.param(2, marks=(pytest.mark.twisted,))]",
    ],
)
def test_named_lists_of_parameter_sets_that_choose_the_backend_are_reported(cases: str) -> None:
    use = "@pytest.mark.parametrize('n', CASES)\nasync def test_n(n): ...\n"
    assert_unchanged(f"import pytest\n\n{cases}\n\n\n{use}", "ASH103", unsafe=True)


def test_a_backend_in_another_list_of_parameter_sets_does_not_matter() -> None:
    text = (
        "import pytest\n\nOURS = [pytest.param(1{})]\nTHEIRS = [pytest.param(1, marks=pytest.mark.trio)]\n\n\n"
        "@pytest.mark.parametrize('n', OURS)\nasync def test_n(n): ...\n"
    )
    assert_rewritten(text.format(", marks=pytest.mark.asyncio"), text.format(""))


def test_a_parameter_set_with_loop_factories_is_left_to_ash108() -> None:
    mark = "pytest.mark.asyncio(loop_factories=['a'])"
    assert_unchanged(case(f"pytest.param(1, marks={mark})"), select={"ASH103"}, unsafe=True)
    assert_unchanged(case(f"pytest.param(1, marks=[pytest.mark.slow, {mark}])"), select={"ASH103"}, unsafe=True)


def test_the_marker_in_an_unknown_call_is_reported() -> None:
    assert_unchanged(case("parameter(1, marks=pytest.mark.asyncio)"), "ASH101")
