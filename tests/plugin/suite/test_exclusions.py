"""Which uses are excluded by a comment or by ``[tool.asyncshim]``."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.plugin.suite.exclusions import Exclusions

SOURCE = """\
@first
@second(
    1,
)  # asyncshim: ignore[ASH1]
async def one(
    a,
):
    pass  # asyncshim: ignore

# asyncshim: ignore[ASH201, ash3]
# another comment
def two(): pass

x = [
    1,  # asyncshim: ignore
]
class Three:  # asyncshim:ignore
    "# asyncshim: ignore"
"""


@pytest.mark.parametrize(
    ("line", "code", "excluded"),
    [
        (1, "ASH101", True),
        (1, "ASH302", False),
        (12, "ASH201", True),
        (12, "ASH302", True),
        (12, "ASH101", False),
        (14, "ASH102", True),
        (17, "ASH101", True),
        (18, "ASH101", False),
    ],
)
def test_a_comment_excludes_the_definition_or_statement_at_a_line(
    tmp_path: Path, line: int, code: str, excluded: bool
) -> None:
    path = tmp_path / "test_it.py"
    path.write_text(SOURCE)
    assert Exclusions(tmp_path).cover([code], str(path), line) is excluded


@pytest.mark.parametrize("text", ["", "not TOML", "[tool]\nasyncshim = 1\n", "[tool.asyncshim]\n"])
def test_nothing_is_excluded_without_settings(tmp_path: Path, text: str) -> None:
    tmp_path.joinpath("pyproject.toml").write_text(text)
    assert not Exclusions(tmp_path).cover(["ASH101"], str(tmp_path / "missing.py"), 1)


@pytest.mark.parametrize(
    ("settings", "excluded"),
    [
        ('ignore = ["ASH1"]', True),
        ('ignore = ["ASH3"]', False),
        ('ignore = ["ASH101"]', False),  # ASH102 may be what is reported
        ('select = ["ASH3"]', True),
        ('select = ["ASH3"]\nextend-select = ["ASH102"]', False),
        ('exclude = ["tests/old/*"]', True),
        ('exclude = ["tests/new/*"]', False),
    ],
)
def test_settings_exclude_rules_and_files(tmp_path: Path, settings: str, excluded: bool) -> None:
    tmp_path.joinpath("pyproject.toml").write_text(f"[tool.asyncshim]\n{settings}\n")
    path = str(tmp_path / "tests" / "old" / "test_it.py")
    assert Exclusions(tmp_path).cover(["ASH101", "ASH102"], path, 1) is excluded


def test_a_file_that_cannot_be_tokenized_excludes_nothing_below_the_error(tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"
    path.write_text("x = (\n# asyncshim: ignore\n")
    assert Exclusions(tmp_path).cover(["ASH101"], str(path), 1)
    path.write_text("x = (\n\n)\ny = '''\n# asyncshim: ignore\n")
    assert not Exclusions(tmp_path).cover(["ASH101"], str(path), 4)
