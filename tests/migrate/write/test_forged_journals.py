"""A journal is input that anybody may have written: one that names a place outside the project does nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.read import files
from asyncshim.migrate.write.journal import Store
from asyncshim.migrate.write.recover import settle
from asyncshim.migrate.write.undo import undo
from repositories import asyncshim, read_tree, undo_data, write_tree

NAME = f".asyncshim-{'a' * 32}-0.tmp"
OLD = b"import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"
Content = dict[str, object]


def content(stage: str, **entry: object) -> Content:
    """A journal that is right, but for what is given."""
    right: Content = {
        "path": "a.py",
        "temporary": NAME,
        "before": files.digest(b"old"),
        "after": files.digest(b"new"),
        "mode": 0o644,
        "offset": 0,
        "size": 3,
    }
    entries = [right | entry]
    return {"version": 1, "number": 1, "stage": stage, "root": "p", "entries": entries, "undoes": None}


def write_journal(state: Path, journal: object, mode: int = 0o600) -> Path:
    state.mkdir(0o700, parents=True, exist_ok=True)
    run = state / "run-000001"
    run.mkdir(0o700)
    for name, data in (("before.pack", b"old"), ("journal.json", json.dumps(journal).encode())):
        (run / name).write_bytes(data)
        (run / name).chmod(mode)
    return run / "journal.json"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A project and, beside it, files that belong to nobody's project."""
    write_tree(tmp_path, {"w/p/a.py": "new", "w/victim.py": "new", "victim.py": "new"})
    (tmp_path / "w/p/link").symlink_to(tmp_path)
    return tmp_path


FORGED = {
    "path-above": {"path": "../victim.py", "temporary": f"../{NAME}"},
    "path-two-above": {"path": "../../victim.py", "temporary": f"../../{NAME}"},
    "path-through-a-link": {"path": "link/victim.py", "temporary": f"link/{NAME}"},
    "path-with-a-dot": {"path": "./a.py", "temporary": f"./{NAME}"},
    "path-empty": {"path": ""},
    "path-with-nul": {"path": "a\0.py"},
    "temporary-above": {"temporary": "../victim.py"},
    "temporary-another-file": {"temporary": "a.py"},
    "temporary-another-folder": {"temporary": f"d/{NAME}"},
    "before-null": {"before": None},
    "after-null": {"after": None},
    "digest-short": {"before": "0" * 63},
    "mode-text": {"mode": "0644"},
    "mode-bool": {"mode": True},
    "mode-large": {"mode": 0o100644},
    "offset-negative": {"offset": -1},
    "size-float": {"size": 3.0},
    "one-key-more": {"surprise": 1},
}


@pytest.mark.parametrize("act", [undo, settle])
@pytest.mark.parametrize("stage", ["preparing", "committing", "done"])
@pytest.mark.parametrize("entry", [pytest.param(entry, id=name) for name, entry in FORGED.items()])
def test_a_journal_with_a_forged_entry_does_nothing(
    place: Path, stage: str, entry: Content, act: Callable[[Store], object]
) -> None:
    before = read_tree(place / "w"), (place / "victim.py").read_bytes()
    journal = write_journal(place / "state", content(stage, **entry))
    with pytest.raises(AsyncshimError) as raised:
        act(Store(place / "state", place / "w"))
    assert str(raised.value).startswith(f"{journal} was not written by asyncshim (")
    assert (read_tree(place / "w"), (place / "victim.py").read_bytes()) == before


@pytest.mark.parametrize("kind", ["absolute-path", "absolute-temporary"])
def test_a_journal_with_an_absolute_path_does_nothing(place: Path, kind: str) -> None:
    victim = str(place / "victim.py")
    entry: Content = {"path": victim} if kind == "absolute-path" else {"temporary": victim}
    write_journal(place / "state", content("preparing", **entry))
    with pytest.raises(AsyncshimError, match="was not written by asyncshim"):
        settle(Store(place / "state", place / "w"))
    assert (place / "victim.py").read_bytes() == b"new"


