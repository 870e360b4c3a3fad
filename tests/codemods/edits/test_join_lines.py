from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.edits.join_lines import join_call, join_signature, join_statement
from rule_tools import assert_rewritten

LONG = "a_parameter_with_a_long_name, another_parameter_with_a_long_name"


def function(text: str) -> cst.FunctionDef:
    return cst.ensure_type(cst.parse_statement(text), cst.FunctionDef)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("async def f(\n    a\n):\n    pass\n", "async def f(a):\n    pass\n"),
        ("async def f(\n    a: int, b=1\n) -> None:\n    pass\n", "async def f(a: int, b=1) -> None:\n    pass\n"),
        (f"async def f(\n    {LONG}\n):\n    pass\n", f"async def f({LONG}):\n    pass\n"),
        (
            "# c\n@d\nasync def f(\n    a,\n    b\n):\n    # e\n    pass\n",
            "# c\n@d\nasync def f(a, b):\n    # e\n    pass\n",
        ),
    ],
)
def test_a_signature_that_fits_is_joined(before: str, after: str) -> None:
    assert cst.Module([join_signature(function(before), 0)]).code == after


@pytest.mark.parametrize(
    "text",
    [
        "async def f(\n    a,\n):\n    pass\n",
        "async def f(\n    a  # why\n):\n    pass\n",
        "async def f(\n    # why\n    a\n):\n    pass\n",
        "async def f(a,\n            b):\n    pass\n",
        "async def f(\n    a\n): ...\n",
        "async def f(\n    a, *, b\n):\n    pass\n",
        "async def f(\n    a=[\n        1,\n    ]\n):\n    pass\n",
        f"async def f(\n    {LONG}, third_one\n):\n    pass\n",
        f"def f(\n    {LONG}, xxxxxxxxxxx\n):\n    pass\n",
    ],
)
def test_a_signature_that_formatters_leave_is_not_joined(text: str) -> None:
    assert cst.Module([join_signature(function(text), 0)]).code == text


def test_the_indentation_counts() -> None:
    text = f"async def f(\n    {LONG}\n):\n    pass\n"
    assert cst.Module([join_signature(function(text), 16)]).code == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(\n    a\n)", "f(a)"),
        ("f(\n    a,\n    b=1\n)", "f(a, b=1)"),
        ("f(\n    a,\n)", "f(\n    a,\n)"),
        ("f(\n    a  # why\n)", "f(\n    a  # why\n)"),
        ("f()", "f()"),
    ],
)
def test_a_call_that_fits_is_joined(before: str, after: str) -> None:
    call = cst.ensure_type(cst.parse_expression(before), cst.Call)
    assert cst.Module([]).code_for_node(join_call(call, 0)) == after


def test_signatures_and_decorators_that_lose_a_part_are_joined() -> None:
    assert_rewritten(
        """
        import pytest_asyncio


        class TestPool:
            @pytest_asyncio.fixture(
                scope="session", loop_scope="session"
            )
            async def pool(
                self, event_loop, url
            ) -> None:
                pass
        """,
        """
        import pytest


        class TestPool:
            @pytest.fixture(scope="session")
            async def pool(self, url) -> None:
                pass
        """,
    )


def test_no_three_blank_lines_are_left() -> None:
    assert_rewritten(
        "import pytest\n\nx = 1\n\n\n\npytestmark = pytest.mark.asyncio\n\n\n\nasync def test_a(): ...\n",
        "x = 1\n\n\nasync def test_a(): ...\n",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("assert (\n    a == 3\n), 'why'\n", "assert a == 3, 'why'\n"),
        ("x = (\n    a + b\n)  # c\n", "x = a + b  # c\n"),
        ("return (\n    a\n    and b\n)\n", None),
        ("x = f(\n    a, b\n)\n", "x = f(a, b)\n"),
        ("x = f(\n    a, b,\n)\n", None),
        ("x = (\n    a,\n    b,\n)\n", None),
        ("x = (\n    # why\n    a\n)\n", None),
        ("x = (a\n     + b)\n", None),
        ("x = (\n    a_name_that_is_rather_long_and_so_on + another_name_that_is_rather_long_and_so_on_too\n)\n", None),
    ],
)
def test_a_statement_whose_value_fits_on_one_line_is_joined(before: str, after: str | None) -> None:
    line = cst.ensure_type(cst.parse_statement(before), cst.SimpleStatementLine)
    assert cst.Module([join_statement(line, 4)]).code == (before if after is None else after)


def test_a_statement_that_became_shorter_by_an_await_is_joined_as_formatters_do() -> None:
    name = "a_helper_with_a_rather_long_name"
    assert_rewritten(
        f"""
        async def {name}(*args): ...


        def test_it(event_loop):
            assert (
                event_loop.run_until_complete({name}(1, 2, 3)) == 3
            ), "message"
            x = str(
                event_loop.run_until_complete({name}(1, 2, 3, 4, 5))
            )
            assert (
                x == 3
            ), "untouched"
        """,
        f"""
        async def {name}(*args): ...


        async def test_it():
            assert await {name}(1, 2, 3) == 3, "message"
            x = str(await {name}(1, 2, 3, 4, 5))
            assert (
                x == 3
            ), "untouched"
        """,
    )
