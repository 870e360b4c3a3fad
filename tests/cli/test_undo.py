from __future__ import annotations

from pathlib import Path

import pytest

from repositories import OLD, asyncshim, mode, read_tree, repository, undo_data


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_b.py": OLD})


def test_undo_puts_back_bytes_and_modes(project: Path) -> None:
    (project / "tests/test_a.py").chmod(0o755)
    before = read_tree(project)
    assert asyncshim(project, "migrate", "--allow-dirty").code == 0
    assert read_tree(project) != before
    done = asyncshim(project / "tests", "undo", "-v")
    assert done.code == 0
    assert done.stderr == (
        "reverted test_a.py\nreverted test_b.py\n2 files reverted to the state before the last migrate.\n"
    )
    assert read_tree(project) == before
    assert mode(project / "tests/test_a.py") == 0o755
    assert not undo_data(project).exists()


def test_undo_does_not_change_an_edited_file_and_names_it(project: Path) -> None:
    asyncshim(project, "migrate")
    (project / "tests/test_a.py").write_bytes(b"mine")
    done = asyncshim(project, "undo")
    assert done.code == 2
    assert done.stderr == (
        "1 file reverted to the state before the last migrate.\n"
        "error: tests/test_a.py: was edited after that run and is not reverted: revert the change manually\n"
    )
    assert read_tree(project) == {"tests/test_a.py": b"mine", "tests/test_b.py": OLD}


def test_undo_with_nothing_to_undo_says_so(project: Path) -> None:
    done = asyncshim(project, "undo")
    assert (done.code, done.stderr) == (0, "Nothing to undo: no run of migrate is recorded here.\n")


def test_undo_works_for_a_project_elsewhere(project: Path, tmp_path: Path) -> None:
    asyncshim(project, "migrate")
    assert asyncshim(tmp_path, "undo", str(project)).code == 0
    assert read_tree(project)["tests/test_a.py"] == OLD


def test_undo_of_a_run_whose_files_were_all_edited_reverts_none(project: Path) -> None:
    assert asyncshim(project, "migrate", "--allow-dirty").code == 0
    for name in ("a", "b"):
        (project / f"tests/test_{name}.py").write_text("# edited\n", "utf-8")
    done = asyncshim(project, "undo")
    assert done.code == 2
    why = "was edited after that run and is not reverted: revert the change manually"
    assert done.stderr == f"error: tests/test_a.py: {why}\nerror: tests/test_b.py: {why}\n"
