from __future__ import annotations

import pytest

from config_tools import changed, unchanged


def test_all_three_rules_work_on_one_section_together() -> None:
    result = changed(
        "pyproject.toml",
        """\
[tool.pytest.ini_options]
addopts = "-ra --asyncio-mode=auto \\"-k not slow\\" -p pytest_asyncio"
asyncio_mode = "auto"
markers = [
  "asyncio: runs on a loop",  # theirs
  "slow: takes long",
]
filterwarnings = ["error", "ignore::pytest_asyncio.plugin.X"]
required_plugins = ["pytest-asyncio"]
""",
        """\
[tool.pytest.ini_options]
addopts = "-ra \\"-k not slow\\""
markers = [
  "slow: takes long",
]
filterwarnings = ["error"]
""",
    )
    assert [(found.line, found.column, found.code) for found in result.findings] == [
        (2, 16, "ASH402"),
        (2, 52, "ASH402"),
        (3, 1, "ASH401"),
        (5, 3, "ASH403"),
        (8, 28, "ASH403"),
        (9, 21, "ASH403"),
    ]


def test_multi_line_strings_lose_lines_and_words() -> None:
    changed(
        "pyproject.toml",
        '[tool.pytest.ini_options]\naddopts = """\n  -q\n  --asyncio-mode auto\n  -p pytest_asyncio -x\n"""\n'
        "markers = '''\nslow: s\nasyncio: a'''\n",
        "[tool.pytest.ini_options]\naddopts = \"\"\"\n  -q\n  -x\n\"\"\"\nmarkers = '''\nslow: s'''\n",
    )


def test_ini_values_lose_lines_and_words_and_keep_their_comments() -> None:
    changed(
        "tox.ini",
        "[pytest]\naddopts = --asyncio-mode=auto\n    -q --asyncio-mode\n    # why\n    auto\n"
        "    -p pytest_asyncio -x\n"
        "markers =\n    # ours\n    asyncio: a\n    slow: s\nfilterwarnings = error\n    ignore::pytest_asyncio.X\n"
        "required_plugins = pytest-asyncio\n",
        "[pytest]\naddopts =\n    -q\n    # why\n    -x\nmarkers =\n    # ours\n    slow: s\nfilterwarnings = error\n",
    )


@pytest.mark.parametrize(
    "text",
    [
        "[pytest]\naddopts = -k 'asyncio or --asyncio-mode=auto'\n",
        "[pytest]\naddopts = 'unbalanced --asyncio-mode=auto\n",
        "[pytest]\nmarkers =\n    asyncio_x: a\n",
        "[pytest]\nfilterwarnings =\n    ignore:asyncio\n",
        "[pytest]\nenv =\n    X=asyncio_mode\n",
        "[pytest]\ndoctest_optionflags = asyncio\n",
        "[pytest]\ntestpaths = asyncio\n",
    ],
)
def test_similar_values_are_kept(text: str) -> None:
    assert unchanged("pytest.ini", text).findings == ()


@pytest.mark.parametrize(
    "text",
    [
        '[tool.pytest.ini_options]\naddopts = ["-k", "asyncio"]\n',
        '[tool.pytest.ini_options]\naddopts = 3\nmarkers = {asyncio = "x"}\n',
        '[tool.pytest.ini_options]\nmarkers = ["asyncio_x"]\n',
        '[tool.pytest.ini_options]\nfilterwarnings = [["ignore::pytest_asyncio.X"]]\n',
        '[tool.other]\naddopts = "--anyio-mode=auto"\nfilterwarnings = ["ignore::asyncio.X"]\n',
        '[tool.pytest.ini_options.addopts]\nx = "asyncio"\n',
    ],
)
def test_toml_values_of_other_shapes_stay(text: str) -> None:
    assert unchanged("pyproject.toml", text).findings == ()


def test_disabled_autoload_in_another_file_is_considered() -> None:
    changed(
        "pytest.ini",
        "[pytest]\naddopts = -p pytest_asyncio\n",
        "[pytest]\naddopts = -p asyncshim\n",
        beside={"tox.ini": "[testenv]\nsetenv =\n    PYTEST_DISABLE_PLUGIN_AUTOLOAD = 1\n"},
    )


def test_disabled_autoload_in_a_list_is_considered() -> None:
    changed(
        "pyproject.toml",
        '[tool.pytest.ini_options]\naddopts = ["--disable-plugin-autoload", "-p", "pytest_asyncio", "-pasyncio"]\n',
        '[tool.pytest.ini_options]\naddopts = ["--disable-plugin-autoload", "-p", "asyncshim", "-pasyncshim"]\n',
    )


def test_the_last_key_of_the_native_table_is_replaced_by_minversion() -> None:
    result = changed(
        "pyproject.toml",
        '[tool.pytest]\nasyncio_mode = "auto"\naddopts = ["--asyncio-mode=auto"]\n',
        '[tool.pytest]\nminversion = "9.0"\n',
    )
    assert result.findings[-1].message.endswith(
        "; minversion stays in its place: without a key, pytest passes [tool.pytest] over"
    )
    changed("pyproject.toml", '[tool.pytest]\nasyncio_mode = "auto"\nx = 1\n', "[tool.pytest]\nx = 1\n")
    changed("pyproject.toml", "tool.pytest.asyncio_mode = 'auto'\n", "tool.pytest.minversion = '9.0'\n")


def test_without_pytest_configuration_a_finding_says_what_to_add() -> None:
    (found,) = unchanged("pyproject.toml", "[project]\nname = 'x'\n", runner="anyio").findings
    assert found.message == (
        'pytest has no configuration here: add [tool.pytest.ini_options] with anyio_mode = "auto" for anyio'
    )
    assert (
        unchanged("pyproject.toml", "[project]\nname = 'x'\n", beside={"pytest.ini": ""}, runner="anyio").findings == ()
    )


def test_a_nested_suite_gets_a_mode_only_if_it_had_one() -> None:
    unchanged("packages/a/pytest.ini", "[pytest]\naddopts = -q\n", runner="anyio")
    changed(
        "packages/a/pytest.ini",
        "[pytest]\nasyncio_default_fixture_loop_scope = function\n",
        "[pytest]\nanyio_mode = auto\n",
        runner="anyio",
    )
