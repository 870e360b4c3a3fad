from __future__ import annotations

from pathlib import Path

from asyncshim.migrate.todo import Todo, todos
from repositories import write_tree


def test_todo_comments_are_found_with_their_positions(tmp_path: Path) -> None:
    files = {
        "a.py": b"x = 1\r\n    # TODO(asyncshim): ASH331 for ever\r\nx = 2  #TODO(asyncshim):  ASH304 caf\xc3\xa9\n",
        "b.py": b"# TODO: something else\n",
        "c.ini": b"; x\n# TODO(asyncshim): ASH401 by hand",
    }
    write_tree(tmp_path, files)
    assert list(todos(tmp_path, [*files, "missing.py"])) == [
        Todo("a.py", 2, 5, "ASH331 for ever"),
        Todo("a.py", 3, 8, "ASH304 café"),
        Todo("c.ini", 2, 1, "ASH401 by hand"),
    ]
