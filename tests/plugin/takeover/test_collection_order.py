"""``asyncshim_files_first``: pytest's order of collection before 8.0, where pytest has another one by itself."""

from __future__ import annotations

import re

import pytest

FILES_FIRST = "-oasyncshim_files_first=true"
AS_PYTEST_7 = ["test_first", "test_middle", "test_in_package", "test_in_sub", "test_in_folder", "test_in_inner"]
AS_PYTEST_8 = ["test_in_sub", "test_in_package", "test_first", "test_in_inner", "test_in_folder", "test_middle"]


@pytest.fixture(autouse=True)
def _suite(pytester: pytest.Pytester) -> None:
    """A folder that is a package and one that is not, before and between the files by name; each with one inside."""
    for path in (
        "a_package/test_p",
        "a_package/a_sub/test_s",
        "test_b",
        "test_f/test_g",
        "test_f/inner/test_h",
        "test_m",
    ):
        place = pytester.path / "tests" / f"{path}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        names = {"p": "in_package", "s": "in_sub", "b": "first", "g": "in_folder", "h": "in_inner", "m": "middle"}
        place.write_text(f"async def test_{names[path[-1]]}(): pass\n")
    for package in ("a_package", "a_package/a_sub"):
        (pytester.path / "tests" / package / "__init__.py").write_text("")


def _order(pytester: pytest.Pytester, *arguments: str) -> list[str]:
    result = pytester.runpytest_subprocess("-v", *arguments)
    result.assert_outcomes(passed=6)
    return re.findall(r"::(test_\w+) PASSED", result.stdout.str())


def test_files_are_collected_before_folders(pytester: pytest.Pytester) -> None:
    """This is where pytest 7 itself would go; the oldest of them runs this test too."""
    assert _order(pytester, FILES_FIRST, "tests") == AS_PYTEST_7


def test_by_default_the_collection_order_is_that_of_pytest(pytester: pytest.Pytester) -> None:
    """Nobody's order changes unasked."""
    assert _order(pytester, "tests") == (AS_PYTEST_8 if hasattr(pytest, "Directory") else AS_PYTEST_7)


def test_the_order_of_the_command_line_is_kept(pytester: pytest.Pytester) -> None:
    """A folder that is named before a file runs before it."""
    found = _order(pytester, FILES_FIRST, "tests/test_m.py", "tests/a_package", "tests/test_f", "tests/test_b.py")
    assert found == ["test_middle", "test_in_package", "test_in_sub", "test_in_folder", "test_in_inner", "test_first"]


def test_the_tests_of_a_package_itself_stay_in_front(pytester: pytest.Pytester) -> None:
    """``__init__.py`` is collected first where it may hold tests."""
    (pytester.path / "tests" / "a_package" / "__init__.py").write_text("async def test_of_package(): pass\n")
    (pytester.path / "tests" / "test_m.py").write_text("")
    arguments = (FILES_FIRST, "-opython_files=test_*.py __init__.py", "tests")
    assert _order(pytester, *arguments)[1:3] == ["test_of_package", "test_in_package"]


def test_it_can_be_set_in_the_configuration(pytester: pytest.Pytester) -> None:
    """As the other settings."""
    pytester.makeini("[pytest]\nasyncshim_files_first = true\n")
    assert _order(pytester, "tests") == AS_PYTEST_7
