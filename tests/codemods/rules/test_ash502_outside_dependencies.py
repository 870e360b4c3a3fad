from __future__ import annotations

import pytest

from config_tools import unchanged


@pytest.mark.parametrize(
    "path", ["setup.py", "noxfile.py", ".github/workflows/ci.yml", "Dockerfile", "Makefile", "poetry.lock", "uv.lock"]
)
def test_scripts_workflows_and_lock_files_are_reported_and_never_edited(path: str) -> None:
    result = unchanged(path, "a\n    pip install pytest-asyncio\n", unsafe=True, todo=True)
    assert [(found.line, found.code, found.fixed) for found in result.findings] == [(2, "ASH502", False)]
