from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asyncshim.cli.rule_page import RulePage
from asyncshim_codemods import api
from repositories import asyncshim

if TYPE_CHECKING:
    from asyncshim_codemods.api import RuleInfo

RULES = api.rules()


def test_every_rule_is_listed_with_its_safety(tmp_path: Path) -> None:
    done = asyncshim(tmp_path, "rules")
    assert done.code == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["code", "name", "safety", "what", "it", "does"]
    assert any(line.split()[:3] == ["ASH101", "strip-marker", "safe"] for line in lines)
    assert [line.split()[0] for line in lines[1:]] == sorted(line.split()[0] for line in lines[1:])


def test_one_rule_is_explained_by_code_or_name(tmp_path: Path) -> None:
    done = asyncshim(tmp_path, "rule", "ash101")
    assert done.code == 0
    assert done.stdout == asyncshim(tmp_path, "rule", "strip-marker").stdout
    assert done.stdout.startswith("ASH101 strip-marker\n")
    assert "safe: node ids and outcomes stay the same" in done.stdout
    assert "- @pytest.mark.asyncio" in done.stdout
    assert "# asyncshim: ignore[ASH101]" in done.stdout


def test_an_unknown_rule_is_an_error_that_suggests_a_known_one(tmp_path: Path) -> None:
    done = asyncshim(tmp_path, "rule", "strip-markr")
    assert done.code == 2
    assert done.stderr == (
        "error: there is no rule 'strip-markr', did you mean 'strip-marker'? `python -m asyncshim rules` lists them\n"
    )


def page(rule: RuleInfo, *, color: bool = False, encoding: str = "utf-8") -> list[str]:
    return RulePage(width=80, color=color, encoding=encoding).lines(rule)


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_is_rendered_within_80_columns(code: str) -> None:
    rule = RULES[code]
    lines = page(rule)
    told = "\n".join(lines)
    assert "``" not in told
    assert f"{rule.code} {rule.name}" == lines[0]
    assert all(example.title in told for example in rule.examples)
    prose = [line for line in lines if not line.startswith("    ")]
    assert all(len(line) <= 80 for line in prose)
    assert not any(line != line.rstrip() for line in lines)
    words = " ".join(told.split())
    for sentence in " ".join(rule.documentation.replace("``", "`").split()).split(". ")[:1]:
        assert sentence.rstrip(".") in words
    labels = sum(line.endswith("(left unchanged):") for line in lines)
    assert labels == sum(example.after is None for example in rule.examples)


@pytest.mark.parametrize(
    ("code", "history"),
    [
        ("ASH101", "pytest-asyncio: since 0.1"),
        ("ASH305", "pytest-asyncio: since 0.1, removed in 1.0"),
        ("ASH604", "alt-pytest-asyncio: since 0.9"),
    ],
)
def test_a_rule_names_the_plugin_and_the_releases_that_it_is_about(code: str, history: str) -> None:
    assert history in page(RULES[code])


def test_with_colour_code_and_diffs_are_coloured_and_have_no_backticks() -> None:
    told = "\n".join(page(RULES["ASH302"], color=True))
    assert "`" not in told.partition("Tasks are made on it")[0]
    assert "\x1b[36masyncio.get_running_loop()\x1b[0m" in told
    assert "\x1b[31m    - async def test_task(event_loop, server):\x1b[0m" in told
    assert "\x1b[32m    + async def test_task(server):\x1b[0m" in told
    plain = re.sub(r"\x1b\[[0-9;]*m", "", told)
    assert plain.splitlines()[5:7] == [line.replace("`", "") for line in page(RULES["ASH302"])][5:7]


def test_a_terminal_without_utf8_gets_ascii_bullets() -> None:
    assert all(line.isascii() for line in page(RULES["ASH303"], encoding="ascii"))
    assert any(line.startswith(" \N{BULLET} ") for line in page(RULES["ASH303"]))


def test_the_list_of_rules_fits_the_terminal(tmp_path: Path) -> None:
    done = asyncshim(tmp_path, "rules", COLUMNS="80")
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert len([line for line in done.stdout.splitlines() if line.startswith("ASH")]) == len(RULES)
