"""A class name means one thing in the whole repository."""

from __future__ import annotations

import ast
from collections import defaultdict

from house.tree import modules


def test_no_two_modules_define_a_class_of_the_same_name() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for module in modules():
        for node in ast.parse(module.path.read_bytes()).body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(module.name)
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
