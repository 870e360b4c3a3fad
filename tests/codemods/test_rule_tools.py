from __future__ import annotations

import pytest

from rule_tools import assert_rewritten


def test_a_wrong_expectation_shows_both_texts() -> None:
    before = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n"
    with pytest.raises(AssertionError, match="def test_b"):
        assert_rewritten(before, "async def test_b(): ...\n")
