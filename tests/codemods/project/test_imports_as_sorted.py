"""Imports that a rule joins or adds, as the import sorter of the project would write them."""

from __future__ import annotations

import pytest

from rule_tools import assert_rewritten

COMBINING = {
    "ruff": ("pyproject.toml", "[tool.ruff.lint.isort]\ncombine-as-imports = true\n"),
    "isort": (".isort.cfg", "[settings]\ncombine_as_imports = true\n"),
    "a profile of isort": ("setup.cfg", "[isort]\nprofile = django\n"),
}


@pytest.mark.parametrize("style", COMBINING)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from pytest import approx, mark\nfrom pytest_asyncio import fixture as fx",
            "from pytest import approx, fixture as fx, mark",
        ),
        (
            "from pytest import mark as m\nfrom pytest_asyncio import fixture as fx",
            "from pytest import fixture as fx, mark as m",
        ),
        ("from pytest import mark as m\nfrom pytest_asyncio import fixture", "from pytest import fixture, mark as m"),
    ],
)
def test_names_with_as_join_an_import_if_the_sorter_combines_them(style: str, before: str, after: str) -> None:
    name = before.rsplit(maxsplit=1)[-1]
    uses = f"x = approx, mark, m\n\n\n@{name}\nasync def pool():\n    pass\n"
    path, text = COMBINING[style]
    assert_rewritten(f"{before}\n\n{uses}", f"{after}\n\n{uses}", beside={path: text})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from pytest import mark\nfrom pytest_asyncio import fixture as fx",
            "from pytest import fixture as fx\nfrom pytest import mark",
        ),
        (
            "from pytest import approx, mark\nfrom pytest_asyncio import fixture as fx",
            "from pytest import approx, mark\nfrom pytest import fixture as fx",
        ),
        (
            (
                "from pytest import approx as a\nfrom pytest import mark as m\nfrom pytest import raises\n"
                "from pytest_asyncio import fixture as fx"
            ),
            (
                "from pytest import approx as a\nfrom pytest import fixture as fx\nfrom pytest import mark as m\n"
                "from pytest import raises"
            ),
        ),
    ],
)
def test_names_with_as_have_sorted_lines_of_their_own_if_the_sorter_does_not_combine_them(
    before: str, after: str
) -> None:
    uses = "x = approx, mark, a, m, raises\n\n\n@fx\nasync def pool():\n    pass\n"
    assert_rewritten(f"{before}\n\n{uses}", f"{after}\n\n{uses}")


def test_no_import_is_joined_if_the_sorter_wants_one_name_a_line() -> None:
    uses = "x = mark\n\n\n@fixture\nasync def pool():\n    pass\n"
    assert_rewritten(
        f"from pytest import mark\nfrom pytest_asyncio import fixture\n\n{uses}",
        f"from pytest import fixture\nfrom pytest import mark\n\n{uses}",
        beside={"pyproject.toml": "[tool.isort]\nprofile = 'google'\n"},
    )
