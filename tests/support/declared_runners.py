"""Projects whose dependency files declare a runner, before and after ``migrate``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from repositories import OLD, Done, git, repository

Asyncshim = Callable[..., Done]
IMPORTING = b"import pytest_asyncio\n\nMODULES = [pytest_asyncio]\n"
OPTION = {"strict": "asyncio_mode = strict\n", "auto": "asyncio_mode = auto\n", "unset": "xfail_strict = true\n"}
AUTO = {"strict": "asyncio_mode = auto\n", "auto": "asyncio_mode = auto\n"}
AUTO["unset"] = "asyncio_mode = auto\nxfail_strict = true\n"


def project(root: Path, files: dict[str, str | bytes], mode: str = "strict") -> Path:
    return repository(root, {"tests/test_a.py": OLD, "pytest.ini": f"[pytest]\n{OPTION[mode]}", **files})


def settings(root: Path) -> str:
    return (root / "pytest.ini").read_text(encoding="utf-8").removeprefix("[pytest]\n")


def changed(root: Path) -> list[str]:
    return git(root, "diff", "--name-only").decode().split()
