from __future__ import annotations

import pickle

import pytest

from asyncshim_codemods.project.facts import settings_for
from asyncshim_codemods.project.file_kinds import PYTEST_FILES
from asyncshim_codemods.project.file_settings import FileSettings
from asyncshim_codemods.project.pytest_settings import read_pytest_settings

CONTENT = {
    "pytest.toml": "",
    ".pytest.toml": "[pytest]\n",
    "pytest.ini": "",
    ".pytest.ini": "[pytest]\n",
    "pyproject.toml": "[tool.pytest.ini_options]\n",
    "tox.ini": "[pytest]\n",
    "setup.cfg": "[tool:pytest]\n",
}


def read(**files: str) -> FileSettings:
    found = read_pytest_settings([(name, text.encode()) for name, text in files.items()])
    return settings_for(found.files, "tests/test_a.py")


@pytest.mark.parametrize("first", range(len(PYTEST_FILES)))
def test_the_configuration_file_is_the_one_that_pytest_uses(pytester: pytest.Pytester, first: int) -> None:
    if first < 2 and int(pytest.__version__.partition(".")[0]) < 9:
        pytest.skip("pytest reads pytest.toml since 9.0")
    names = list(PYTEST_FILES)[first:]
    for name in names:
        pytester.path.joinpath(name).write_text(CONTENT[name], encoding="utf-8")
    assert read(**{name: CONTENT[name] for name in reversed(names)}).path == names[0]
    chosen = pytester.parseconfig("-p", "no:asyncshim").inipath
    assert chosen is not None
    assert chosen.name == names[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project]\nname = 'x'\n"),
        ("pyproject.toml", "[tool.pytest]\n"),
        ("tox.ini", "[tool:pytest]\n"),
        ("setup.cfg", "[pytest]\n"),
        ("setup.cfg", "[metadata]\n"),
        ("pytest.ini", "asyncio_mode = auto\n"),
        ("pyproject.toml", "[tool.pytest.ini_options\n"),
    ],
)
def test_a_file_without_pytest_configuration_is_skipped(name: str, text: str) -> None:
    assert read(**{name: text}) == FileSettings("")


def test_all_settings_of_an_ini_file_are_read() -> None:
    text = (
        "[pytest]\nasyncio_mode = strict\nasyncio_default_fixture_loop_scope = module\n"
        "asyncio_default_test_loop_scope = session\nasyncio_debug = true\ntestpaths = a 'b c'\n"
        "python_files = t_*.py\npython_classes = T\npython_functions = check\n"
        "addopts = -q --strict-markers\n    --strict-config\n"
    )
    assert read(**{"pytest.ini": text}) == FileSettings(
        "pytest.ini",
        mode="strict",
        fixture_loop_scope="module",
        test_loop_scope="session",
        debug=True,
        testpaths=("a", "b c"),
        python_files=("t_*.py",),
        python_classes=("T",),
        python_functions=("check",),
        addopts=("-q", "--strict-markers", "--strict-config"),
        strict_markers=True,
        strict_config=True,
    )


@pytest.mark.parametrize(
    "text",
    [
        '[tool.pytest]\nasyncio_mode = "auto"\nasyncio_debug = true\ntestpaths = ["t"]\nstrict = true\n',
        '[tool.pytest.ini_options]\nasyncio_mode = "auto"\nasyncio_debug = "1"\ntestpaths = "t"\nstrict = "true"\n',
    ],
)
def test_both_pytest_tables_of_pyproject_toml_are_read(text: str) -> None:
    assert read(**{"pyproject.toml": text}) == FileSettings(
        "pyproject.toml", mode="auto", debug=True, testpaths=("t",), strict_markers=True, strict_config=True
    )


LIMITED = '[project]\ndependencies = ["pytest<9"]\n'


@pytest.mark.parametrize(
    "text",
    [
        '[tool.pytest]\naddopts = "-v"\nasyncio_mode = "auto"\n',
        '[tool.pytest]\ntestpaths = "tests"\nasyncio_mode = "auto"\n',
        '[tool.pytest]\nmarkers = "slow: is slow"\nasyncio_mode = "auto"\n',
        f'{LIMITED}[tool.pytest]\nasyncio_mode = "auto"\n',
        '[tool.pytest]\nasyncio_mode = "auto"\n[tool.poetry.group.dev.dependencies]\npytest = "^8.2"\n',
    ],
)
def test_a_native_table_that_the_pytest_of_the_project_ignores_is_skipped(text: str) -> None:
    assert read(**{"pyproject.toml": text}) == FileSettings("")
    assert read(**{"pyproject.toml": text, "tox.ini": "[pytest]\nasyncio_mode = strict\n"}).path == "tox.ini"


