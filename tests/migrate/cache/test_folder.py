from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path

import pytest

from asyncshim.migrate.cache.folder import VARIABLE, CacheFolder, cache_for
from repositories import mode

KEY, OTHER = "a" * 64, "b" * 64
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="about owners and permission bits")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "home/asyncshim"


def entry(place: Path, key: str = KEY) -> Path:
    return place / f"{key}.json"


def test_an_entry_is_found_under_its_key_alone(place: Path) -> None:
    CacheFolder(place).put(KEY, {"a": [1, "x", None, True]})
    assert CacheFolder(place).get(KEY) == {"a": [1, "x", None, True]}
    assert CacheFolder(place).get(OTHER) is None
    assert CacheFolder(place.parent / "missing").get(KEY) is None


def test_an_entry_is_one_line_of_json_behind_a_digest(place: Path) -> None:
    CacheFolder(place).put(KEY, {"a": 1})
    digest, body = entry(place).read_text("ascii").split("\n")
    assert len(digest) == 64
    assert json.loads(body) == {"a": 1}
    assert [path.name for path in place.iterdir()] == [f"{KEY}.json"]


@posix_only
def test_the_folder_and_its_entries_are_private(place: Path) -> None:
    CacheFolder(place).put(KEY, [])
    assert (mode(place), mode(entry(place))) == (0o700, 0o600)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data.replace(b"1", b"2"),
        lambda data: data + b" ",
        lambda data: b"0" * 64 + data[64:],
        lambda data: b"[" * 100_000,
        lambda data: b"\x80\x04]",
        lambda data: b"{}\n",
    ],
)
def test_a_damaged_entry_is_ignored_and_then_replaced(place: Path, damage) -> None:  # type: ignore[no-untyped-def]
    CacheFolder(place).put(KEY, {"a": 1})
    entry(place).write_bytes(damage(entry(place).read_bytes()))
    assert CacheFolder(place).get(KEY) is None
    CacheFolder(place).put(KEY, {"a": 3})
    assert CacheFolder(place).get(KEY) == {"a": 3}


def test_an_entry_that_was_copied_to_another_key_is_ignored(place: Path) -> None:
    CacheFolder(place).put(KEY, {"a": 1})
    entry(place, OTHER).write_bytes(entry(place).read_bytes())
    assert CacheFolder(place).get(OTHER) is None


@posix_only
@pytest.mark.parametrize("bits", [0o722, 0o702, 0o720])
def test_a_folder_that_others_may_write_to_is_neither_read_nor_written(place: Path, bits: int) -> None:
    CacheFolder(place).put(KEY, 1)
    place.chmod(bits)
    CacheFolder(place).put(OTHER, 2)
    assert CacheFolder(place).get(KEY) is None
    assert not entry(place, OTHER).exists()


@posix_only
def test_an_entry_that_others_may_write_to_is_ignored(place: Path) -> None:
    CacheFolder(place).put(KEY, 1)
    entry(place).chmod(0o602)
    assert CacheFolder(place).get(KEY) is None


@posix_only
def test_a_folder_or_an_entry_of_another_user_is_ignored(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    CacheFolder(place).put(KEY, 1)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    CacheFolder(place).put(OTHER, 2)
    assert CacheFolder(place).get(KEY) is None
    assert not entry(place, OTHER).exists()


@posix_only
def test_links_and_fifos_are_not_followed_or_read(place: Path, tmp_path: Path) -> None:
    CacheFolder(place).put(KEY, 1)
    real = tmp_path / "real.json"
    entry(place).rename(real)
    entry(place).symlink_to(real)
    assert CacheFolder(place).get(KEY) is None
    entry(place).unlink()
    os.mkfifo(entry(place))
    assert CacheFolder(place).get(KEY) is None
    entry(place).unlink()
    real.rename(entry(place))
    assert CacheFolder(place).get(KEY) == 1
    elsewhere = tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    assert CacheFolder(place).get(KEY) is None


def test_a_place_that_cannot_be_written_to_is_no_error(place: Path) -> None:
    place.parent.mkdir()
    place.write_text("a file")
    CacheFolder(place).put(KEY, 1)
    assert CacheFolder(place).get(KEY) is None
    assert place.read_text() == "a file"


def test_a_full_disk_is_no_error_and_leaves_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    CacheFolder(place).put(KEY, 1)
    assert [*place.iterdir()] == []


def test_the_entries_that_were_not_used_for_the_longest_time_are_removed(place: Path) -> None:
    keys = [letter * 64 for letter in "0123"]
    CacheFolder(place).put(keys[0], "x" * 600)
    size = entry(place, keys[0]).stat().st_size
    folder = CacheFolder(place, most=3 * size)
    for number, key in enumerate(keys[:3]):
        folder.put(key, "x" * 600)
        os.utime(entry(place, key), (1000 + number, 1000 + number))
    assert folder.get(keys[0]) is not None  # used: now the newest
    folder.put(keys[3], "x" * 600)
    assert [key for key in keys if entry(place, key).exists()] == [keys[0], keys[2], keys[3]]


def test_a_larger_entry_than_the_whole_cache_is_not_kept(place: Path) -> None:
    CacheFolder(place, most=100).put(KEY, "x" * 200)
    assert not place.exists()


def test_other_files_in_the_folder_stay_and_temporary_files_of_killed_runs_go(place: Path) -> None:
    CacheFolder(place).put(KEY, 1)
    killed, at_work, foreign = (place / f"{OTHER}.json.{'0' * 16}", place / f"{OTHER}.json.{'1' * 16}", place / "notes")
    for path in (killed, at_work, foreign):
        path.write_bytes(b"x" * 1000)
    os.utime(killed, (1000, 1000))
    os.utime(foreign, (1000, 1000))
    CacheFolder(place, most=500).put(OTHER, 2)
    assert not killed.exists()
    assert at_work.exists()
    assert foreign.exists()
    assert CacheFolder(place).get(OTHER) == 2


@pytest.fixture
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in (VARIABLE, "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    return tmp_path / "project"


def written(folder: CacheFolder | None) -> list[Path]:
    assert folder is not None
    folder.put(KEY, 1)
    return [path for path in folder._folder.rglob("*") if path.is_file()]


def test_the_cache_is_in_the_cache_folder_of_the_user(
    no_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "chosen"))
    assert written(cache_for(no_environment)) == [tmp_path / "chosen/asyncshim" / f"{KEY}.json"]


def test_a_folder_within_the_project_is_not_used(
    no_environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (no_environment / ".cache").mkdir(parents=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(no_environment / ".cache"))
    assert cache_for(no_environment) is None
    (tmp_path / "link").symlink_to(no_environment / ".cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "link"))
    assert cache_for(no_environment) is None


def test_the_environment_variable_turns_the_cache_off(no_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_for(no_environment) is not None
    monkeypatch.setenv(VARIABLE, "1")
    assert cache_for(no_environment) is None
    monkeypatch.setenv(VARIABLE, "")
    assert cache_for(no_environment) is not None


def test_without_a_home_folder_there_is_no_cache(no_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", homeless)
    assert cache_for(no_environment) is None
