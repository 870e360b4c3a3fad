from __future__ import annotations

import gc
import os
import warnings
from pathlib import Path

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.migrate import files, spool
from asyncshim.migrate.spool import Spool


@pytest.mark.parametrize("limit", [1, 2**20], ids=["on disk", "in memory"])
def test_what_is_kept_comes_back(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(spool, "_IN_MEMORY", limit)
    place = Spool()
    kept = [place.keep(data) for data in (b"one", b"", b"three\r\n")]
    again = place.keep(kept[2].data)
    assert [one.data for one in (*kept, again)] == [b"one", b"", b"three\r\n", b"three\r\n"]
    assert [one.size for one in kept] == [3, 0, 7]
    assert kept[0].digest == files.digest(b"one")


def test_nothing_is_left_when_nobody_wants_the_bytes_any_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spool, "_IN_MEMORY", 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = len(os.listdir("/proc/self/fd"))
    kept = Spool().keep(b"bytes")
    assert kept.data == b"bytes"
    assert len(os.listdir("/proc/self/fd")) == before + 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a file that nobody closed
        del kept
        gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_IN_MEMORY", 1)
    monkeypatch.setattr("tempfile.tempdir", "/dev/full/none")
    with pytest.raises(AsyncshimError, match=r"nothing was written: .* cannot hold what is planned: "):
        Spool().keep(b"more than one byte")
