from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.migrate.doctor import shown


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("-p asyncshim -ra", "-p asyncshim (1 other word)"),
        ("--asyncio-mode=auto --strict-markers", "--asyncio-mode=auto --strict-markers"),
        ("--asyncio-mode auto", "--asyncio-mode auto"),
        ("--api-key abc --cov=src", "(3 other words)"),
        ("-p 'a\tb'", "-p (not shown)"),
        ("", ""),
    ],
)
def test_only_words_about_async_tests_are_shown(given: str, expected: str) -> None:
    import shlex

    assert shown.words(shlex.split(given)) == expected


@pytest.mark.parametrize("value", ["auto", "tests unit", ">=7.4,<9", "uvloop:new_event_loop", "*_test.py"])
def test_plain_values_are_shown(value: str) -> None:
    assert shown.plain(value) == value


@pytest.mark.parametrize("value", ["https://user:pw@host/x", "a@b", "x" * 200, "\x1b[2J", "$TOKEN"])
def test_other_values_are_not_shown(value: str) -> None:
    assert shown.plain(value) == shown.HIDDEN


@pytest.mark.parametrize(
    ("given", "blocked", "loaded"),
    [
        (["-p", "no:asyncio", "-p", "a"], {"asyncio"}, ("a",)),
        (["-pno:asyncio", "-pa"], {"asyncio"}, ("a",)),
        (["-p", "a", "-p", "no:a"], {"a"}, ()),
        (["-p", "no:a", "-p", "a"], set(), ("a",)),
        (["--pdb", "-p"], set(), ()),
    ],
)
def test_plugins_are_loaded_and_turned_off_by_options(
    given: list[str], blocked: set[str], loaded: tuple[str, ...]
) -> None:
    assert shown.blocked_and_loaded(given) == (blocked, loaded)


def test_the_home_directory_is_shortened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert shown.without_home(f"{tmp_path / 'p'} and {tmp_path}; {tmp_path}x") == f"~{Path('/p')} and ~; {tmp_path}x"


def test_a_home_directory_that_is_the_root_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/")
    assert shown.without_home("/a/b") == "/a/b"
