from __future__ import annotations

import pickle

from asyncshim.migrate.plan import ruleset


def test_the_real_rules_can_be_sent_to_another_process() -> None:
    rules = ruleset.load()
    assert pickle.loads(pickle.dumps(rules)) == rules
    assert "ASH101" in rules.rules()
    assert rules.is_config("pyproject.toml")
