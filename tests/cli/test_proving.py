from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from asyncshim.cli import proving
from asyncshim.cli.parser import build_parser
from asyncshim.cli.screen import Screen
from asyncshim.errors import UsageError
from asyncshim.migrate.prove.verify import Suite


def test_verify_runs_tests_unless_collect_is_given() -> None:
    parser = build_parser()
    assert parser.parse_args(["migrate"]).verify is None
    assert parser.parse_args(["migrate", "--verify", "--dry-run"]).verify == "run"
    assert parser.parse_args(["migrate", "--verify=collect", "tests"]).verify == "collect"


def suites(*arguments: str) -> tuple[Suite, Suite]:
    parsed = build_parser().parse_args(arguments)
    with proving.suites(parsed, ("old", "new"), collect=True, screen=Screen()) as pair:
        return pair


@pytest.mark.parametrize("command", [["verify"], ["verify", "--migrate"], ["migrate", "--verify"]])
def test_verify_and_migrate_verify_have_the_same_options(command: list[str], tmp_path: Path) -> None:
    options = ["--python", sys.executable, "--pytest-args", "-n 2 -m 'not slow'", "--timeout", "60", "--collect"]
    old = tmp_path / "python"
    old.symlink_to(sys.executable)
    arguments = ("-n", "2", "-m", "not slow")
    after = Suite(sys.executable, arguments, True, 60, label="new")
    assert suites(*command, *options) == (Suite(sys.executable, arguments, True, 60, label="old"), after)
    before = Suite(str(old), arguments, True, 60, ("no:asyncshim",), "old")
    assert suites(*command, *options, "--before-python", str(old)) == (before, after)


def test_interpreters_are_found_where_they_were_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(folder))
    for given in (".venv/bin/python", "./.venv/bin/python", ".venv", "python", str(folder / "python")):
        assert proving.interpreter("--python", given) == str(folder / "python")
    for given in ("nowhere", "./python", "pytest.ini", str(tmp_path)):
        with pytest.raises(UsageError, match=f"--before-python {re.escape(given)}: there is no such interpreter"):
            proving.interpreter("--before-python", given)


def test_two_environments_for_one_run_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="--before and --before-python exclude each other"):
        suites("verify", "--before", "pytest-asyncio==0.21.2", "--before-python", sys.executable)


@pytest.mark.parametrize(
    "options",
    [["--timeout", "60"], ["--before", "x"], ["--before-python", "x"], ["--pytest-args=-x"], ["--collect"]],
    ids=lambda options: options[0],
)
def test_options_of_verify_need_verify(options: list[str]) -> None:
    parsed = build_parser().parse_args(["migrate", *options])
    with pytest.raises(UsageError, match=f"{options[0].partition('=')[0]} is an option of --verify"):
        proving.check_arguments(parsed)
    parsed = build_parser().parse_args(["migrate", "--verify", *options])
    proving.check_arguments(parsed)
    assert parsed.verify == ("collect" if options == ["--collect"] else "run")


def test_the_default_interpreter_is_the_running_one() -> None:
    assert build_parser().parse_args(["verify"]).python == sys.executable


def test_the_time_limit_of_verify_must_be_positive(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["verify", "--timeout", "-1"])
    assert "'-1' is not a positive number" in capsys.readouterr().err
