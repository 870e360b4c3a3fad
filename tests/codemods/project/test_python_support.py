from __future__ import annotations

import pytest

from asyncshim_codemods.project.python_support import (
    PythonSupport,
    old_factors,
    oldest_allowed,
    python_support,
    support_for,
)


@pytest.mark.parametrize(
    ("limit", "oldest"),
    [
        (">=3.9", "3.9"),
        (">= 3.10, <4", "3.10"),
        ("^3.8", "3.8"),
        ("~=3.10", "3.10"),
        ("~3.9", "3.9"),
        ("3.9", "3.9"),
        ("==3.8.*", "3.8"),
        ("3.9.7", "3.9"),
        ("==3.10.2", "3.10"),
        (">=3.9.5,<3.9.9", "3.9"),
        ("==3.12.2", ""),
        ("^3.8 || ^3.12", "3.8"),
        ("<4", "3.6"),
        ("*", "3.6"),
        (">3.9", "3.9"),
        (">=3.11", ""),
        ("^3.12", ""),
        ("3.12", ""),
        ("nonsense", None),
        ("", None),
        (None, None),
        (3.9, None),
    ],
)
def test_a_limit_on_python_gives_the_oldest_allowed_one(limit: object, oldest: str | None) -> None:
    assert oldest_allowed(limit) == oldest


@pytest.mark.parametrize(
    ("path", "text", "oldest", "is_exact"),
    [
        ("pyproject.toml", '[project]\nrequires-python = ">=3.9"\n', "3.9", True),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.8"\n', "3.8", True),
        ("pyproject.toml", '[project]\nclassifiers = ["Programming Language :: Python :: 3.10"]\n', "3.10", False),
        ("pyproject.toml", '[tool.poetry]\nclassifiers = ["Programming Language :: Python :: 3.12"]\n', "", False),
        ("setup.cfg", "[options]\npython_requires = >=3.7\n", "3.7", True),
        ("setup.cfg", "[metadata]\nclassifiers =\n    Programming Language :: Python :: 3.9\n", "3.9", False),
        ("setup.py", 'setup(python_requires=">=3.8")\n', "3.8", True),
        ("setup.py", 'setup(classifiers=["Programming Language :: Python :: 3.8"])\n', "3.8", False),
        ("Pipfile", '[requires]\npython_version = "3.9"\n', "3.9", True),
        ("Pipfile", '[requires]\npython_full_version = "3.9.7"\n', "3.9", True),
    ],
)
def test_files_of_the_project_say_which_pythons_it_supports(
    path: str, text: str, oldest: str, *, is_exact: bool
) -> None:
    assert python_support(path, text.encode()) == PythonSupport(path, oldest, is_exact)


@pytest.mark.parametrize(
    ("path", "text"),
    [("pyproject.toml", "[project]\n"), ("pyproject.toml", "broken ["), ("setup.cfg", "x"), ("tox.ini", "[tox]\n")],
)
def test_other_files_say_nothing(path: str, text: str) -> None:
    assert python_support(path, text.encode()) is None


def test_the_nearest_project_decides_and_its_limit_counts_more_than_classifiers() -> None:
    root = PythonSupport("pyproject.toml", "3.8", is_exact=True)
    own = PythonSupport("libs/a/pyproject.toml", "", is_exact=True)
    classifiers = PythonSupport("libs/a/setup.cfg", "3.9", is_exact=False)
    assert support_for([root, own, classifiers], "libs/a/requirements.txt") == own
    assert support_for([root, own, classifiers], "requirements/dev.txt") == root
    assert support_for([], "requirements.txt") is None


def test_factors_of_tox_name_old_pythons() -> None:
    assert list(old_factors("py{38,311},py39-django,py310,py312,lint,pypy39")) == ["3.8", "3.9", "3.10"]
