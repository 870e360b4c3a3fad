from __future__ import annotations

import pytest

from asyncshim.cli import verdicts
from asyncshim.cli.screen import Screen
from asyncshim.migrate.prove.outcomes import Difference, SuiteRun
from asyncshim.migrate.prove.verify import Verdict


def run(**outcomes: str) -> SuiteRun:
    return SuiteRun(outcomes, {}, 0, "")


def test_only_tests_that_ran_are_called_the_same() -> None:
    stopped = run(a="failed", b="passed", c="collected")
    assert verdicts.same(Verdict(stopped, stopped, (), ()), collect=False) == (
        "2 tests, the same outcomes; 1 test did not run."
    )
    collected = run(a="collected", b="collected")
    assert verdicts.same(Verdict(collected, collected, (), ()), collect=True) == "2 tests, the same node ids."


def test_long_names_continue_below_their_outcomes(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    differing = tuple(Difference(f"tests/test_a.py::{'x' * 30}{number}", "passed", None) for number in range(51))
    verdicts.show(Verdict(run(), run(), differing, ()), Screen())
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[1] == "  " + ("tests/test_a.py::" + "x" * 30)[:30] + "  passed  missing"
    assert lines[2].startswith("    xxx")
    assert lines[-1] == "  and 1 more"
    assert max(map(len, lines)) <= 60


def test_flaky_tests_are_named(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    verdicts.show_flaky(Verdict(run(), run(), (), ("a\x1b",)), Screen())
    assert b"a\\x1b is flaky: it differs between two runs of the same files" in capfdbinary.readouterr().err
