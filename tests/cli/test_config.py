from __future__ import annotations

import json
from pathlib import Path

import pytest

from asyncshim.cli import main
from repositories import write_tree


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_tree(tmp_path, {"pyproject.toml": '[tool.asyncshim]\nignore = ["ASH5"]\n', "tests/test_a.py": ""})
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "80")
    return root


def test_the_settings_are_listed_with_their_places(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert project
    assert main(["config", "--todo"]) == 0
    told = capsys.readouterr()
    rows = [" ".join(line.split()) for line in told.out.splitlines()]
    assert rows[0] == "setting from value"
    assert 'ignore pyproject.toml:2 ["ASH5"]' in rows
    assert "todo command line true" in rows
    assert "baseline default -" in rows
    assert rows[rows.index("") + 1] == "option of pytest from value"
    assert 'asyncshim_runner default "session"' in rows
    assert told.err.endswith("rules are used, without ASH501, ASH502.\n")


def test_json_has_the_same_settings_and_the_codes_of_the_rules(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project
    assert main(["config", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["settings"]["ignore"] == {"value": ["ASH5"], "source": "pyproject.toml:2"}
    assert content["plugin"]["asyncio_mode"] == {"value": "auto", "source": "default"}
    assert "ASH101" in content["rules"]
    assert "ASH501" not in content["rules"]


def test_the_schema_is_printed_as_it_is_shipped(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from asyncshim.migrate.read import settings

    assert project
    assert main(["config", "--schema"]) == 0
    assert capsys.readouterr().out == settings.schema()


def test_an_invalid_table_is_exit_code_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text("[tool.asyncshim]\njobs = 0\n", encoding="utf-8")
    assert main(["config"]) == 2
    assert "pyproject.toml:2: 'jobs' must be a positive number" in capsys.readouterr().err
