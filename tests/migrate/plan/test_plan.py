from __future__ import annotations

from asyncshim.migrate.plan import plan
from asyncshim.migrate.plan.engine import Change, Outcome, Visited
from asyncshim.migrate.plan.spool import Spool
from asyncshim.migrate.read import files
from asyncshim_codemods.results import FileResult


def test_a_plan_holds_the_changed_files_with_their_modes() -> None:
    spool = Spool()
    old, new = spool.keep(b"old"), spool.keep(b"new")
    changed = Visited(FileResult("b.py", b"1", b"2"), mode=0o755, change=Change(old, new))
    failed = Visited(FileResult("a.py", b"", b"", error="cannot be read"))
    made = plan.make(Outcome((failed, changed), files=2))
    assert made.edits == (plan.Edit("b.py", old, new, 0o755),)
    assert made.paths == ("b.py",)


def test_an_edit_knows_what_it_was_made_from() -> None:
    edit = plan.Edit.keeping(Spool(), "a.py", b"old", b"new", 0o644)
    assert (edit.old.data, edit.new.data) == (b"old", b"new")
    assert (edit.old.digest, edit.new.digest) == (files.digest(b"old"), files.digest(b"new"))


def test_edits_are_in_order_of_path() -> None:
    edits = [plan.Edit.keeping(Spool(), path, b"", b"x", 0o644) for path in ("b", "a", "c")]
    assert plan.of(edits).paths == ("a", "b", "c")
