from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.cache.folder import cache_for
from asyncshim.migrate.read.user_folder import user_folder
from asyncshim.migrate.write import state_folder

Kind = Literal["cache", "state"]
VARIABLES: dict[Kind, str] = {"cache": "XDG_CACHE_HOME", "state": "XDG_STATE_HOME"}


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in (*VARIABLES.values(), "LOCALAPPDATA", "ASYNCSHIM_NO_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "platform", "below"),
    [
        ("cache", "linux", ".cache"),
        ("cache", "darwin", "Library/Caches"),
        ("state", "linux", ".local/state"),
        ("state", "darwin", "Library/Application Support"),
    ],
)
def test_each_platform_has_its_places(
    home: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind, platform: str, below: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert user_folder(kind) == home / below / "asyncshim"


@pytest.mark.parametrize("kind", VARIABLES)
def test_an_absolute_path_in_the_variable_decides(home: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    default = user_folder(kind)
    monkeypatch.setenv(VARIABLES[kind], str(home / "chosen"))
    assert user_folder(kind) == home / "chosen/asyncshim"
    monkeypatch.setenv(VARIABLES[kind], "relative")
    assert user_folder(kind) == default


@pytest.mark.parametrize("kind", VARIABLES)
def test_windows_has_one_folder_for_both(home: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(home / "local"))
    assert user_folder(kind) == home / "local/asyncshim" / kind


def test_without_a_home_folder_there_is_no_cache_and_undo_says_what_to_set(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_home() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", no_home)
    assert cache_for(home) is None
    with pytest.raises(UsageError, match=r"there is no home folder .*: set XDG_STATE_HOME"):
        state_folder.folder_for(home)
