"""Lines are written to the terminal although the output of the test is captured."""

from __future__ import annotations

import pytest

from house.nested import run_source

SOURCE = """
from asyncshim.plugin.compat.terminal import write_line
def test_it(request, capfd):
    print("captured")
    write_line(request.config, "shown")
"""


@pytest.mark.parametrize("capture", ["fd", "sys", "no"])
def test_a_line_is_shown_while_a_test_runs(pytester: pytest.Pytester, capture: str) -> None:
    result = run_source(pytester, SOURCE, f"--capture={capture}", passed=1)
    result.stdout.fnmatch_lines(["shown"])
    assert "captured" not in result.outlines


def test_without_a_terminal_nothing_is_shown(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SOURCE)
    result = pytester.runpytest("-p", "no:terminal")
    assert result.ret == 0
    assert "shown" not in result.outlines
