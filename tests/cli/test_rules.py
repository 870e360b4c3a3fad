from __future__ import annotations

from pathlib import Path

from repositories import asyncshim


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


def test_every_rule_can_be_explained(tmp_path: Path) -> None:
    from asyncshim.cli.rules import _lines
    from asyncshim.migrate.plan import ruleset

    for rule in ruleset.load().rules().values():
        text = "\n".join(_lines(rule))
        assert rule.summary in text
        assert all(example.title in text for example in rule.examples)
