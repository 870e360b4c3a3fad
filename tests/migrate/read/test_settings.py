from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.read.project import find_project
from asyncshim.migrate.read.settings import MigrateSettings, load
from repositories import repository, write_tree


def loaded(root: Path, table: str, **files: str) -> MigrateSettings:
    write_tree(root, {"pyproject.toml": table, "tests/test_a.py": "", **files})
    return load(find_project([str(root / "tests")]))


def test_every_key_is_read(tmp_path: Path) -> None:
    table = """\
[project]
name = "p"

[tool.asyncshim]
paths = ["tests"]
exclude = ["vendor"]
select = ["ASH1"]
extend-select = ["ASH2"]
ignore = ["ASH105"]
unsafe = true
todo = true
runner = "anyio"
config = false
deps = false
jobs = 4
baseline = "accepted.json"
"""
    assert loaded(tmp_path, table) == MigrateSettings(
        paths=("tests",),
        exclude=("vendor",),
        select=("ASH1",),
        extend_select=("ASH2",),
        ignore=("ASH105",),
        unsafe=True,
        todo=True,
        runner="anyio",
        runner_given=True,
        config=False,
        deps=False,
        jobs=4,
        baseline="accepted.json",
        file=tmp_path / "pyproject.toml",
    )


@pytest.mark.parametrize("table", ["", "[tool.other]\nx = 1\n", "[project]\nname = 'p'\n"])
def test_without_a_table_the_settings_have_their_defaults(tmp_path: Path, table: str) -> None:
    assert loaded(tmp_path, table) == MigrateSettings()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("[tool.asyncshim]\nexlude = []\n", ":2: [tool.asyncshim] has no key 'exlude', did you mean 'exclude'?"),
        (
            "[x]\nzzz = 1\n[tool.asyncshim]\nzzz = 1\n",
            ":4: [tool.asyncshim] has no key 'zzz'; the keys are config, deps",
        ),
        ("[tool.asyncshim]\nunsafe = 'yes'\n", ":2: 'unsafe' must be true or false"),
        ("[tool.asyncshim]\nselect = 'ASH1'\n", """:2: 'select' must be a list of strings, such as ["ASH101"]"""),
        ("[tool.asyncshim]\nignore = [1]\n", ":2: 'ignore' must be a list of strings"),
        ("[tool.asyncshim]\njobs = 0\n", ":2: 'jobs' must be a positive number"),
        ("[tool.asyncshim]\njobs = true\n", ":2: 'jobs' must be a positive number"),
        ("[tool.asyncshim]\nrunner = 'trio'\n", ":2: 'runner' must be one of asyncshim, conftest,"),
        ("[tool.asyncshim]\nbaseline = 1\n", ":2: 'baseline' must be a string"),
        ("[tool]\nasyncshim = 1\n", ": tool.asyncshim is no table"),
        ("[tool.asyncshim]\nx = \n", ": is not valid TOML: "),
        ("tool.asyncshim.nope = 1\n", "pyproject.toml: [tool.asyncshim] has no key 'nope'"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_remedy(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        loaded(tmp_path, table)
    assert str(error.value).startswith(str(tmp_path / "pyproject.toml"))
    assert message in str(error.value)


def test_the_nearest_table_of_a_monorepo_is_used(tmp_path: Path) -> None:
    own = "[project]\nname = 'a'\n[tool.pytest.ini_options]\n"
    root = repository(
        tmp_path / "r",
        {
            "pyproject.toml": "[tool.asyncshim]\njobs = 1\n",
            "p/a/pyproject.toml": own,
            "p/a/tests/test_a.py": "",
            "p/b/pyproject.toml": own + "[tool.asyncshim]\njobs = 2\n",
            "p/b/tests/test_b.py": "",
        },
    )
    assert load(find_project([str(root / "p/a/tests")])).jobs == 1
    assert load(find_project([str(root / "p/b/tests")])).jobs == 2


def test_a_table_outside_of_the_repository_is_ignored(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pyproject.toml": "[tool.asyncshim]\njobs = 1\n"})
    root = repository(tmp_path / "r", {"tests/test_a.py": ""})
    assert load(find_project([str(root)])) == MigrateSettings()
