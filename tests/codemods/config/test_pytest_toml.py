from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from config_tools import changed, rewrite, unchanged

SUITE = """\
[project]
name = "shop"  # kept

[tool.pytest.ini_options]
# how the suite runs
addopts = "-q"
asyncio_mode = "strict"  # goes with its line
testpaths = ['tests']
"asyncio_default_fixture_loop_scope" = 'function'

[tool.other]
asyncio_mode = "not pytest's"
"""


def test_a_mode_and_a_narrow_scope_are_removed_and_nothing_else_changes() -> None:
    result = changed(
        "pyproject.toml",
        SUITE,
        """\
[project]
name = "shop"  # kept

[tool.pytest.ini_options]
# how the suite runs
addopts = "-q"
testpaths = ['tests']

[tool.other]
asyncio_mode = "not pytest's"
""",
    )
    assert [(found.line, found.column, found.code, found.safety, found.fixed) for found in result.findings] == [
        (7, 1, "ASH401", Safety.SAFE, True),
        (9, 1, "ASH401", Safety.SAFE, True),
    ]
    assert result.findings[0].message == (
        "asyncio_mode = strict removed: asyncshim runs plain async tests, marked or not"
    )


def test_the_table_stays_when_its_last_option_goes_because_it_decides_the_rootdir() -> None:
    changed(
        "pyproject.toml",
        '[tool.pytest.ini_options]\nasyncio_mode = "auto"\n',
        "[tool.pytest.ini_options]\n",
    )


@pytest.mark.parametrize("name", ["pytest.toml", ".pytest.toml"])
def test_native_files_of_pytest_are_edited_too(name: str) -> None:
    changed(name, '[pytest]\nasyncio_mode = "auto"\nxfail_strict = true\n', "[pytest]\nxfail_strict = true\n")


def test_inline_and_dotted_tables_lose_the_pair_alone() -> None:
    changed(
        "pyproject.toml",
        "[tool]\npytest.ini_options = { asyncio_mode = 'auto', addopts = '-q' }\n",
        "[tool]\npytest.ini_options = { addopts = '-q' }\n",
    )
    changed(
        "pyproject.toml",
        "tool.pytest.ini_options.addopts = '-q'\ntool.pytest.ini_options.asyncio_mode = 'auto'\n",
        "tool.pytest.ini_options.addopts = '-q'\n",
    )


def test_a_wide_scope_is_kept_and_explained_unless_unsafe_is_asked_for() -> None:
    text = '[tool.pytest.ini_options]\nasyncio_default_test_loop_scope = "session"\n'
    (found,) = unchanged("pyproject.toml", text).findings
    assert (found.safety, found.fixed) == (Safety.UNSAFE, False)
    assert "no longer with the session" in found.message
    changed("pyproject.toml", text, "[tool.pytest.ini_options]\n", unsafe=True)


def test_pytest_asyncio_as_the_runner_gets_auto_mode_and_session_scopes() -> None:
    changed(
        "pyproject.toml",
        SUITE,
        """\
[project]
name = "shop"  # kept

[tool.pytest.ini_options]
# how the suite runs
addopts = "-q"
asyncio_mode = "auto"  # goes with its line
testpaths = ['tests']
"asyncio_default_fixture_loop_scope" = 'session'
asyncio_default_test_loop_scope = "session"

[tool.other]
asyncio_mode = "not pytest's"
""",
        runner="pytest-asyncio",
    )


def test_anyio_as_the_runner_gets_its_own_mode_in_the_place_of_the_old_one() -> None:
    changed(
        "pyproject.toml",
        '[tool.pytest.ini_options]\nasyncio_mode = "strict"\nasyncio_default_test_loop_scope = "session"\n',
        '[tool.pytest.ini_options]\nanyio_mode = "auto"\n',
        runner="anyio",
    )


