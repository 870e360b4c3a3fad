"""The next command that the summary suggests."""

from __future__ import annotations

from pathlib import Path

from repositories import OLD, asyncshim, repository


def test_the_next_command_keeps_the_paths(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"my tests/test_a.py": OLD})
    done = asyncshim(root, "migrate", "--dry-run", "--unsafe", "my tests")
    assert "Next: python -m asyncshim migrate --unsafe 'my tests'\n" in done.stderr


def test_the_next_command_explains_the_rule_of_a_manual_use(tmp_path: Path) -> None:
    source = "def test_for_ever(event_loop):\n    event_loop.run_forever()\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": source})
    done = asyncshim(root, "migrate", "--unsafe")
    assert done.code == 1
    assert "Next: python -m asyncshim rule ASH3" in done.stderr
