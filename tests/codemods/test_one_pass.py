from __future__ import annotations

from asyncshim_codemods.one_pass import concerned
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.registry import all_rules
from asyncshim_codemods.results import Safety


def test_rules_are_concerned_with_a_file_that_holds_one_of_their_words() -> None:
    found = concerned(all_rules(), "tests/test_a.py", b"def test_a(event_loop): ...\n", ProjectFacts())
    assert {rule.code for rule in found} == {
        rule.code for rule in all_rules() if "event_loop" in rule.words or not rule.words
    }


def test_every_rule_is_concerned_with_a_file_that_newly_runs_or_imports_a_marker() -> None:
    path = "tests/test_a.py"
    for facts in (ProjectFacts(newly_active=frozenset({path})), ProjectFacts(importers=frozenset({path}))):
        assert concerned(all_rules(), path, b"", facts) == all_rules()


def test_a_rule_about_the_original_file_changes_nothing() -> None:
    assert all(rule.safety is Safety.MANUAL for rule in all_rules() if rule.is_about_original)
