from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.edits.import_names import adding


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from a import b, d", "from a import b, c, d"),
        ("from a import d", "from a import c, d"),
        ("from a import b", "from a import b, c"),
        ("from a import c", "from a import c"),
        ("from a import (\n    b,\n    d,\n)", "from a import (\n    b,\n    c,\n    d,\n)"),
        ("from a import (\n    d,\n)", "from a import (\n    c,\n    d,\n)"),
    ],
)
def test_a_name_is_added_at_its_sorted_position(before: str, after: str) -> None:
    line = cst.ensure_type(cst.parse_statement(before), cst.SimpleStatementLine)
    made = adding("c")(line.body[0])
    assert cst.Module([]).code_for_node(made) == after
