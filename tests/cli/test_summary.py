"""The next command that is suggested, and the order in which things are said."""

from __future__ import annotations

from pathlib import Path

from repositories import asyncshim, repository

OLD = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"


def test_the_next_command_keeps_the_paths(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"my tests/test_a.py": OLD})
    done = asyncshim(root, "migrate", "--dry-run", "--unsafe", "my tests")
    assert "Next: python -m asyncshim migrate --unsafe 'my tests'\n" in done.stderr


def test_what_only_a_person_can_do_leads_to_its_rule(tmp_path: Path) -> None:
    source = "def test_for_ever(event_loop):\n    event_loop.run_forever()\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": source})
    done = asyncshim(root, "migrate", "--unsafe")
    assert done.code == 1
    assert "Next: python -m asyncshim rule ASH3" in done.stderr
