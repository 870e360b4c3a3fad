from __future__ import annotations

from pathlib import Path

from repositories import asyncshim, repository


def test_todo_lists_comments_and_exits_1_if_there_are_any(tmp_path: Path) -> None:
    source = "x = 1\n# TODO(asyncshim): ASH331 runs for ever\nx = 2\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": source, "tests/test_b.py": ""})
    done = asyncshim(root, "todo")
    assert (done.code, done.stdout, done.stderr) == (
        1,
        "tests/test_a.py:2:1: ASH331 runs for ever\n",
        "1 comment found.\n",
    )
    done = asyncshim(root, "todo", "tests/test_b.py")
    assert (done.code, done.stdout, done.stderr) == (0, "", "No comments of `migrate --todo` found.\n")
    assert asyncshim(root, "todo", "--exclude", "test_a*").code == 0
