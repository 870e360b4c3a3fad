from __future__ import annotations

import pytest

from asyncshim_codemods.suite.pytest_names import PUBLIC
from rule_tools import assert_rewritten


@pytest.mark.parametrize("name", sorted({*PUBLIC.values()}))
def test_every_public_pytest_name_exists(name: str) -> None:
    assert name in pytest.__all__


def using(head: str, decorator: str) -> str:
    return f"{head}\n\n\n{decorator}\nasync def pool(): ...\n"


@pytest.mark.parametrize(
    ("head", "decorator", "new_head", "new_decorator"),
    [
        (
            "from pytest import Item, approx, raises\nfrom pytest_asyncio import fixture\n\nx = Item, approx, raises",
            "@fixture",
            "from pytest import Item, approx, fixture, raises\n\nx = Item, approx, raises",
            "@fixture",
        ),
        (
            "from pytest_asyncio import fixture\nfrom pytest import approx\n\nx = approx",
            "@fixture",
            "from pytest import approx, fixture\n\nx = approx",
            "@fixture",
        ),
        (
            "from pytest import mark as m\nfrom pytest_asyncio import fixture",
            "@fixture\n@m.x",
            "from pytest import fixture\nfrom pytest import mark as m",
            "@fixture\n@m.x",
        ),
        (
            "from pytest import mark  # all\nfrom pytest_asyncio import fixture",
            "@fixture\n@mark.x",
            "from pytest import mark  # all\nfrom pytest import fixture",
            "@fixture\n@mark.x",
        ),
        (
            "from pytest import (\n    mark,\n)\nfrom pytest_asyncio import fixture",
            "@fixture\n@mark.x",
            "from pytest import (\n    mark,\n)\nfrom pytest import fixture",
            "@fixture\n@mark.x",
        ),
        (
            "from pytest import mark\nimport os\nfrom pytest_asyncio import fixture\n\nx = os",
            "@fixture\n@mark.x",
            "from pytest import mark\nimport os\nfrom pytest import fixture\n\nx = os",
            "@fixture\n@mark.x",
        ),
    ],
)
def test_a_name_joins_a_plain_import_from_pytest_in_the_next_line(
    head: str, decorator: str, new_head: str, new_decorator: str
) -> None:
    assert_rewritten(using(head, decorator), using(new_head, new_decorator))


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
