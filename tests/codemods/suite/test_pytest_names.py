from __future__ import annotations

import pytest

from asyncshim_codemods.suite.pytest_names import PUBLIC


@pytest.mark.parametrize("name", sorted({*PUBLIC.values()}))
def test_pytest_has_every_name_that_is_called_public(name: str) -> None:
    assert name in pytest.__all__
