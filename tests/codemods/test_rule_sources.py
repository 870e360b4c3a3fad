from __future__ import annotations

from pathlib import Path

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
def test_words_are_strings_and_names_of_strings(source: str, expected: list[str]) -> None:
    assert sorted(rule_sources._words_of(source)) == sorted(expected)


@pytest.mark.parametrize("source", ["class A:\n    words = (_UNKNOWN,)\n", "_A = f()\nclass A:\n    words = (_A,)\n"])
def test_without_readable_words_the_rules_are_imported(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    declared = all_words()
    monkeypatch.setattr(rule_sources, "_sources", lambda: (source,))
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


@pytest.mark.parametrize("where", ["asyncshim.zip/rules", "only_compiled"])
def test_without_source_files_nothing_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str) -> None:
    (tmp_path / "asyncshim.zip").touch()
    (tmp_path / "only_compiled").mkdir()
    (tmp_path / "only_compiled" / "ash100_a.pyc").touch()
    monkeypatch.setattr(rule_sources.package, "__path__", [str(tmp_path / where)])
    cached = (rule_sources._sources, rule_sources.words, rule_sources.names)
    for each in cached:
        each.cache_clear()
    try:
        assert rule_sources.names() is None
        assert rule_sources.words() is None
    finally:
        for each in cached:
            each.cache_clear()
