from __future__ import annotations

import pytest

from innocent import INNOCENT
from rule_tools import assert_unchanged


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("path", ["tests/test_module.py", "tests/conftest.py"])
@pytest.mark.parametrize("text", INNOCENT)
def test_all_rules_together_leave_code_that_only_looks_like_it(text: str, path: str, *, unsafe: bool) -> None:
    assert_unchanged(text, path=path, unsafe=unsafe)
