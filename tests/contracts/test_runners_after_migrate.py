"""What the README says about other runners: which rules write what only asyncshim provides."""

from __future__ import annotations

import re

import pytest

from asyncshim_codemods import api
from asyncshim_codemods.rule import Example
from house.tree import ROOT
from rule_tools import rewrite

NARROW = """\nimport pytest\n\n\n@pytest.mark.asyncio(loop_scope="function")\nasync def test_alone(): ...\n"""
SESSION_SCOPE = "[pytest]\nasyncio_default_test_loop_scope = session\n"
OTHERS = ("conftest", "pytest-asyncio", "anyio", "alt-pytest-asyncio")
EXAMPLES = [
    pytest.param(code, example, id=f"{code}-{example.title}")
    for code, rule in sorted(api.rules().items())
    for example in rule.examples
    if example.after is not None and example.path.endswith(".py")
]


def lacking(code: str, runner: str) -> bool:
    """Return whether a runner lacks something that is in the code, besides the port fixtures that eject adds."""
    found = rewrite(code, runner=runner).findings
    return any(each.code == "ASH207" and not each.message.endswith(api.EJECT_ADDS) for each in found)


@pytest.mark.parametrize(("code", "example"), EXAMPLES)
@pytest.mark.parametrize("runner", OTHERS)
def test_a_rule_writes_what_the_chosen_runner_provides(code: str, example: Example, runner: str) -> None:
    result = rewrite(example.before, path=example.path, unsafe=example.unsafe, runner=runner)
    assert lacking(result.new.decode(), runner) is lacking(example.before, runner)


def test_the_readme_names_the_rules_that_write_what_other_runners_lack() -> None:
    writes: dict[str, list[str]] = {}
    cases = [(rule.code, each, None) for rule in api.rules().values() for each in rule.examples]
    cases.append(("ASH108", Example("Narrow", NARROW, unsafe=True), {"pytest.ini": SESSION_SCOPE}))
    for code, example, beside in cases:
        before = example.before
        after = rewrite(before, path=example.path, unsafe=example.unsafe, beside=beside).new.decode()
        if runners := [each for each in OTHERS if lacking(after, each) and not lacking(before, each)]:
            assert example.unsafe or code == "ASH601"
            writes.setdefault(code, runners)
    readme = (ROOT / "README.md").read_text("utf-8")
    (sentence,) = re.findall(r"With `--unsafe`, three rules [^:]*: ([^.]*\.\d)", readme)
    (limits,) = re.findall(r"The rules about alt-pytest-asyncio \(([^)]*)\) write time limits", readme)
    assert set(re.findall(r"ASH\d{3}", sentence + limits)) == writes.keys()
    assert "pytest-asyncio" not in writes["ASH307"]
    assert "pytest-asyncio" in writes["ASH108"]
    assert "pytest-asyncio" in writes["ASH304"]
