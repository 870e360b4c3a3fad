from __future__ import annotations

import pytest

from asyncshim.cli import main
from asyncshim.cli.parser import build_parser, parse


def test_a_command_is_bound_to_its_function_and_defaults() -> None:
    parsed = build_parser().parse_args(["migrate", "a", "b", "--dry-run"])
    assert parsed.paths == ["a", "b"]
    assert parsed.dry_run
    assert parsed.run.__module__ == "asyncshim.cli.migrate"
    assert (parsed.color, parsed.quiet, parsed.verbose) == ("auto", 0, 0)


def test_diff_is_another_name_of_dry_run() -> None:
    assert build_parser().parse_args(["migrate", "--diff"]).dry_run


@pytest.mark.parametrize(
    ("arguments", "usage", "error"),
    [
        (["mirgate"], "python -m asyncshim [", "error: there is no command 'mirgate'; did you mean migrate?\n"),
        (["frob"], "python -m asyncshim [", "'frob'; `python -m asyncshim --help` lists the commands\n"),
        (["migrate", "--dry-rnu"], "python -m asyncshim migrate ", "arguments: --dry-rnu; did you mean --dry-run?\n"),
        (["migrate", "--jbos=3", "tests"], "python -m asyncshim migrate ", "--jbos=3; did you mean --jobs?\n"),
        (["check", "--runner", "anioy"], "python -m asyncshim check ", "; did you mean anyio?\n"),
        (["--verison"], "python -m asyncshim [", "arguments: --verison; did you mean --version?\n"),
        (["rules", "tests"], "python -m asyncshim rules ", "unrecognized arguments: tests\n"),
        (["status", "--qqqqqq"], "python -m asyncshim status ", "unrecognized arguments: --qqqqqq\n"),
    ],
)
def test_wrong_usage_gets_the_usage_of_that_command_and_a_suggestion(
    capsys: pytest.CaptureFixture[str], arguments: list[str], usage: str, error: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse(arguments)
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith(f"usage: {usage}")
    assert told.endswith(error)


COMMANDS = (
    "migrate",
    "check",
    "status",
    "verify",
    "undo",
    "eject",
    "todo",
    "rules",
    "rule",
    "doctor",
    "config",
    "demo",
)


@pytest.mark.parametrize("command", [(), *((name,) for name in (*COMMANDS, "completion"))], ids="-".join)
def test_the_help_of_every_command_fits_80_columns(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    with pytest.raises(SystemExit):
        parse([*command, "--help"])
    told = capsys.readouterr().out
    assert [line for line in told.splitlines() if len(line) > 80] == []
    assert "pytest-\n" not in told


def test_the_help_lists_every_command_in_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with pytest.raises(SystemExit):
        parse(["--help"])
    rows = capsys.readouterr().out.partition("COMMAND\n")[2].partition("\n\n")[0].splitlines()
    assert [row.split()[0] for row in rows] == [*COMMANDS, "completion"]
    assert all(len(row.split()) > 2 for row in rows)


def test_without_a_command_the_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out == build_parser().format_help()


def test_verify_does_not_take_the_path_behind_it() -> None:
    for option, value in ("--verify", "run"), ("--verify=run", "run"), ("--verify=collect", "collect"):
        parsed = build_parser().parse_args(["migrate", option, "."])
        assert (parsed.verify, parsed.paths) == (value, ["."])
