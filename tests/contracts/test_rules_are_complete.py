"""Every rule has a module, a documentation page, a test file and a corpus case."""

from __future__ import annotations

import pytest

from asyncshim_codemods import api
from house.corpus import cases
from house.tree import ROOT, modules

RULES = sorted(api.rules())


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_documentation_page(code: str) -> None:
    page = ROOT / f"docs/rules/{code.lower()}.md"
    assert page.is_file(), "run docs/build.py"
    assert page.read_text(encoding="utf-8").startswith(f"# {code}: {api.rules()[code].name}\n")


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_module_and_a_test_file_of_the_same_name(code: str) -> None:
    (module,) = [module for module in modules() if module.name.startswith(f"asyncshim_codemods.rules.{code.lower()}_")]
    assert (ROOT / f"tests/codemods/rules/test_{module.path.name}").is_file()


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_corpus_case(code: str) -> None:
    assert [case.name for case in cases() if code in case.rules]


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_two_to_four_titled_examples_and_one_unchanged(code: str) -> None:
    rule = api.rules()[code]
    titles = [example.title for example in rule.examples]
    assert 2 <= len(titles) <= 4
    assert len(set(titles)) == len(titles)
    assert [example.title for example in rule.examples if example.after is None]


def test_every_placeholder_of_a_new_rule_is_filled_in() -> None:
    folders = ("codemods/asyncshim_codemods/rules", "tests/codemods/rules", "fixtures_corpus")
    files = [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.suffix in {".py", ".toml"}
    ]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in [*files, ROOT / "CHANGELOG.md"]
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if "Fill in:" in line or "fill_in" in line
    ]
    assert not found, "\n".join(["replace these placeholders of `nox -s new-rule`:", *found])


def test_corpus_cases_name_only_existing_rules() -> None:
    unknown = {case.name: missing for case in cases() if (missing := sorted(set(case.rules) - set(RULES)))}
    assert unknown == {}
