from __future__ import annotations

import pytest

from asyncshim_codemods.config.alt_options import AltOptions, judge_words
from asyncshim_codemods.config.review import Review
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.source.config_text import ConfigText
from config_tools import ALT


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-p", "alt_pytest_asyncio.enable"], [((0, 1), None)]),
        (["-q", "-palt_pytest_asyncio.enable"], [((1,), None)]),
        (["--default-async-timeout", "3"], [((0,), "--asyncshim-timeout")]),
        (["--default-async-timeout=3"], [((0,), "--asyncshim-timeout=3")]),
        (["-p", "alt_pytest_asyncio_extras", "--default-async", "-p", "no:alt_pytest_asyncio"], []),
        (["--default-async-timeout"], []),
    ],
)
def test_each_decision_is_about_the_words_of_one_option(
    words: list[str], expected: list[tuple[tuple[int, ...], str | None]]
) -> None:
    review = Review(ConfigText.decode("pytest.ini", b""), ProjectFacts(), Options(ALT))
    options = AltOptions(review, frozenset(), words)
    assert [(here, decision.value) for here, decision in judge_words(options, None)] == expected


def test_a_plugin_that_has_to_be_loaded_by_name_comes_in_its_place() -> None:
    review = Review(ConfigText.decode("pytest.ini", b""), ProjectFacts(), Options(ALT))
    for words, value in ((["-p", "alt_pytest_asyncio.enable"], "asyncshim"), (["-palt_pytest_asyncio"], "-pasyncshim")):
        options = AltOptions(review, frozenset(), words)
        assert [decision.value for _, decision in judge_words(options, "asyncshim")] == [value]
