from __future__ import annotations

import pytest

from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options, Safety
from asyncshim_codemods.source.config_text import ConfigText, apply_edits
from config_tools import ALL, changed, unchanged

OPTION = "[pytest]\nasyncio_default_test_loop_scope = session\n"
MESSAGE = (
    "ASH401 asyncio_default_test_loop_scope = session: removing it ends tasks that a test or fixture leaves running "
    "with that test or fixture, no longer with the session"
)
SHORT = "ASH401 asyncio_default_test_loop_scope = session: removing it ends tasks that ..."
TODO = "# TODO(asyncshim): ASH402 --asyncio-debug: removing it turns asyncio's debug mode off ..."


def review(
    text: str, *, select: frozenset[str] = ALL, unsafe: bool = False, todo: bool = False, editable: bool = True
) -> Review:
    return Review(
        ConfigText.decode("f.ini", text.encode()), ProjectFacts(), Options(select, unsafe=unsafe, todo=todo), editable
    )


@pytest.mark.parametrize(
    ("safety", "unsafe", "fixed"),
    [
        (Safety.SAFE, False, True),
        (Safety.UNSAFE, False, False),
        (Safety.UNSAFE, True, True),
        (Safety.MANUAL, True, False),
    ],
)
def test_safety_and_options_decide_what_is_changed(safety: Safety, *, unsafe: bool, fixed: bool) -> None:
    one = review("a\nb\n", unsafe=unsafe)
    assert one.accept(2, Decision("ASH401", "m", safety)) is fixed
    (found,) = one.findings
    assert (found.line, found.column, found.code, found.message, found.safety, found.fixed) == (
        2,
        1,
        "ASH401",
        "m",
        safety,
        fixed,
    )


def test_a_file_that_is_only_reported_is_never_changed() -> None:
    one = review("a\n", todo=True, editable=False)
    assert not one.accept(0, Decision("ASH401", "m"))
    assert one.comment_edits() == []


@pytest.mark.parametrize(
    ("text", "suppressed"),
    [
        ("x  # asyncshim: ignore\n", True),
        ("x  # asyncshim: ignore[ASH401]\n", True),
        ("x  # asyncshim: ignore[ASH2, ASH4]\n", True),
        ("x  # asyncshim: ignore[ASH402]\n", False),
        ("x  # ignore[ASH401]\n", False),
    ],
)
def test_an_ignore_comment_on_the_line_keeps_it(text: str, *, suppressed: bool) -> None:
    one = review(text)
    assert one.accept(0, Decision("ASH401", "m")) is not suppressed
    assert len(one.findings) == (not suppressed)


@pytest.mark.parametrize(
    ("above", "suppressed"),
    [
        ("# asyncshim: ignore[ASH401]\n", True),
        ("  ; # asyncshim: ignore\n", True),
        ("other = 1  # asyncshim: ignore\n", False),
        ("# asyncshim: ignore\n\n", False),
        ("# asyncshim: ignore[ASH401]\n# TODO(asyncshim): ASH402 m\n", True),
        ("# asyncshim: ignore[ASH401]\nother = 1\n# about x\n", False),
    ],
)
def test_an_ignore_comment_on_a_line_of_its_own_is_for_the_next_line(above: str, *, suppressed: bool) -> None:
    one = review(above + "x\n")
    assert one.accept(len(above), Decision("ASH401", "m")) is not suppressed


def test_a_rule_that_is_not_selected_says_nothing() -> None:
    one = review("a\n", select=frozenset({"ASH402"}))
    assert not one.accept(0, Decision("ASH401", "m"))
    assert one.findings == []


def test_a_todo_comment_is_added_above_once_and_not_lost() -> None:
    after = f"[pytest]\n# TODO(asyncshim): {SHORT}\nasyncio_default_test_loop_scope = session\n"
    changed("pytest.ini", OPTION, after, todo=True)
    unchanged("pytest.ini", after)


def test_without_todo_no_comment_is_written() -> None:
    unchanged("pytest.ini", OPTION)


def test_an_outdated_todo_comment_is_removed() -> None:
    before = f"[pytest]\n# ours\n# TODO(asyncshim): {MESSAGE}\nasyncio_default_test_loop_scope = session\n"
    changed("pytest.ini", before, "[pytest]\n# ours\n", unsafe=True, todo=True)


@pytest.mark.parametrize(
    "comment", ["# asyncshim: ignore[ASH401]", "; # asyncshim: ignore", "# asyncshim: ignore[ASH4]"]
)
def test_a_suppressed_entry_is_neither_changed_nor_reported(comment: str) -> None:
    text = f"[pytest]\n{comment}\nasyncio_mode = auto\n"
    assert unchanged("pytest.ini", text, todo=True, unsafe=True).findings == ()


def test_a_todo_comment_of_another_rule_is_kept() -> None:
    before = "[pytest]\n# TODO(asyncshim): ASH402 other\nasyncio_mode = auto\n"
    changed("pytest.ini", before, "[pytest]\n# TODO(asyncshim): ASH402 other\n")


def test_comments_stand_above_the_statement_with_its_indentation() -> None:
    changed(
        "pyproject.toml",
        '[tool.pytest.ini_options]\naddopts = [\n    "-q",\n    "--asyncio-debug",\n]\n',
        f'[tool.pytest.ini_options]\naddopts = [\n    "-q",\n    {TODO}\n    "--asyncio-debug",\n]\n',
        todo=True,
    )
    changed(
        "pyproject.toml",
        '[tool.pytest.ini_options]\naddopts = """\n-q\n--asyncio-debug\n"""\n',
        f'[tool.pytest.ini_options]\n{TODO}\naddopts = """\n-q\n--asyncio-debug\n"""\n',
        todo=True,
    )


def test_two_findings_of_one_rule_on_one_statement_share_a_comment() -> None:
    text = "[pytest]\naddopts = --asyncio-debug -p no:asyncio\n"
    one = review(text, todo=True)
    assert not one.accept(text.index("--"), Decision("ASH402", "first", Safety.UNSAFE))
    assert not one.accept(text.index("-p"), Decision("ASH402", "second", Safety.UNSAFE))
    assert apply_edits(text, one.comment_edits()).count("TODO") == 1


def test_a_finding_about_the_whole_file_gets_no_comment() -> None:
    unchanged("pyproject.toml", "[project]\nname = 'x'\n", runner="anyio", todo=True)


def test_a_generated_file_gets_no_comment() -> None:
    unchanged("requirements.txt", "# autogenerated by pip-compile\npytest-asyncio==1\n", todo=True)
