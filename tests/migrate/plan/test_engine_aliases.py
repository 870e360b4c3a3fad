"""Names for the marker that other files import: the engine asks those files first what they can let go of."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.migrate.plan import ruleset, worker_pool
from asyncshim.migrate.plan.engine import Engine
from asyncshim.migrate.read.discover import discover
from asyncshim.migrate.read.project import find_project
from asyncshim_codemods.results import Options
from repositories import write_tree

MARKS = "import pytest\n\non_loop = pytest.mark.asyncio\nother = pytest.mark.asyncio\n"
FOLLOWED = """\
from tests.marks import on_loop, other


@on_loop
async def test_a(): ...


@other
async def test_b(): ...
"""
HANDED_ON = "from tests.marks import on_loop\n\nfunction = on_loop\n"


@pytest.fixture
def aliased(tmp_path: Path) -> Path:
    """Two names for the marker in one file; a second one can let go of both, a third one of none."""
    files = {"tests/marks.py": MARKS, "tests/test_a.py": FOLLOWED, "tests/test_b.py": HANDED_ON}
    return write_tree(tmp_path, {"pyproject.toml": "", **files})


def becomes(root: Path, *paths: str, jobs: int = 1) -> dict[str, str]:
    rules = ruleset.load()
    project = find_project([str(root / path) for path in paths])
    asked = Options(select=frozenset(rules.rules()), unsafe=True)
    outcome = Engine(project.root, rules, asked, jobs).run(discover(project, rules.is_config))
    return {each.path: each.new.decode() for each in outcome.whole_results if each.changed}


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_alias_of_the_marker_is_kept_for_a_file_that_still_imports_it(
    aliased: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(worker_pool, "_WORTH_A_POOL", 1)
    assert becomes(aliased, "tests", jobs=jobs) == {
        "tests/marks.py": MARKS.replace("other = pytest.mark.asyncio\n", ""),
        "tests/test_a.py": "async def test_a(): ...\n\n\nasync def test_b(): ...\n",
    }


def test_an_alias_is_kept_for_an_importing_file_outside_of_the_paths(aliased: Path) -> None:
    (aliased / "tests" / "test_b.py").unlink()
    assert becomes(aliased, "tests/marks.py") == {}
    assert sorted(becomes(aliased, "tests")) == ["tests/marks.py", "tests/test_a.py"]


@pytest.mark.parametrize(("end", "goes"), [("def (\n", False), ("def f(): ...\n", True)], ids=["broken", "fine"])
def test_an_alias_is_kept_for_an_importing_file_with_an_error(aliased: Path, end: str, *, goes: bool) -> None:
    (aliased / "tests" / "test_b.py").write_text(f"from tests.marks import on_loop, other\n\n{end}")
    assert ("tests/marks.py" in becomes(aliased, "tests")) is goes


def test_an_alias_is_kept_for_an_unreadable_importing_file(aliased: Path) -> None:
    (aliased / "tests" / "test_b.py").unlink()
    (aliased / "tests" / "test_a.py").chmod(0o444)
    assert becomes(aliased, "tests") == {}


def test_an_alias_is_kept_for_an_importing_file_whose_process_died(
    aliased: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (aliased / "tests" / "test_b.py").unlink()
    monkeypatch.setattr(
        worker_pool,
        "each",
        lambda task, paths, jobs, died, **_: (
            died(path, "") if paths == ["tests/test_a.py"] else task(path) for path in paths
        ),
    )
    assert becomes(aliased, "tests") == {"tests/test_a.py": "async def test_a(): ...\n\n\nasync def test_b(): ...\n"}
