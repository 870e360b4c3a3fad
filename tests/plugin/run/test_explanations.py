"""Hypothesis's explanations of failures list no line of asyncshim."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis.internal import scrutineer

import asyncshim
from asyncshim.plugin.run import explanations
from asyncshim.plugin.run.explanations import exclude_own_lines, restore

SUITE = """\
import asyncio
from hypothesis import Phase, given, settings, strategies as st

always = settings(database=None, derandomize=True, phases=(Phase.generate, Phase.shrink, Phase.explain))

async def helper(n):
    if n > 100:
        await asyncio.sleep(0)               # line 8
        raise ValueError("too big")

@always
@given(n=st.integers())
async def test_async(n):
    await helper(n)

@always
@given(n=st.integers())
def test_with_a_runner(asyncio_runner, n):
    asyncio_runner.run(helper(n))

@always
@given(n=st.integers())
async def test_of_one_line(n):
    assert n < 1000
"""
OWN = str(Path(asyncshim.__file__).parent / "plugin" / "hooks.py")


def test_an_explanation_lists_lines_of_the_suite_only(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)
    path = pytester.makepyfile(test_it=SUITE)
    result = pytester.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(failed=3)
    shown = result.stdout.str()
    assert "Explanation:" in shown
    assert f"{path}:8" in shown
    assert str(Path(asyncshim.__file__).parent) not in shown


def test_hypothesis_traces_other_files_as_before() -> None:
    restore()
    original = scrutineer.should_trace_file
    assert original(OWN)
    exclude_own_lines()
    exclude_own_lines()
    try:
        assert not scrutineer.should_trace_file(OWN)
        assert scrutineer.should_trace_file(__file__)
        assert not scrutineer.should_trace_file(scrutineer.__file__)
    finally:
        restore()
    assert scrutineer.should_trace_file is original


def test_another_release_of_hypothesis_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    restore()
    monkeypatch.delattr(scrutineer, "should_trace_file")
    exclude_own_lines()
    restore()
    assert not hasattr(scrutineer, "should_trace_file")
    monkeypatch.delitem(sys.modules, explanations._MODULE)
    exclude_own_lines()
    restore()