def test_of_both_tables_the_one_that_older_releases_read_counts() -> None:
    text = '[tool.pytest]\nasyncio_mode = "auto"\n[tool.pytest.ini_options]\nasyncio_mode = "strict"\n'
    assert read(**{"pyproject.toml": text}).mode == "strict"


@pytest.mark.parametrize(
    "addopts", ["--asyncio-mode=strict", "--asyncio-mode strict", "--asyncio-mode=auto --asyncio-mode=strict"]
)
def test_a_mode_in_addopts_overrides_the_option_and_has_the_code_of_its_rule(addopts: str) -> None:
    settings = read(**{"pytest.ini": f"[pytest]\nasyncio_mode = auto\naddopts = {addopts} --asyncio-debug\n"})
    assert (settings.mode, settings.mode_code, settings.debug) == ("strict", "ASH402", True)


def test_addopts_with_unbalanced_quotes_has_no_words() -> None:
    assert read(**{"pytest.ini": "[pytest]\naddopts = 'x\ntestpaths = \n"}).addopts == ()


def test_the_settings_of_the_nearest_folder_are_used() -> None:
    found = read_pytest_settings(
        [
            ("pytest.ini", b"[pytest]\nasyncio_mode = strict\n"),
            ("packages/a/pyproject.toml", b'[tool.pytest.ini_options]\nasyncio_mode = "auto"\n'),
            ("packages/a/tox.ini", b"[pytest]\nasyncio_mode = legacy\n"),
            ("packages/ab/setup.cfg", b"[metadata]\n"),
        ]
    )
    assert settings_for(found.files, "packages/a/tests/test_x.py").mode == "auto"
    assert settings_for(found.files, "packages/ab/tests/test_x.py").mode == "strict"
    assert settings_for(found.files, "test_x.py").mode == "strict"
    assert settings_for((), "test_x.py") == FileSettings("")


@pytest.mark.parametrize(
    ("name", "text", "autoload"),
    [
        ("tox.ini", "[testenv]\nsetenv = PYTEST_DISABLE_PLUGIN_AUTOLOAD=1\n", False),
        ("Makefile", "test:\n\tPYTEST_DISABLE_PLUGIN_AUTOLOAD=1 pytest\n", False),
        ("tox.ini", "[testenv]\nsetenv = OTHER=1\n", True),
    ],
)
def test_disabled_plugin_autoload_is_found_in_any_file(name: str, text: str, *, autoload: bool) -> None:
    assert read_pytest_settings([(name, text.encode())]).plugin_autoload is autoload


def test_disabled_plugin_autoload_in_addopts_applies_to_that_file() -> None:
    found = read_pytest_settings([("pytest.ini", b"[pytest]\naddopts = --disable-plugin-autoload\n")])
    assert (found.plugin_autoload, found.files[0].plugin_autoload) == (True, False)


def test_settings_can_be_pickled() -> None:
    found = read_pytest_settings([("pytest.ini", b"\xef\xbb\xbf[pytest]\nasyncio_mode = auto\n")])
    assert found.files[0].mode == "auto"
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tox.ini", "[testenv]\ncommands = pytest --asyncio-mode=strict\n[pytest]\naddopts = --asyncio-mode=strict\n"),
        ("tox.ini", "[testenv]\ncommands = pytest --asyncio-mode strict\n[pytest]\n"),
        ("noxfile.py", "session.run('pytest', '--asyncio-mode', 'strict')\n"),
        ("Makefile", "test:\n\tpytest --asyncio-mode=strict tests\n"),
        (".github/workflows/ci.yml", "- run: pytest --asyncio-mode=strict\n"),
    ],
)
def test_a_command_with_strict_mode_is_found(path: str, text: str) -> None:
    assert read_pytest_settings([(path, text.encode())]).strict_command == path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tox.ini", "[pytest]\naddopts = --asyncio-mode=strict\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = ['--asyncio-mode', 'strict']\n"),
        ("noxfile.py", "# pytest --asyncio-mode=strict\n"),
        ("Makefile", "test:\n\tpytest --asyncio-mode=auto\n"),
        ("pytest.ini", "[pytest]\nasyncio_mode = strict\n"),
        ("Makefile", "test:\n\tpytest --asyncio-mode=stricter\n"),
        ("Makefile", "test:\n\tpytest\n"),
    ],
)
def test_comments_and_options_that_rules_remove_are_not_commands(path: str, text: str) -> None:
    assert not read_pytest_settings([(path, text.encode())]).strict_command
