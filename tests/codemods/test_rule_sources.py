from __future__ import annotations

import pytest

from asyncshim_codemods import api, rule_sources
from asyncshim_codemods.registry import all_rules, all_words, described


def test_the_codes_and_names_in_the_sources_are_those_of_the_rules() -> None:
    assert rule_sources.names() == {rule.code: rule.name for rule in described()}
    assert api.rule_names() == rule_sources.names()


def test_the_words_in_the_sources_are_those_that_the_rules_declare() -> None:
    assert rule_sources.words() == {word for rule in all_rules() for word in rule.words}
    assert set(all_words()) == rule_sources.words()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('class A:\n    words = ("a", "b")\n', ["a", "b"]),
        ('class A:\n    words = ("a" "b", "c")\n', ["ab", "c"]),
        ('class A:\n    words = (\n        "a",  # (why)\n        "b",\n    )\n', []),
        ('class A:\n    words = (\n        "a",  # why\n        "b",\n    )\n', ["a", "b"]),
        ('class A:\n    words = (\n        "a",\n        "b",\n    )\n', ["a", "b"]),
        ('_A = "x"\n_B = ("y", "z")\nclass A:\n    words = (_A, *_B, "b")\n', ["x", "y", "z", "b"]),
        (
            "from asyncshim_codemods.project.own_names import EJECT_ADDS, PORTS\nclass A:\n    words = (*PORTS,)\n",
            ["unused_tcp_port", "unused_tcp_port_factory", "unused_udp_port", "unused_udp_port_factory"],
        ),
        ("class A:\n    words = ()\n", []),
        ("class A:\n    pass\n", []),
    ],
)
def test_words_are_strings_and_names_of_strings(
    monkeypatch: pytest.MonkeyPatch, source: str, expected: list[str]
) -> None:
    monkeypatch.setattr(rule_sources, "get_data", lambda _package, _name: source.encode())
    assert sorted(rule_sources._words_of("ash100_a")) == sorted(expected)


@pytest.mark.parametrize("source", ["class A:\n    words = (_UNKNOWN,)\n", "_A = f()\nclass A:\n    words = (_A,)\n"])
def test_without_readable_words_the_rules_are_imported(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    declared = all_words()
    monkeypatch.setattr(rule_sources, "get_data", lambda _package, _name: source.encode())
    for cached in (rule_sources.words, rule_sources.names, all_words):
        cached.cache_clear()
    try:
        assert rule_sources.words() is None
        assert rule_sources.names() is None
        assert api.rule_names() == {rule.code: rule.name for rule in described()}
        assert all_words() == declared
    finally:
        for cached in (rule_sources.words, rule_sources.names, all_words):
            cached.cache_clear()
