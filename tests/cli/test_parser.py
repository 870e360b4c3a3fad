from __future__ import annotations

import pytest

from asyncshim.cli.parser import build_parser


def test_a_command_is_bound_to_its_function_and_defaults() -> None:
    parsed = build_parser().parse_args(["migrate", "a", "b", "--dry-run"])
    assert parsed.paths == ["a", "b"]
    assert parsed.dry_run
    assert parsed.run.__module__ == "asyncshim.cli.migrate"
    assert (parsed.color, parsed.quiet, parsed.verbose) == ("auto", 0, 0)


def test_diff_is_another_name_of_dry_run() -> None:
    assert build_parser().parse_args(["migrate", "--diff"]).dry_run


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["mirgate"])
    assert "invalid choice: 'mirgate'" in capsys.readouterr().err
