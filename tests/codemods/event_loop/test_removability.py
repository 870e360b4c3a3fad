from __future__ import annotations

from textwrap import dedent

import pytest

from asyncshim_codemods.results import Safety
from loop_suites import AFTER, PLAIN, override
from rule_tools import assert_unchanged, messages, rewrite


@pytest.mark.parametrize(
    ("beside", "code", "safety"),
    [
        ({"tests/test_a.py": "from tests.conftest import event_loop\n"}, "ASH305", Safety.MANUAL),
        ({"tests/test_a.py": "from .conftest import event_loop as event_loop\n"}, "ASH305", Safety.MANUAL),
        ({"tests/test_a.py": "import tests.conftest\n"}, "ASH305", Safety.UNSAFE),
        ({"tests/test_a.py": "from tests.conftest import other\n"}, "ASH305", Safety.SAFE),
        ({"conftest.py": override("loop = MyLoop()\nyield loop")}, "ASH305", Safety.UNSAFE),
        ({"conftest.py": override(PLAIN)}, "ASH305", Safety.SAFE),
        ({"other/conftest.py": override("loop = MyLoop()\nyield loop")}, "ASH305", Safety.SAFE),
    ],
    ids=["import", "relative import", "whole import", "other name", "special above", "plain above", "special beside"],
)
def test_what_other_files_do_with_it_counts(beside: dict[str, str], code: str, safety: Safety) -> None:
    result = rewrite(override(PLAIN), path="tests/conftest.py", beside=beside)
    found = [each for each in result.findings if each.code.startswith("ASH3")]
    assert [(each.code, each.safety) for each in found] == [(code, safety)]
    assert result.changed is (safety is Safety.SAFE)


def test_an_override_that_is_used_by_name_stays() -> None:
    text = override(PLAIN).replace(AFTER, "def loops():\n    return event_loop\n")
    assert "uses it by name" in messages(assert_unchanged(text, "ASH305", unsafe=True))[0]
    text = override(PLAIN, top='__all__ = ["event_loop"]\n')
    assert "`__all__` names it" in messages(assert_unchanged(text, "ASH305", unsafe=True))[0]


def test_an_override_of_two_minds_stays() -> None:
    text = dedent("""
    import asyncio
    import pytest

    event_loop = None

    @pytest.fixture(scope="session")
    def event_loop():
        return asyncio.new_event_loop()
    """)
    assert "more than one way" in messages(assert_unchanged(text, "ASH305", unsafe=True))[0]
