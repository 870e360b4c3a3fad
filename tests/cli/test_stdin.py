from __future__ import annotations

from pathlib import Path

import pytest

from repositories import asyncshim, git, read_tree, repository

OLD = b"import pytest\r\n\r\n\r\n@pytest.mark.asyncio\r\nasync def test_it():\r\n    pass\r\n"
NEW = b"async def test_it():\r\n    pass\r\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "p", {"tests/test_a.py": OLD})


def filtered(folder: Path, *arguments: str, data: bytes = OLD) -> tuple[int, bytes, str]:
    done = asyncshim(folder, "migrate", "-", *arguments, stdin=data)
    return done.code, done.raw, done.stderr


def test_migrate_rewrites_stdin_to_stdout(project: Path) -> None:
    before = read_tree(project)
    assert filtered(project, "--stdin-filename", "tests/test_a.py") == (0, NEW, "")
    assert filtered(project, data=NEW) == (0, NEW, "")
    assert filtered(project, data=b"") == (0, b"", "")
    assert read_tree(project) == before


def test_the_file_name_for_stdin_need_not_exist(project: Path) -> None:
    assert filtered(project, "--stdin-filename", "tests/new/test_n.py")[:2] == (0, NEW)


def test_the_folder_of_the_file_name_for_stdin_need_not_have_any_files(tmp_path: Path) -> None:
    assert filtered(tmp_path, "--stdin-filename", "tests/test_n.py") == (0, NEW, "")


def test_stdin_uses_the_configuration_around_its_file_name(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\nasyncio_mode = strict\n")
    code, out, said = filtered(project, "--stdin-filename", "tests/test_a.py", "--no-config")
    assert (code, out) == (1, OLD)
    assert said.startswith("tests/test_a.py:4:2: ASH101 ")


def test_a_configuration_file_on_stdin_is_recognised_by_its_name(project: Path) -> None:
    code, out, _ = filtered(
        project, "--stdin-filename", "pytest.ini", data=b"[pytest]\naddopts = -q\nasyncio_mode = strict\n"
    )
    assert (code, out) == (0, b"[pytest]\naddopts = -q\n")


def test_stdin_can_be_rewritten_as_a_diff(project: Path) -> None:
    code, out, _ = filtered(project, "--stdin-filename", "tests/test_a.py", "--diff")
    assert code == 0
    git(project, "apply", "-", stdin=out)
    assert (project / "tests/test_a.py").read_bytes() == NEW


def test_check_of_stdin_only_sets_the_exit_code(project: Path) -> None:
    assert filtered(project, "--check")[:2] == (1, b"")
    assert filtered(project, "--check", data=NEW)[:2] == (0, b"")


def test_unparsable_stdin_is_an_error_without_output(project: Path) -> None:
    code, out, said = filtered(project, "--stdin-filename", "tests/test_a.py", data=b"@pytest.mark.asyncio\ndef (:\n")
    assert (code, out) == (2, b"")
    assert said.startswith("error: tests/test_a.py:")


def test_verify_of_stdin_is_refused(project: Path) -> None:
    assert filtered(project, "--verify")[2].startswith("error: --verify and --report need files")


def test_other_commands_refuse_stdin(project: Path) -> None:
    for command in (["check", "-"], ["status", "-"], ["migrate", "-", "tests"]):
        done = asyncshim(project, *command, stdin=b"import pytest\n")
        assert done.code == 2
        assert done.stderr == (
            "error: -: standard input is for `migrate` alone, as its only path; `migrate --check -` reports\n"
        )


def test_stdin_is_rewritten_with_regard_to_other_requirement_files(project: Path) -> None:
    (project / "requirements.txt").write_text("pytest-asyncio\n")
    pin = b"pytest-asyncio==0.21.1\n"
    code, out, said = filtered(project, "--stdin-filename", "constraints.txt", data=pin)
    assert (code, out) == (1, pin)
    assert "requirements.txt still requires it" in said
    (project / "requirements.txt").write_text("asyncshim\n")
    assert filtered(project, "--stdin-filename", "constraints.txt", data=pin)[:2] == (0, b"")
