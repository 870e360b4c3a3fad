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
