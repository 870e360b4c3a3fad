from __future__ import annotations

from asyncshim.migrate import files, plan
from asyncshim.migrate.engine import Outcome, Visited
from asyncshim_codemods.results import FileResult


def test_a_plan_holds_the_changed_files_with_their_modes() -> None:
    changed = Visited(FileResult("b.py", b"old", b"new"), mode=0o755)
    failed = Visited(FileResult("a.py", b"", b"", error="cannot be read"))
    made = plan.make(Outcome((failed, changed), files=2))
    assert made.edits == (plan.Edit("b.py", b"old", b"new", 0o755),)
    assert made.paths == ("b.py",)


def test_an_edit_knows_what_it_was_made_from() -> None:
    edit = plan.Edit("a.py", b"old", b"new", 0o644)
    assert (edit.old_digest, edit.new_digest) == (files.digest(b"old"), files.digest(b"new"))


def test_edits_are_in_order_of_path() -> None:
    edits = [plan.Edit(path, b"", b"x", 0o644) for path in ("b", "a", "c")]
    assert plan.of(edits).paths == ("a", "b", "c")
