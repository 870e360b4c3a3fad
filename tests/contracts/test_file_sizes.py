"""A module of more than 300 lines needs to be divided."""

from __future__ import annotations

import pytest

from house.tree import Module, modules

LIMIT = 300
RULE_LIMIT = 170


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_module_is_not_too_long(module: Module) -> None:
    limit = RULE_LIMIT if ".rules." in module.name else LIMIT
    lines = len(module.path.read_text(encoding="utf-8").splitlines())
    assert lines <= limit, f"{module.location} has {lines} lines, more than {limit}: divide it by duty"
