from __future__ import annotations

import pytest

from config_tools import check_examples, unchanged


def test_the_examples_are_true() -> None:
    check_examples("ASH502")


@pytest.mark.parametrize(
    "path", ["setup.py", "noxfile.py", ".github/workflows/ci.yml", "Dockerfile", "Makefile", "poetry.lock", "uv.lock"]
)
def test_such_files_are_reported_and_never_edited(path: str) -> None:
    result = unchanged(path, "a\n    pip install pytest-asyncio\n", unsafe=True, todo=True)
    assert [(found.line, found.code, found.fixed) for found in result.findings] == [(2, "ASH502", False)]
