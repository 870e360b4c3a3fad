from __future__ import annotations

import ast

import pytest

from asyncshim_codemods import api
from asyncshim_codemods.registry import all_rules, described
from asyncshim_codemods.results import FileResult, Options, Safety
from asyncshim_codemods.rule import Described, Example, Rule

EXAMPLES = [(rule, example) for rule in described() for example in rule.examples]
IDS = [f"{rule.code}-{example.title}" for rule, example in EXAMPLES]


def run(example: Example, data: bytes) -> FileResult:
    rewrite = api.rewrite_python if example.path.endswith(".py") else api.rewrite_config
    options = Options(frozenset(api.rules()), unsafe=example.unsafe)
    return rewrite(example.path, data, api.collect_facts([(example.path, data)]), options)


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=IDS)
def test_an_example_of_a_rule_is_rewritten_as_documented(rule: type[Described], example: Example, newline: str) -> None:
    before = example.before.replace("\n", newline).encode()
    after = (example.before if example.after is None else example.after).replace("\n", newline).encode()
    result = run(example, before)
    assert result.error is None
    assert result.new.decode() == after.decode()
    again = run(example, after)
    assert again.error is None
    assert again.new == after
    if example.path.endswith(".py"):
        ast.parse(result.new)


@pytest.mark.parametrize("rule", described(), ids=lambda rule: rule.code)
def test_a_rule_declares_its_name_safety_and_releases(rule: type[Described]) -> None:
    info = rule.info()
    assert (info.code, info.name, info.safety) == (rule.code, rule.name, rule.safety)
    assert len(info.documentation) > 100
    assert not info.documentation.startswith(" ")
    assert not info.summary.endswith(".")
    assert isinstance(info.safety, Safety)


@pytest.mark.parametrize("rule", described(), ids=lambda rule: rule.code)
def test_a_rule_has_examples_that_change_and_that_stay(rule: type[Described]) -> None:
    assert 1 <= len(rule.examples) <= 5
    assert len({example.title for example in rule.examples}) == len(rule.examples)
    assert any(example.after is None for example in rule.examples) or rule.code == "ASH205"
    if rule.safety is not Safety.MANUAL:
        results = [run(example, example.before.encode()) for example in rule.examples if example.after is not None]
        fixed = {found.code for result in results for found in result.findings if found.fixed}
        # What ASH108 rewrites depends on a configuration file, which an example of one file cannot show.
        assert rule.code in fixed or rule.code == "ASH108"


def test_examples_are_dedented() -> None:
    example = Example(
        "x",
        before="""
            a
                b
        """,
        after="""
            c
        """,
    )
    assert (example.before, example.after) == ("a\n    b\n", "c\n")


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_has_no_state(rule: Rule) -> None:
    assert not vars(rule)
