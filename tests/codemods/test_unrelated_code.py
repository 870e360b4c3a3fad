from __future__ import annotations

import pytest

from rule_tools import assert_unchanged
from unrelated_code import UNRELATED


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("path", ["tests/test_module.py", "tests/conftest.py"])
@pytest.mark.parametrize("text", UNRELATED)
def test_all_rules_leave_unrelated_code_unchanged(text: str, path: str, *, unsafe: bool) -> None:
    assert_unchanged(text, path=path, unsafe=unsafe)
