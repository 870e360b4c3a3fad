from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from config_tools import rewrite, unchanged
from rule_tools import assert_unchanged


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", "[pytest]\nasyncio_mode = auto\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\nasyncio_mode = "auto"\n'),
        ("pyproject.toml", '[tool.pytest]\nasyncio_mode = "auto"\n'),
        ("tox.ini", "[pytest]\nasyncio_mode = auto\n"),
        ("setup.cfg", "[tool:pytest]\nasyncio_mode = auto\n"),
    ],
)
def test_pytest_takes_the_same_file_and_root_as_before(pytester: pytest.Pytester, name: str, text: str) -> None:
    if "[tool.pytest]" in text and int(pytest.__version__.partition(".")[0]) < 9:
        pytest.skip("pytest reads [tool.pytest] since 9.0")
    pytester.makeini("[pytest]\n")
    inner = pytester.mkdir("package")
    file = inner / name
    seen: list[object] = []
    for data in (text.encode(), rewrite(name, text).new):
        file.write_bytes(data)
        config = pytester.parseconfig("-p", "no:asyncshim", str(inner))
        seen.append((config.inipath, config.rootpath))
    assert b"asyncio_mode" not in file.read_bytes()
    assert seen == [(file, inner), (file, inner)]


def test_pytest_accepts_the_remaining_options_with_strict_config(pytester: pytest.Pytester) -> None:
    text = "[pytest]\naddopts = --strict-config\nasyncio_mode = strict\nasyncio_default_fixture_loop_scope = function\n"
    ini = pytester.path / "pytest.ini"
    pytester.makepyfile("def test_sync(): pass")
    ini.write_text(text, encoding="utf-8")
    assert pytester.runpytest_subprocess("-p", "no:asyncshim").ret == pytest.ExitCode.USAGE_ERROR
    ini.write_bytes(rewrite("pytest.ini", text, runner="conftest").new)
    pytester.runpytest_subprocess("-p", "no:asyncshim").assert_outcomes(passed=1)


def test_options_whose_removal_changes_behaviour_are_kept_and_explained() -> None:
    text = "[pytest]\nasyncio_default_fixture_loop_scope = session\nasyncio_debug = true\n"
    scope, debug = unchanged("pytest.ini", text).findings
    assert (scope.safety, debug.safety) == (Safety.UNSAFE, Safety.UNSAFE)
    assert scope.message == (
        "asyncio_default_fixture_loop_scope = session: removing it ends tasks that a test or fixture leaves running "
        "with that test or fixture, no longer with the session"
    )
    assert debug.message == (
        "asyncio_debug = true: removing it turns asyncio's debug mode off; PYTHONASYNCIODEBUG=1 turns it on anywhere"
    )


@pytest.mark.parametrize(
    "line",
    [
        'config.option.asyncio_mode = "auto"',
        'setattr(config.option, "asyncio_mode", "auto")',
        'monkeypatch.setattr(config.option, "asyncio_mode", "auto")',
        'config.inicfg["asyncio_mode"] = "auto"',
        'config._inicache["asyncio_mode"] = x = "strict"',
    ],
)
def test_code_that_sets_the_mode_is_reported(line: str) -> None:
    text = f"def pytest_configure(config):\n    {line}\n"
    result = assert_unchanged(text, "ASH401", path="tests/conftest.py")
    assert result.findings[0].message == (
        "this code sets `asyncio_mode`, which plain async tests do not need; remove it when pytest-asyncio is gone"
    )
    assert_unchanged(text, path="tests/conftest.py", runner="pytest-asyncio")


@pytest.mark.parametrize(
    "line",
    [
        "x = config.option.asyncio_mode",
        'assert config.getoption("asyncio_mode") == "auto"',
        'x = config.inicfg["asyncio_mode"]',
        "config.option.anyio_mode = 1",
        'x = ["asyncio_mode"]',
        'x["asyncio_mode"]["y"]',
    ],
)
def test_code_that_reads_the_mode_is_kept(line: str) -> None:
    assert_unchanged(f"def pytest_configure(config):\n    {line}\n", path="tests/conftest.py")
