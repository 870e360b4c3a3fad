from __future__ import annotations

import sys

import pytest

from asyncshim.cli import proving
from asyncshim.cli.parser import build_parser
from asyncshim.migrate.prove.verify import Suite


def test_verify_runs_tests_unless_collect_is_given() -> None:
    parser = build_parser()
    assert parser.parse_args(["migrate"]).verify is None
    assert parser.parse_args(["migrate", "--verify", "--dry-run"]).verify == "run"
    assert parser.parse_args(["migrate", "--verify=collect", "tests"]).verify == "collect"


def test_options_of_verify_become_the_command_of_the_suite() -> None:
    arguments = ["verify", "--python", "py", "--pytest-args", "-n 2 -m 'not slow'", "--timeout", "60"]
    parsed = build_parser().parse_args(arguments)
    assert proving.suite(parsed, collect=True) == Suite("py", ("-n", "2", "-m", "not slow"), True, 60)
    assert build_parser().parse_args(["verify"]).python == sys.executable


def test_the_time_limit_of_verify_must_be_positive(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["verify", "--timeout", "-1"])
    assert "'-1' is not a positive number" in capsys.readouterr().err
