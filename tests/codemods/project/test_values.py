from __future__ import annotations

import pytest

from asyncshim_codemods.project.values import Path, as_array, as_table, value_at

DOCUMENT: dict[str, object] = {"a": {"b": [1, {"c": "x"}]}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((), DOCUMENT),
        (("a", "b", 1, "c"), "x"),
        (("a", "b", 2), None),
        (("a", "z"), None),
        (("a", 0), None),
        (("a", "b", "c"), None),
        (("a", "b", 0, "c"), None),
    ],
)
def test_a_path_returns_its_value_or_none(path: Path, value: object) -> None:
    assert value_at(DOCUMENT, path) == value


def test_only_tables_are_tables_and_only_arrays_are_arrays() -> None:
    assert (as_table({}), as_table([]), as_array([]), as_array("ab")) == ({}, None, [], None)
