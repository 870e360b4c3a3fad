from __future__ import annotations

import pytest

from asyncshim.migrate.plan.shared_settings import editable
from asyncshim.migrate.read.discover import Discovery
from asyncshim_codemods.api import FileSettings, ProjectFacts

CONFIG = ("pyproject.toml", "requirements/dev.txt", "libs/a/pyproject.toml", "libs/a/requirements.txt")


@pytest.mark.parametrize(
    ("other", "edited"),
    [
        ("tests/test_b.py", CONFIG[2:]),
        ("conftest.py", CONFIG[2:]),
        ("libs/a/test_b.py", ()),
        ("src/b.py", CONFIG),
        ("tests/test_irrelevant.py", CONFIG),
    ],
)
def test_settings_are_edited_if_no_test_file_below_them_was_left_out(other: str, edited: tuple[str, ...]) -> None:
    discovery = Discovery(("tests/test_a.py",), CONFIG, (), CONFIG, others=(other,))
    facts = ProjectFacts(settings=(FileSettings("pyproject.toml"), FileSettings("libs/a/pyproject.toml")))
    assert editable(discovery, facts, {"tests/test_b.py", "conftest.py", "libs/a/test_b.py", "src/b.py"}) == edited


def test_settings_in_a_nearer_file_are_those_of_another_suite() -> None:
    discovery = Discovery((), ("pytest.ini",), (), (), others=("libs/a/test_b.py",))
    facts = ProjectFacts(settings=(FileSettings("pytest.ini"), FileSettings("libs/a/pytest.ini")))
    assert editable(discovery, facts, {"libs/a/test_b.py"}) == ("pytest.ini",)


def test_files_outside_of_testpaths_or_with_other_names_are_no_part_of_the_suite() -> None:
    settings = FileSettings("pytest.ini", testpaths=("tests",), python_files=("check_*.py",))
    for other, edited in {"examples/check_b.py": 1, "tests/test_b.py": 1, "tests/unit/check_b.py": 0}.items():
        discovery = Discovery((), ("pytest.ini",), (), (), others=(other,))
        assert len(editable(discovery, ProjectFacts(settings=(settings,)), {other})) == edited
