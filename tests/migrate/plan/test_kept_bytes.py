from __future__ import annotations

import contextlib
import gc
import os
import warnings
from pathlib import Path

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.plan import plan
from asyncshim.migrate.plan.plan import Spool
from asyncshim.migrate.read import files


@pytest.mark.parametrize("limit", [1, 2**20], ids=["on disk", "in memory"])
def test_spooled_content_is_read_back(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(plan, "_IN_MEMORY", limit)
    place = Spool()
    kept = [place.keep(data) for data in (b"one", b"", b"three\r\n")]
    again = place.keep(kept[2].data)
    assert [one.data for one in (*kept, again)] == [b"one", b"", b"three\r\n", b"three\r\n"]
    assert [one.size for one in kept] == [3, 0, 7]
    assert kept[0].digest == files.digest(b"one")


def open_in(folder: Path) -> list[str]:
    """The open files of this process that are in a folder, with a name or without."""
    targets: list[str] = []
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # that of this very listing
            targets.append(os.readlink(f"/proc/self/fd/{number}"))
    return [target for target in targets if target.startswith(str(folder))]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux lists the open files of a process there")
def test_the_temporary_file_is_removed_with_the_last_reference(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(plan, "_IN_MEMORY", 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = Spool().keep(b"bytes")
    assert kept.data == b"bytes"
    assert len(open_in(tmp_path)) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a file that nobody closed
        del kept
        gc.collect()
    assert open_in(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_full_temporary_folder_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_IN_MEMORY", 1)
    monkeypatch.setattr("tempfile.tempdir", "/dev/full/none")
    with pytest.raises(AsyncshimError, match=r"nothing was written: .* cannot hold what is planned: "):
        Spool().keep(b"more than one byte")
