from __future__ import annotations

import pytest

from config_tools import rewrite


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", "[pytest]\naddopts = -q --asyncio-mode=auto\n    -p pytest_asyncio\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = ["--asyncio-mode", "strict", "-q"]\n'),
    ],
)
def test_pytest_starts_without_pytest_asyncio_after_the_rewrite(
    pytester: pytest.Pytester, name: str, text: str
) -> None:
    pytester.makepyfile("def test_sync(): pass")
    file = pytester.path / name
    file.write_text(text, encoding="utf-8")
    assert pytester.runpytest_subprocess("-p", "no:asyncshim").ret != pytest.ExitCode.OK
    file.write_bytes(rewrite(name, text, runner="conftest").new)
    pytester.runpytest_subprocess("-p", "no:asyncshim").assert_outcomes(passed=1)
