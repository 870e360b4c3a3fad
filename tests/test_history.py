"""The data about pytest-asyncio's releases."""

from __future__ import annotations

import sys

from packaging.version import Version

from asyncshim.history import NEWEST


def test_the_newest_release_is_the_one_that_the_stand_in_claims_to_be() -> None:
    assert Version(NEWEST) >= Version("1.5.0")
    assert sys.modules["pytest_asyncio"].__version__ == NEWEST
