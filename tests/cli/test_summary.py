"""The next command that is suggested, and the order in which things are said."""

from __future__ import annotations

from pathlib import Path

from repositories import asyncshim, repository

OLD = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"


def test_the_next_command_keeps_the_paths(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"my tests/test_a.py": OLD})
    done = asyncshim(root, "migrate", "--dry-run", "--unsafe", "my tests")
    assert "Next: python -m asyncshim migrate --unsafe 'my tests'\n" in done.stderr


def test_with_only_manual_review_remaining_the_next_command_explains_the_rule(tmp_path: Path) -> None:
    source = "def test_for_ever(event_loop):\n    event_loop.run_forever()\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": source})
    done = asyncshim(root, "migrate", "--unsafe")
    assert done.code == 1
    assert "Next: python -m asyncshim rule ASH3" in done.stderr


def test_failures_come_last(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"a.py": "@pytest.mark.asyncio\ndef (:\n", "b.py": OLD})
    done = asyncshim(root, "migrate", ".")
    assert done.code == 2
    assert done.stderr.splitlines()[-1].startswith("error: a.py:")
