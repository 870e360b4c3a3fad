from __future__ import annotations

from asyncshim.migrate.plan import plan
from asyncshim.migrate.plan.one_file import Visited
from asyncshim.migrate.plan.outcome import Outcome
from asyncshim.migrate.plan.plan import Spool
from asyncshim.migrate.read import files
from asyncshim_codemods.results import FileResult


def test_a_plan_holds_the_changed_files_with_their_modes() -> None:
    spool = Spool()
    old, new = spool.keep(b"old"), spool.keep(b"new")
    change = plan.FileChange("b.py", old, new, 0o755)
    changed = Visited(FileResult("b.py", b"1", b"2"), mode=0o755, change=change)
    failed = Visited(FileResult("a.py", b"", b"", error="cannot be read"))
    made = Outcome((failed, changed), files=2).plan()
    assert made.edits == (change,)
    assert made.paths == ("b.py",)


def test_a_change_has_the_digest_of_its_old_content() -> None:
    edit = plan.FileChange.keeping(Spool(), "a.py", b"old", b"new", 0o644)
    assert (edit.old.data, edit.new.data) == (b"old", b"new")
    assert (edit.old.digest, edit.new.digest) == (files.digest(b"old"), files.digest(b"new"))


def test_edits_are_in_order_of_path() -> None:
    edits = [plan.FileChange.keeping(Spool(), path, b"", b"x", 0o644) for path in ("b", "a", "c")]
    assert plan.of(edits).paths == ("a", "b", "c")