@pytest.mark.parametrize(
    "change",
    [
        {"root": ".."},
        {"root": "../x"},
        {"root": "/"},
        {"root": "p/link"},
        {"root": None},
        {"number": 2},
        {"number": True},
        {"stage": "later"},
        {"undoes": "1"},
        {"undoes": -1},
        {"entries": {}},
        {"entries": [1]},
        {"surprise": 1},
    ],
    ids=str,
)
def test_a_journal_with_a_forged_head_does_nothing(place: Path, change: Content) -> None:
    before = read_tree(place / "w")
    write_journal(place / "state", content("committing") | change)
    with pytest.raises(AsyncshimError, match=r"journal\.json (was not written by asyncshim|is damaged)"):
        undo(Store(place / "state", place / "w"))
    assert read_tree(place / "w") == before


def test_the_journal_that_the_forged_ones_are_made_from_is_used(place: Path) -> None:
    write_journal(place / "state", content("done"))
    assert undo(Store(place / "state", place / "w")) is not None
    assert (place / "w/p/a.py").read_bytes() == b"old"


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
@pytest.mark.parametrize("part", ["state", "state/run-000001", "state/run-000001/journal.json"])
def test_a_journal_that_others_may_use_is_refused_by_name(place: Path, part: str) -> None:
    write_journal(place / "state", content("done"))
    (place / part).chmod(0o755)
    with pytest.raises(AsyncshimError, match=f"{part}: can be used by other users, so it is not used and nothing was"):
        undo(Store(place / "state", place / "w"))
    assert (place / "w/p/a.py").read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("part", ["state", "state/run-000001", "state/run-000001/journal.json"])
def test_a_journal_of_another_user_is_refused_by_name(place: Path, part: str) -> None:
    write_journal(place / "state", content("done"))
    os.chown(place / part, 65534, 65534)
    with pytest.raises(AsyncshimError, match=f"{part}: belongs to another user"):
        undo(Store(place / "state", place / "w"))


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
@pytest.mark.parametrize("part", ["state", "state/run-000001", "state/run-000001/journal.json"])
def test_a_journal_behind_a_link_is_refused_by_name(place: Path, part: str) -> None:
    write_journal(place / "state", content("done"))
    (place / part).rename(place / "real")
    (place / part).symlink_to(place / "real")
    with pytest.raises(AsyncshimError, match=f"{part}: is not a (folder|regular file)"):
        undo(Store(place / "state", place / "w"))


@pytest.mark.parametrize("folder", [".asyncshim", ".git/asyncshim"])
@pytest.mark.parametrize("command", ["migrate", "undo"])
def test_a_journal_that_a_repository_ships_is_never_read(tmp_path: Path, folder: str, command: str) -> None:
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD, "pytest.ini": ""})
    write_tree(tmp_path, {"victim.py": "new"})
    forged = content("preparing", temporary=str(tmp_path / "victim.py")) | {"root": "."}
    journal = write_journal(root / folder, forged)
    shipped = journal.read_bytes()
    done = asyncshim(root, command)
    assert (done.code, "Traceback" in done.stderr) == (0, False), done.stderr
    assert (tmp_path / "victim.py").read_bytes() == b"new"
    assert journal.read_bytes() == shipped
    assert sorted(path.name for path in (root / folder).iterdir()) == ["run-000001"]


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
@pytest.mark.parametrize("name", [".asyncshim", ".asyncshim/.gitignore"])
def test_links_in_the_old_place_of_undo_data_are_not_followed(tmp_path: Path, name: str) -> None:
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD, "pytest.ini": ""})
    target = tmp_path / "victim"
    target.mkdir() if name == ".asyncshim" else target.write_bytes(b"mine")
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).symlink_to(target)
    assert asyncshim(root, "migrate").code == 0
    assert asyncshim(root, "undo").code == 0
    assert (list(target.iterdir()) if target.is_dir() else target.read_bytes()) in ([], b"mine")


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_undo_data_is_private_and_outside_the_work_tree(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD, "pytest.ini": ""})
    assert asyncshim(root, "migrate").code == 0
    assert sorted(read_tree(root)) == ["pytest.ini", "tests/test_a.py"]
    state = undo_data(root)
    found = {path: path.stat().st_mode & 0o777 for path in (state, *state.rglob("*"))}
    assert {path.name for path in found} == {state.name, "lock", "run-000001", "journal.json", "before.pack"}
    assert set(found.values()) == {0o700, 0o600}
    assert all((bits == 0o700) is path.is_dir() for path, bits in found.items())
