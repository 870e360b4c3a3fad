from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.read.settings_text import UnusableSettingsError, read


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text("")
    root = tmp_path / "p"
    root.mkdir()
    (root / "pyproject.toml").symlink_to("../elsewhere.toml")
    with pytest.raises(UsageError, match="is a link out of the project"):
        read(root / "pyproject.toml")


@pytest.mark.parametrize("text", ["a" + ".a" * 100 + " = 1\n", "#" * 2**20])
def test_settings_that_take_long_to_parse_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(UnusableSettingsError):
        read(tmp_path / "pyproject.toml")
