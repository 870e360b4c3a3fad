from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.cli import session
from asyncshim.cli.parser import build_parser
from repositories import repository


def test_a_session_holds_the_project_and_what_the_rules_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": source})
    monkeypatch.chdir(root)
    done = session.run(build_parser().parse_args(["migrate"]), unsafe=False, todo=False)
    assert done.project.root == root
    assert [result.path for result in done.outcome.results] == ["tests/test_a.py"]
    assert done.outcome.results[0].new == b"async def test_it():\n    pass\n"
    assert "ASH101" in done.rules.rules()