@pytest.mark.parametrize("runner", ["conftest", "alt-pytest-asyncio"])
def test_other_runners_know_none_of_the_options(runner: str) -> None:
    changed(
        "pyproject.toml",
        '[tool.pytest.ini_options]\nasyncio_mode = "auto"\nasyncio_default_test_loop_scope = "session"\n',
        "[tool.pytest.ini_options]\n",
        runner=runner,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.pytest.ini_options]\n",
        '[tool.pytest.ini_options]\naddopts = "-q"\n',
        '[tool.pytest.ini_options]\n# asyncio_mode = "auto"\n',
        '[tool.mine]\nasyncio_mode = "auto"\n',
        '[tool.mine.pytest.ini_options]\nasyncio_mode = "auto"\n',
        '[pytest]\nasyncio_mode = "auto"\n',
        '[tool.pytest.ini_options]\nmy_asyncio_mode = "auto"\n"asyncio.mode" = "auto"\n',
        '[tool.pytest.ini_options]\nx = { asyncio_mode = "auto" }\n',
        '[tool.pytest.ini_options.deeper]\nasyncio_mode = "auto"\n',
        '[project]\ndescription = """\n[tool.pytest.ini_options]\nasyncio_mode = "auto"\n"""\n',
        '[[tool.pytest.ini_optionz]]\nasyncio_mode = "auto"\n',
        '[tool.pytest.ini_options]\nanyio_mode = "auto"\nasyncio_modes = "auto"\n',
        '[tool.pytest.ini_options]\nx = ["asyncio_mode", "auto"]\n',
        '[tool.pytest.ini_options]\nx = """\nasyncio_mode = "auto"\n"""\n',
        '[tool.pytest]\nmy.asyncio_mode = "auto"\n',
    ],
)
def test_names_that_are_not_options_of_pytest_are_kept(text: str) -> None:
    assert unchanged("pyproject.toml", text).findings == ()


def test_a_value_that_pytest_asyncio_would_refuse_needs_manual_review() -> None:
    (found,) = unchanged("pyproject.toml", '[tool.pytest.ini_options]\nasyncio_mode = "fast"\n').findings
    assert (found.safety, found.fixed) == (Safety.MANUAL, False)
    assert found.message == "asyncio_mode = 'fast' is none of auto, strict or legacy: set or remove it manually"


def test_a_rule_that_is_not_selected_says_nothing() -> None:
    assert unchanged("pyproject.toml", SUITE, select={"ASH402"}).findings == ()


def test_a_syntax_error_is_an_error_with_its_line() -> None:
    result = rewrite("pyproject.toml", "[project]\nname = asyncio\n")
    assert result.new == result.old
    assert result.error is not None
    assert result.error.startswith("not valid TOML: ")
    assert result.error_line == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "[tool]\npytest.ini_options = { addopts = '-q' }\n",
            "[tool]\npytest.ini_options = { addopts = '-q', anyio_mode = \"auto\" }\n",
        ),
        (
            "tool.pytest.ini_options.addopts = '-q'\nx = 1\n",
            "tool.pytest.ini_options.addopts = '-q'\ntool.pytest.ini_options.anyio_mode = \"auto\"\nx = 1\n",
        ),
        (
            "[tool.pytest.ini_options]\n  addopts = [\n    '-q',\n  ]\n",
            "[tool.pytest.ini_options]\nanyio_mode = \"auto\"\n  addopts = [\n    '-q',\n  ]\n",
        ),
        ("x = 1\n[tool.pytest.ini_options]", 'x = 1\n[tool.pytest.ini_options]\nanyio_mode = "auto"'),
        ("[tool.pytest]\nx = 1\n", '[tool.pytest]\nanyio_mode = "auto"\nx = 1\n'),
    ],
)
def test_what_a_runner_needs_is_added_however_the_table_is_written(before: str, after: str) -> None:
    changed("pyproject.toml", before, after, runner="anyio")


@pytest.mark.parametrize(
    "text",
    [
        '[tool.pytest]\nasyncio_mode = "auto"\n',
        '[tool.pytest.ini_options]\nasyncio_mode = "auto"\n',
        'asyncio_mode = "auto"\n',
        '[other]\nasyncio_mode = "auto"\n',
    ],
)
def test_in_a_native_file_only_its_own_table_counts(text: str) -> None:
    assert unchanged("pytest.toml", text).findings == ()
