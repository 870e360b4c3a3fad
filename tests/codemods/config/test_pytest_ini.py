from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from config_tools import changed, rewrite, unchanged


def test_options_are_removed_with_their_continuation_lines_and_comments_are_kept() -> None:
    result = changed(
        "pytest.ini",
        "[pytest]\n; async\nasyncio_mode =\n    auto\naddopts = -q\n    -x\n"
        "asyncio_default_fixture_loop_scope=function\n",
        "[pytest]\n; async\naddopts = -q\n    -x\n",
    )
    assert [(found.line, found.code, found.fixed) for found in result.findings] == [
        (3, "ASH401", True),
        (7, "ASH401", True),
    ]


@pytest.mark.parametrize(
    ("path", "section"),
    [("pytest.ini", "pytest"), (".pytest.ini", "pytest"), ("sub/tox.ini", "pytest"), ("setup.cfg", "tool:pytest")],
)
def test_each_file_of_pytest_has_its_section(path: str, section: str) -> None:
    changed(path, f"[{section}]\nasyncio_mode: legacy\n[x]\ny = 1\n", f"[{section}]\n[x]\ny = 1\n")


def test_a_missing_last_line_end_does_not_affect_other_lines() -> None:
    changed("pytest.ini", "[pytest]\naddopts = -q\nasyncio_mode = auto", "[pytest]\naddopts = -q\n")


def test_missing_options_are_added_below_existing_ones() -> None:
    changed(
        "pytest.ini",
        "[pytest]\naddopts = -q\nasyncio_mode = strict\ntestpaths = tests\n",
        "[pytest]\naddopts = -q\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = session\n"
        "asyncio_default_test_loop_scope = session\ntestpaths = tests\n",
        runner="pytest-asyncio",
    )


def test_a_file_that_pytest_does_not_choose_gets_nothing_added() -> None:
    unchanged("tox.ini", "[pytest]\naddopts = -q\n", runner="anyio", beside={"pytest.ini": "[pytest]\n"})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pytest.ini", "[pytest]\n"),
        ("pytest.ini", "[other]\nasyncio_mode = auto\n"),
        ("setup.cfg", "[pytest]\nasyncio_mode = auto\n"),
        ("tox.ini", "[tool:pytest]\nasyncio_mode = auto\n"),
        ("pytest.ini", "[pytest]\n# asyncio_mode = auto\n"),
        ("pytest.ini", "[pytest]\naddopts =\n    asyncio_mode = auto\n"),
        ("pytest.ini", "[pytest]\nmy_asyncio_mode = auto\n"),
        ("pytest.ini", "[pytest]\n; asyncio_mode = auto\nanyio_mode = auto\n"),
        ("pytest.ini", "[pytest]\nasyncio_modes = auto\n"),
        ("setup.cfg", "[tool:pytest:x]\nasyncio_mode = auto\n"),
    ],
)
def test_names_that_are_not_options_of_pytest_are_kept(path: str, text: str) -> None:
    assert unchanged(path, text).findings == ()


def test_an_inline_comment_is_part_of_the_value_for_pytest_so_the_option_is_left() -> None:
    (found,) = unchanged("pytest.ini", "[pytest]\nasyncio_mode = auto  # all\n").findings
    assert found.safety is Safety.MANUAL


def test_a_broken_file_is_an_error_with_its_line() -> None:
    result = rewrite("pytest.ini", "asyncio_mode = auto\n")
    assert (result.new, result.error_line) == (result.old, 1)
    assert result.error is not None
    assert result.error.startswith("not a valid INI file: ")
