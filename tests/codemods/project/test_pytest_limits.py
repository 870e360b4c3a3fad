from __future__ import annotations

import tomllib

import pytest

from asyncshim_codemods.project.pytest_limits import (
    OLDEST_PYTEST,
    PytestLimit,
    allows_only_before,
    limit_beside,
    pytest_limits,
)
from house.tree import ROOT


def test_the_oldest_pytest_is_the_one_that_asyncshim_requires() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"pytest>={OLDEST_PYTEST}" in project["dependencies"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "pytest~=6.2\n"),
        ("requirements.txt", "pytest<7.4\n"),
        ("requirements.txt", "pytest[x] >=6, <7\n"),
        ("requirements.txt", "pytest==7.1.2  # pinned\n"),
        ("pyproject.toml", 'test = ["pytest<7", "x"]\n'),
        ("pyproject.toml", 'pytest = "^6.2"\n'),
        ("pyproject.toml", 'pytest = {version = "~=6.2"}\n'),
        ("tox.ini", "deps =\n    old: pytest<7\n"),
        ("environment.yml", "dependencies:\n  - pytest=6.2\n"),
        ("Pipfile", 'pytest = "==6.2.5"\n'),
    ],
)
def test_a_limit_that_leaves_no_usable_pytest_is_found(path: str, text: str) -> None:
    assert [each.text.startswith("pytest") for each in pytest_limits(path, text.encode())] == [True]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "pytest\npytest-asyncio<0.20\npytest-cov==4.0\n"),
        ("requirements.txt", "pytest>=6\npytest<9\n"),
        ("requirements.txt", "# pytest<7\n"),
        ("requirements.txt", 'pytest<7; python_version < "3.7"\n'),
        ("pyproject.toml", 'pytest = "^7.1"\npytest = "*"\n'),
        ("pyproject.toml", '[tool.pytest.ini_options]\nminversion = "6.0"\n'),
        ("README.md", "pytest<7\n"),
    ],
)
def test_other_limits_are_ignored(path: str, text: str) -> None:
    assert pytest_limits(path, text.encode()) == []


def test_files_of_pip_that_include_each_other_count_together() -> None:
    files = {"requirements/dev.txt": "-r base.txt\n", "requirements/base.txt": "pytest<7\n", "old.txt": "x\n"}
    limits = [each for path, text in files.items() for each in pytest_limits(path, text.encode())]
    assert limits[0] == PytestLimit("requirements/dev.txt", "", ("requirements/base.txt",))
    for path in ("requirements/dev.txt", "requirements/base.txt"):
        assert limit_beside(limits, path) == "`pytest<7` in requirements/base.txt"
    assert limit_beside(limits, "requirements.txt") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('dev = ["pytest", "pytest-asyncio~=0.16.0"]', True),
        ('pytest-asyncio = "^0.16"', True),
        ('pytest_asyncio = "~0.15"', True),
        ('pytest-asyncio = {version = "0.15.1"}', True),
        ("  - pytest-asyncio=0.16", True),
        ("pytest-asyncio<0.17; python_version < '3.7'\npytest-asyncio", True),
        ('pytest-asyncio = "^0.17"', False),
        ('pytest-asyncio = "~0"', False),
        ("pytest-asyncio>=0.16", False),
        ('dev = ["pytest<0.1", "pytest-asyncio"]', False),
        ("# pytest-asyncio<0.17", False),
    ],
)
def test_a_limit_to_older_releases_is_found_in_every_spelling(text: str, *, expected: bool) -> None:
    assert allows_only_before(text.encode(), "pytest-asyncio", "0.17") is expected
