from __future__ import annotations

import pytest

from asyncshim_codemods.config.formats import FORMATS
from asyncshim_codemods.project.file_kinds import FileKind
from config_tools import changed, unchanged


def test_every_kind_has_a_format_and_only_reported_kinds_have_no_check() -> None:
    assert set(FORMATS) == set(FileKind)
    assert {kind for kind, one in FORMATS.items() if one.check is None} == {FileKind.LOCK, FileKind.PROGRAM}


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "tox.ini",
            "[testenv]\ndeps = pytest-asyncio\n[pytest]\nasyncio_mode = auto\n",
            "[testenv]\ndeps = asyncshim\n[pytest]\n",
        ),
        (
            "pyproject.toml",
            '[project]\ndependencies = ["pytest-asyncio"]\n[tool.pytest.ini_options]\nasyncio_mode = "auto"\n',
            '[project]\ndependencies = ["asyncshim"]\n[tool.pytest.ini_options]\n',
        ),
    ],
)
def test_options_and_dependencies_of_one_file_are_edited_together(path: str, before: str, after: str) -> None:
    assert [found.code for found in changed(path, before, after).findings] == ["ASH501", "ASH401"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tox.ini", "[testenv]\ndeps = pytest\n[pytest]\nanyio_mode = auto\n"),
        ("pyproject.toml", '[project]\nname = "pytest-asyncio"\n[tool.pytest.ini_options]\nasyncio_debugger = true\n'),
        ("requirements.txt", "# pytest-asyncio\npytest-asyncio-cooperative\n"),
        ("environment.yml", "# pytest-asyncio\ndependencies:\n  - pytest-asyncio-cooperative\n"),
    ],
)
def test_similar_names_are_kept_in_every_format(path: str, text: str) -> None:
    assert unchanged(path, text).findings == ()
