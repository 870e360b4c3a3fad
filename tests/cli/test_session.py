from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from asyncshim.cli import session
from asyncshim.cli.parser import build_parser
from asyncshim.cli.screen import Screen
from repositories import repository


def test_a_session_holds_the_project_and_the_results_of_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": source})
    monkeypatch.chdir(root)
    opened = session.open_session(build_parser().parse_args(["migrate"]), Screen())
    assert opened.project.root == root
    assert "ASH101" in opened.rules.rules()
    (result,) = opened.run().whole_results
    assert (result.path, result.new) == ("tests/test_a.py", b"async def test_it():\n    pass\n")


@pytest.mark.parametrize("current", [".", "tests"])
def test_paths_may_come_from_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, current: str) -> None:
    settings = '[tool.asyncshim]\npaths = ["spec"]\n'
    root = repository(tmp_path / "p", {"pyproject.toml": settings, "spec/a.py": "", "tests/b.py": ""})
    monkeypatch.chdir(root / current)
    project, said = session.find(())
    assert (project.given, project.explicit, said.paths) == ((root / "spec",), False, ("spec",))
    assert session.find((str(root / "tests"),))[0].given == (root / "tests",)


def test_the_command_line_extends_lists_and_overrides_other_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = """\
[tool.asyncshim]
select = ["ASH1", "ASH2"]
ignore = ["ASH105"]
exclude = ["gen"]
runner = "anyio"
unsafe = true
jobs = 3
deps = false
"""
    files = {"tests/a.py": "", "tests/gen/b.py": "", "tests/old/c.py": "", "pyproject.toml": settings}
    monkeypatch.chdir(repository(tmp_path / "p", files))
    arguments = ["migrate", "--ignore", "ASH106", "--exclude", "old", "--runner", "conftest"]
    opened = session.open_session(build_parser().parse_args(arguments), Screen())
    assert opened.discovery.targets == ("tests/a.py",)
    options = opened.engine.options
    assert (options.runner, options.unsafe, opened.engine.jobs) == ("conftest", True, 3)
    assert "ASH101" in options.select
    assert options.select.isdisjoint({"ASH105", "ASH106", "ASH301", "ASH501"})
    opened = session.open_session(build_parser().parse_args(["check", "--select", "ASH3"]), Screen())
    assert {code[:4] for code in opened.engine.options.select} == {"ASH3"}


@pytest.mark.parametrize(
    ("arguments", "phase"),
    [
        (["migrate"], "Rewriting"),
        (["migrate", "--dry-run"], "Checking"),
        (["migrate", "--check"], "Checking"),
        (["check"], "Checking"),
        (["status"], "Checking"),
    ],
)
def test_the_progress_bar_says_what_the_command_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], phase: str
) -> None:
    monkeypatch.chdir(repository(tmp_path / "p", {"tests/test_a.py": "import pytest_asyncio\n"}))
    opened = session.open_session(build_parser().parse_args(arguments), Screen())
    phases: list[str] = []
    replace(opened.engine, progress=lambda name, done, total: phases.append(name)).run(opened.discovery)
    assert phases == ["Reading", phase]
