from __future__ import annotations

import re
from pathlib import Path

from asyncshim_codemods import rules as package
from asyncshim_codemods.registry import all_rules, all_words, described, is_relevant
from asyncshim_codemods.rule import Rule
from asyncshim_codemods.source.words import MARKER


def test_every_module_of_the_package_is_one_rule() -> None:
    modules = {path.stem for path in Path(package.__path__[0]).glob("ash*.py")}
    found = {rule.__module__.rpartition(".")[2]: rule for rule in described()}
    assert modules == set(found)
    assert all(rule.code == module.partition("_")[0].upper() for module, rule in found.items())
    assert len({rule.name for rule in described()}) == len(described())


def test_rules_are_sorted_by_code_without_duplicates() -> None:
    codes = [rule.code for rule in described()]
    assert codes == sorted(set(codes))
    assert [rule.code for rule in all_rules()] == [rule.code for rule in described() if issubclass(rule, Rule)]
    assert all(re.fullmatch(r"ASH[1-6]\d\d", code) for code in codes)


def test_rule_instances_are_cached() -> None:
    assert all_rules() is all_rules()


def test_a_file_is_relevant_because_of_each_word_of_a_rule_even_if_it_holds_a_shorter_one() -> None:
    for word in all_words():
        used = f"@pytest.mark.{word}" if word == MARKER else f"x = {word}"
        assert is_relevant(used.encode()), word
        # No part of a word is enough, except another word.
        part = f"x = {word[:-1]}"
        assert is_relevant(part.encode()) == any(each in part for each in all_words() if each != MARKER), word
    assert not is_relevant(b"x = await asyncio.sleep(0)")
