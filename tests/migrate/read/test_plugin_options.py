from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.read import plugin_options, project
from asyncshim.pytest_options import DEFAULTS
from repositories import write_tree

INI = "[pytest]\n# asyncio_mode = strict\nasyncio_mode = auto\naddopts = -q\n"


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTEST_ADDOPTS", "ASYNCSHIM_RUNNER"):
        monkeypatch.delenv(name, raising=False)


def options(root: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[object, str]]:
    monkeypatch.chdir(root)
    found = plugin_options.plugin_options(project.find_project([]))
    return {each.key: (each.value, each.source) for each in found}


def test_options_that_are_not_set_have_their_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = options(write_tree(tmp_path, {"tests/test_a.py": ""}), monkeypatch)
    assert found == {name: (value, "default") for name, value in DEFAULTS.items()}


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("pytest.ini", INI, 3),
        ("pytest.toml", '[pytest]\nasyncio_mode = "auto"\n', 2),
        (
            "pyproject.toml",
            '[tool.x]\nasyncio_mode = "strict"\n[tool.pytest.ini_options]\nasyncio_mode="auto"\n',
            4,
        ),
        ("pyproject.toml", '[tool.pytest]\n"asyncio_mode" = "auto"\n', 2),
        ("tox.ini", "[testenv]\nasyncio_mode = strict\n[pytest]\nasyncio_mode: auto\n", 4),
        ("setup.cfg", "[metadata]\n[tool:pytest]\nasyncio_mode=auto\n", 3),
    ],
)
def test_an_option_of_each_configuration_file_has_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, line: int
) -> None:
    found = options(write_tree(tmp_path, {name: text, "tests/test_a.py": ""}), monkeypatch)
    assert found["asyncio_mode"] == ("auto", f"{name}:{line}")


def test_a_table_of_an_unusual_form_has_only_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = options(write_tree(tmp_path, {"pyproject.toml": 'tool.pytest.asyncio_mode = "strict"\n'}), monkeypatch)
    assert found["asyncio_mode"] == ("strict", "pyproject.toml")


@pytest.mark.parametrize(
    ("addopts", "name", "value"),
    [
        ("-v --asyncio-mode=strict", "asyncio_mode", "strict"),
        ("--asyncio-mode strict -v", "asyncio_mode", "strict"),
        ("--asyncio-mode=auto --asyncio-mode=strict", "asyncio_mode", "strict"),
        ("--asyncio-debug", "asyncio_debug", True),
        ("--asyncshim-timeout 3", "asyncshim_timeout", 3.0),
        ("-o asyncio_mode=strict", "asyncio_mode", "strict"),
        ("-oasyncio_mode=strict", "asyncio_mode", "strict"),
        ("--override-ini asyncshim_files_first=true", "asyncshim_files_first", True),
        ("--override-ini=asyncio_debug=yes", "asyncio_debug", True),
        ("--asyncio-mode=strict -o asyncio_mode=auto", "asyncio_mode", "strict"),
    ],
)
def test_addopts_override_the_options_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, addopts: str, name: str, value: object
) -> None:
    root = write_tree(tmp_path, {"pytest.ini": f"[pytest]\nasyncio_mode = auto\naddopts = {addopts}\n"})
    assert options(root, monkeypatch)[name] == (value, "addopts in pytest.ini:3")


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[pytest]\nasyncshim_runner = session\naddopts = --asyncshim-leaks=warn --asyncshim-legacy=warn\n"
    root = write_tree(tmp_path, {"pytest.ini": text})
    monkeypatch.setenv("PYTEST_ADDOPTS", "--asyncshim-leaks=error")
    monkeypatch.setenv("ASYNCSHIM_RUNNER", "loop_scope")
    found = options(root, monkeypatch)
    assert found["asyncshim_leaks"] == ("error", "PYTEST_ADDOPTS")
    assert found["asyncshim_legacy"] == ("warn", "addopts in pytest.ini:3")
    assert found["asyncshim_runner"] == ("loop_scope", "ASYNCSHIM_RUNNER")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--asyncshim-runner=session")
    assert options(root, monkeypatch)["asyncshim_runner"] == ("session", "PYTEST_ADDOPTS")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("asyncio_mode = fast", "'fast' is not a valid asyncio_mode. Valid values: auto, strict, legacy"),
        ("asyncshim_leaks = no", "'no' is not a valid asyncshim_leaks. Valid values: cancel, warn, error"),
        (
            "asyncshim_timeout = -1",
            "'-1' is not a valid asyncshim_timeout: a number of seconds, 0 or more,",
        ),
        ("asyncshim_timeout = soon", "'soon' is not a valid asyncshim_timeout: "),
        ("asyncio_default_test_loop_scope = test", "'test' is not a valid asyncio_default_test_loop_scope."),
    ],
)
def test_an_invalid_value_is_an_error_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, message: str
) -> None:
    root = write_tree(tmp_path, {"pytest.ini": f"[pytest]\n{line}\n"})
    with pytest.raises(UsageError) as raised:
        options(root, monkeypatch)
    assert str(raised.value).startswith(f"pytest.ini:2: {message}")
