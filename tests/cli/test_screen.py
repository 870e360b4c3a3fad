from __future__ import annotations

import io
import sys

import pytest

from asyncshim.cli.screen import Screen


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_only_terminals_get_colour() -> None:
    assert Screen().has_color(Terminal())
    assert not Screen().has_color(io.StringIO())


def test_a_dumb_terminal_gets_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert not Screen().has_color(Terminal())


def test_no_color_wins_over_force_color_and_the_option_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert Screen().has_color(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Screen().has_color(Terminal())
    assert Screen(color="always").has_color(io.StringIO())
    assert not Screen(color="never").has_color(Terminal())


def test_a_byte_that_is_not_utf8_is_printed_as_an_escape(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    screen = Screen()
    screen.out("caf\udce9.py:1:1: x")
    screen.say("caf\udce9.py")
    captured = capfdbinary.readouterr()
    assert (captured.out, captured.err) == (b"caf\\xe9.py:1:1: x\n", b"caf\\xe9.py\n")


def test_quiet_prints_only_errors(capfd: pytest.CaptureFixture[str]) -> None:
    quiet = Screen(verbosity=-1)
    quiet.say("hello")
    quiet.detail("more")
    quiet.error("error: bad")
    assert capfd.readouterr().err == "error: bad\n"
    Screen(verbosity=1).detail("more")
    assert capfd.readouterr().err == "more\n"


def test_location_and_code_of_a_finding_have_colours() -> None:
    line = "tests/a b.py:4:2: ASH101 a message: with a colon"
    coloured = Screen(color="always").location(line, sys.stdout)
    assert coloured == "\x1b[1mtests/a b.py:4:2\x1b[0m: \x1b[33mASH101\x1b[0m a message: with a colon"
    assert Screen(color="never").location(line, sys.stdout) == line
    assert Screen(color="always").location("no place", sys.stdout) == "no place"


@pytest.mark.parametrize("color", ["always", "never"])
def test_many_locations_are_written_as_each_alone_would_be(
    color: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    lines = ["a.py:4:2: ASH101 a message", "no place", "::set-output\t", "caf\udce9.py:1:1: ASH102 two\nlines"]
    screen = Screen(color=color)
    for line in lines:
        screen.out(screen.location(line, sys.stdout))
    one_by_one = capfdbinary.readouterr().out
    screen.locations(lines)
    assert capfdbinary.readouterr().out == one_by_one
    assert one_by_one.count(b"\n") == len(lines) + 1
    assert (b"\x1b[1m" in one_by_one) is (color == "always")


def test_the_colour_of_many_locations_is_decided_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(Screen, "has_color", lambda _, stream: asked.append(stream))
    Screen().locations(f"a.py:{number}:1: ASH101 a message" for number in range(100))
    assert len(asked) == 1


def test_a_diff_with_colour_has_the_same_text(capfd: pytest.CaptureFixture[str]) -> None:
    lines = [b"diff --git a/x b/x\n", b"--- a/x\n", b"+++ b/x\n", b"@@ -1 +1 @@\n", b"-a\n", b"+b\n", b" c\n"]
    Screen(color="always").diff(lines)
    shown = capfd.readouterr().out
    assert "\x1b[31m-a\x1b[0m\n\x1b[32m+b\x1b[0m\n c\n" in shown
    Screen(color="never").diff(lines)
    assert capfd.readouterr().out.encode() == b"".join(lines)


def test_a_diff_on_a_terminal_without_colour_shows_control_characters(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    Screen(color="never").diff([b"+x = '\x1b[2J'\n"])
    shown = capfd.readouterr().out
    assert "\x1b" not in shown
    assert shown.startswith("+x = '")
