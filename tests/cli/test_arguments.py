from __future__ import annotations

from asyncshim.cli.parser import build_parser


def test_rules_may_be_listed_with_commas_and_repeated() -> None:
    parsed = build_parser().parse_args(["migrate", "--select", "ASH1, ASH2", "--select", "plain-fixture,"])
    assert parsed.select == ["ASH1", "ASH2", "plain-fixture"]


def test_options_that_were_not_given_are_none() -> None:
    parsed = build_parser().parse_args(["migrate"])
    assert [parsed.select, parsed.exclude, parsed.unsafe, parsed.no_config, parsed.runner] == [None] * 5


def test_the_runner_option_accepts_five_runners() -> None:
    for runner in ("asyncshim", "conftest", "alt-pytest-asyncio", "pytest-asyncio", "anyio"):
        assert build_parser().parse_args(["check", "--runner", runner]).runner == runner
