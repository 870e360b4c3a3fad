from __future__ import annotations

from pathlib import Path

import tiny_rules
from asyncshim.migrate.plan.one_file import gave_up, visit


def test_a_file_that_is_too_large_to_be_read_is_an_error(tmp_path: Path) -> None:
    with (tmp_path / "a.py").open("wb") as stream:
        stream.truncate(2**36)
    visited = visit(
        tmp_path, tiny_rules.TINY.rewrite_python, tiny_rules.TINY.collect_facts([]), tiny_rules.EVERYTHING, "a.py"
    )
    assert visited.result.error == "cannot be read: too large"


def test_a_file_that_a_limit_stopped_says_so() -> None:
    visited = gave_up("a.py", "is too slow")
    assert (visited.given_up, visited.result.error) == (True, "is too slow")
