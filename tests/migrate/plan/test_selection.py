from __future__ import annotations

import pytest

import tiny_rules
from asyncshim.errors import UsageError
from asyncshim.migrate.plan.selection import Selection, code_of

RULES = {code: rule.name for code, rule in tiny_rules.rules().items()}


@pytest.mark.parametrize(
    ("selection", "codes"),
    [
        (Selection(), {"ASH101", "ASH331", "ASH401", "ASH501"}),
        (Selection(select=("ASH1",)), {"ASH101"}),
        (Selection(select=("ash101", "left-word")), {"ASH101", "ASH331"}),
        (Selection(select=("ASH1",), extend=("ASH4",)), {"ASH101", "ASH401"}),
        (Selection(ignore=("Old-Word",)), {"ASH331", "ASH401", "ASH501"}),
        (Selection(select=("ASH",), ignore=("ASH",)), set()),
        (Selection(select=("ALL",)), {"ASH101", "ASH331", "ASH401", "ASH501"}),
        (Selection(config=False), {"ASH101", "ASH331", "ASH501"}),
        (Selection(dependencies=False), {"ASH101", "ASH331", "ASH401"}),
    ],
)
def test_codes_prefixes_and_names_are_resolved(selection: Selection, codes: set[str]) -> None:
    assert selection.resolve(RULES) == codes


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection(select=("ASH102",)), "--select: no rule is called 'ASH102'"),
        (Selection(ignore=("old-wrd",)), "--ignore: no rule is called 'old-wrd', did you mean 'old-word'?"),
        (Selection(extend=("zzz",)), "--extend-select: no rule is called 'zzz'"),
    ],
)
def test_an_unknown_code_is_an_error_with_a_suggestion(selection: Selection, message: str) -> None:
    with pytest.raises(UsageError) as error:
        selection.resolve(RULES)
    assert str(error.value) == message


def test_one_rule_is_found_by_code_or_name() -> None:
    assert code_of("ash101", RULES) == "ASH101"
    assert code_of("left-word", RULES) == "ASH331"
    with pytest.raises(UsageError, match=r"there is no rule 'ASH1'.*`python -m asyncshim rules` lists them"):
        code_of("ASH1", RULES)
