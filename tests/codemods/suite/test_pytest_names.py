from __future__ import annotations

import pytest

from asyncshim_codemods.suite.pytest_names import PUBLIC


@pytest.mark.parametrize("name", sorted({*PUBLIC.values()}))
def test_every_public_pytest_name_exists(name: str) -> None:
    assert name in pytest.__all__
