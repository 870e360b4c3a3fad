"""A dependency file with thousands of lines takes time in proportion to its length."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from config_tools import rewrite


def lines_run(name: str, text: str, runner: str) -> int:
    """Return how many lines of the codemods ran for the file: a measure of time that is the same on every machine."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        nonlocal count
        count += event == "line"
        return trace if "asyncshim_codemods" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        rewrite(name, text, runner=runner)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("runner", ["asyncshim", "conftest", "pytest-asyncio"])
@pytest.mark.parametrize(
    ("name", "head", "line"),
    [
        ("tox.ini", "[testenv]\ndeps =\n    pytest-asyncio\n", "    package{n}\n"),
        ("tox.ini", "[testenv]\ndeps =\n", "    pytest-asyncio=={n}\n"),
        ("tox.ini", "[testenv]\ndeps =\n", "    factor{n}: pytest-asyncio=={n}\n"),
        ("tox.ini", "", "[testenv:env{n}]\ndeps =\n    pytest-asyncio\n    package\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n", "    pytest-asyncio=={n}\n"),
        ("environment.yml", "dependencies:\n  - pytest-asyncio\n", "  - package{n}\n"),
        ("environment.yml", "dependencies:\n  - python\n", "  - pytest-asyncio={n}\n"),
        ("requirements.txt", "pytest-asyncio\n", "package{n}\n"),
        ("requirements.txt", "", "pytest-asyncio=={n}\n"),
        ("requirements.txt", "", "pytest-asyncio=={n} \\\n    --hash=sha256:a{n}\n"),
    ],
)
def test_four_times_the_lines_take_four_times_as_long(name: str, head: str, line: str, runner: str) -> None:
    short, long = (head + "".join(line.format(n=number) for number in range(count)) for count in (100, 400))
    assert lines_run(name, long, runner) < 4.4 * lines_run(name, short, runner)
