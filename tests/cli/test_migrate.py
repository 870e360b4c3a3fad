"""``migrate`` as a process, inside and outside of a git repository."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from house.processes import run
from repositories import NEW, OLD, asyncshim, git, read_tree, repository, undo_data, write_tree

BROKEN = b"import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it(:\n    pass\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"tests/test_a.py": OLD, "tests/test_b.py": OLD, "tests/test_plain.py": b"def test():\n    pass\n"}
    return repository(tmp_path / "p", files)


def strict(root: Path) -> Path:
    """Configure strict mode, which needs the markers."""
    write_tree(root, {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"})
    return root


def changed(root: Path) -> list[str]:
    return git(root, "diff", "--name-only").decode().split()


class TestWriting:
    def test_migrate_rewrites_files_and_prints_a_table(self, project: Path) -> None:
        done = asyncshim(project, "migrate")
        assert done.code == 0
        assert done.stdout == ""
        assert "ASH101" in done.stderr
        assert "2 files changed, 3 files checked." in done.stderr
        assert "`python -m asyncshim undo` reverts all changes" in done.stderr
        assert read_tree(project / "tests") == {
            "test_a.py": NEW,
            "test_b.py": NEW,
            "test_plain.py": b"def test():\n    pass\n",
        }

    def test_a_second_migrate_has_nothing_to_do(self, project: Path) -> None:
        asyncshim(project, "migrate")
        done = asyncshim(project, "migrate", "--allow-dirty")
        assert (done.code, done.stderr) == (0, "Nothing to do: 3 files checked.\n")

    def test_migrate_leaves_no_other_files_in_the_work_tree(self, project: Path) -> None:
        asyncshim(project, "migrate")
        assert git(project, "status", "--porcelain") == b" M tests/test_a.py\n M tests/test_b.py\n"

    def test_only_the_given_paths_are_rewritten(self, project: Path) -> None:
        done = asyncshim(project / "tests", "migrate", "test_b.py")
        assert done.code == 0
        assert changed(project) == ["tests/test_b.py"]

    def test_migrate_accepts_absolute_paths_from_another_folder(self, project: Path, tmp_path: Path) -> None:
        done = asyncshim(tmp_path, "migrate", str(project / "tests"))
        assert done.code == 0
        assert len(changed(project)) == 2

    def test_migrate_quiet_prints_nothing(self, project: Path) -> None:
        done = asyncshim(project, "migrate", "-q")
        assert (done.code, done.stdout, done.stderr) == (0, "", "")
        assert len(changed(project)) == 2

    def test_migrate_verbose_names_every_file(self, project: Path) -> None:
        done = asyncshim(project, "migrate", "-v")
        assert "rewrote tests/test_a.py\n" in done.stderr

    def test_two_worker_processes_rewrite_every_file(self, project: Path) -> None:
        write_tree(project, {f"tests/d{n % 3}/test_{n}.py": OLD for n in range(70)})
        git(project, "add", "-A")
        git(project, "commit", "-qm", "more")
        assert asyncshim(project, "migrate", "--jobs", "2").code == 0
        assert len(changed(project)) == 72


class TestWorkThatIsLeft:
    def test_remaining_uses_are_listed_and_the_exit_code_is_1(self, project: Path) -> None:
        done = asyncshim(strict(project), "migrate", "--no-config", "--runner", "asyncshim")
        assert done.code == 1
        assert [line.partition(" ")[0] for line in done.stdout.splitlines()] == [
            "tests/test_a.py:4:2:",
            "tests/test_b.py:4:2:",
        ]
        assert all(" ASH101 " in line for line in done.stdout.splitlines())
        assert "Nothing changed, 2 uses remain (2 unsafe), " in done.stderr
        assert changed(project) == []

    def test_locations_are_relative_to_the_current_folder(self, project: Path) -> None:
        done = asyncshim(strict(project) / "tests", "migrate", "--no-config", "test_a.py")
        assert done.stdout.startswith("test_a.py:4:2: ASH101 ")

    def test_a_file_that_cannot_be_parsed_is_named_last_and_stops_no_other(self, project: Path) -> None:
        write_tree(project, {"tests/test_0.py": BROKEN})
        done = asyncshim(project, "migrate", "--allow-dirty")
        assert done.code == 2
        assert changed(project) == ["tests/test_a.py", "tests/test_b.py"]
        errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        assert len(errors) == 1
        assert re.match(r"error: tests/test_0\.py:[56]: .*syntax", errors[0])
        assert done.stderr.endswith(errors[0] + "\n")
        assert "Traceback" not in done.stderr
        assert (project / "tests/test_0.py").read_bytes() == BROKEN


class TestDirtyTrees:
    def test_a_file_with_uncommitted_edits_stops_the_run_before_anything_is_written(self, project: Path) -> None:
        write_tree(project, {"tests/test_a.py": OLD + b"# mine\n"})
        before = read_tree(project)
        done = asyncshim(project, "migrate")
        assert done.code == 2
        assert done.stderr == (
            "error: a file to be changed has uncommitted changes, so nothing was written:\n"
            "  tests/test_a.py\n"
            "commit or stash them first, or pass --allow-dirty\n"
        )
        assert read_tree(project) == before

    def test_allow_dirty_rewrites_files_with_uncommitted_edits(self, project: Path) -> None:
        write_tree(project, {"tests/test_a.py": OLD + b"# mine\n"})
        assert asyncshim(project, "migrate", "--allow-dirty").code == 0
        assert (project / "tests/test_a.py").read_bytes() == NEW + b"# mine\n"

    def test_uncommitted_edits_in_other_files_do_not_matter(self, project: Path) -> None:
        write_tree(project, {"tests/test_plain.py": b"def test():\n    assert True\n", "notes.txt": b""})
        assert asyncshim(project, "migrate").code == 0

    def test_many_files_with_uncommitted_edits_are_counted(self, project: Path) -> None:
        write_tree(project, {f"tests/test_n{n:02}.py": OLD for n in range(12)})
        done = asyncshim(project, "migrate")
        assert "12 of the files to be changed have uncommitted changes" in done.stderr
        assert "  and 2 more\n" in done.stderr

    def test_a_repository_without_commits_needs_allow_dirty(self, tmp_path: Path) -> None:
        root = repository(tmp_path / "p", {"tests/test_a.py": OLD}, commit=False)
        assert asyncshim(root, "migrate").code == 2
        assert asyncshim(root, "migrate", "--allow-dirty", str(root / "tests")).code == 0
        assert (root / "tests/test_a.py").read_bytes() == NEW

    def test_migrate_works_in_a_linked_work_tree_and_a_submodule(self, project: Path, tmp_path: Path) -> None:
        git(project, "worktree", "add", "-q", "../linked")
        git(project, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(project), "sub")
        for root in (tmp_path / "linked", project / "sub"):
            assert asyncshim(root, "migrate").code == 0
            assert changed(root) == ["tests/test_a.py", "tests/test_b.py"]
            assert asyncshim(root, "undo").code == 0
            assert changed(root) == []

    def test_migrate_without_a_repository_prints_a_note(self, tmp_path: Path) -> None:
        root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD, "pytest.ini": ""})
        done = asyncshim(root, "migrate")
        assert done.code == 0
        assert "Note: there is no git repository here, so uncommitted changes cannot be detected" in done.stderr
        assert (root / "tests/test_a.py").read_bytes() == NEW
        assert asyncshim(root, "undo").code == 0
        assert read_tree(root) == {"tests/test_a.py": OLD, "pytest.ini": b""}

    def test_migrate_without_a_git_program_prints_a_note(self, project: Path, tmp_path: Path) -> None:
        done = asyncshim(project, "migrate", PATH=str(tmp_path / "nothing"))
        assert done.code == 0
        assert "Note: the git program was not found" in done.stderr


class TestDryRun:
    def test_the_diff_of_unusual_files_applied_by_git_equals_migrate(self, project: Path) -> None:
        no_newline = OLD.removesuffix(b"\n")
        odd = {
            "tests/test crlf.py": OLD.replace(b"\n", b"\r\n"),
            'tests/test "q".py': no_newline,
            "tests/test_\udce9.py": OLD,
            "tests/test_latin.py": b"# coding: latin-1\n# \xe9\n" + OLD,
            "tests/sub dir/test_é.py": OLD,
        }
        write_tree(project, odd)
        git(project, "add", "-A")
        git(project, "commit", "-qm", "odd")
        before = read_tree(project)
        shown = asyncshim(project, "migrate", "--dry-run")
        assert shown.code == 0
        assert read_tree(project) == before
        git(project, "apply", "-", stdin=shown.raw)
        patched = read_tree(project)
        git(project, "checkout", "-q", ".")
        assert asyncshim(project, "migrate").code == 0
        assert read_tree(project) == patched
        assert patched["tests/test_latin.py"] == b"# coding: latin-1\n# \xe9\n\n\n" + NEW

    def test_names_in_the_diff_are_relative_to_the_repository(self, project: Path) -> None:
        shown = asyncshim(project / "tests", "migrate", "--diff", ".")
        assert shown.stdout.startswith("diff --git a/tests/test_a.py b/tests/test_a.py\n--- a/tests/test_a.py\n")
        git(project / "tests", "apply", "-", stdin=shown.raw)
        assert (project / "tests/test_a.py").read_bytes() == NEW

    def test_names_in_the_diff_are_relative_to_the_project_without_git(self, tmp_path: Path) -> None:
        root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD, "pytest.ini": ""})
        shown = asyncshim(root, "migrate", "--dry-run")
        git(root, "apply", "-", stdin=shown.raw)
        assert read_tree(root) == {"tests/test_a.py": NEW, "pytest.ini": b""}

    def test_a_dry_run_prints_only_the_diff_to_stdout(self, project: Path) -> None:
        done = asyncshim(project, "migrate", "--dry-run")
        assert done.code == 0
        assert "checked" not in done.stdout
        assert "2 files would change, 3 files checked." in done.stderr
        assert "Next: python -m asyncshim migrate\n" in done.stderr

    def test_a_dry_run_lists_remaining_uses_and_exits_0(self, project: Path) -> None:
        done = asyncshim(strict(project), "migrate", "--dry-run", "--no-config")
        assert (done.code, done.stdout) == (0, "")
        assert "tests/test_a.py:4:2: ASH101 " in done.stderr

    def test_a_dry_run_accepts_uncommitted_edits_and_writes_nothing(self, project: Path) -> None:
        write_tree(project, {"tests/test_a.py": OLD + b"# mine\n"})
        assert asyncshim(project, "migrate", "--dry-run").code == 0
        assert not undo_data(project).exists()

    def test_a_dry_run_exits_2_for_a_file_that_cannot_be_parsed(self, project: Path) -> None:
        write_tree(project, {"tests/test_0.py": BROKEN})
        done = asyncshim(project, "migrate", "--dry-run")
        assert done.code == 2
        assert done.stdout.count("diff --git") == 2

    def test_a_closed_pipe_causes_no_traceback(self, project: Path) -> None:
        write_tree(project, {f"tests/test_n{n}.py": OLD * 50 for n in range(100)})
        code = (
            "import sys, subprocess\n"
            "command = [sys.executable, '-m', 'asyncshim', 'migrate', '--dry-run']\n"
            "p = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)\n"
            "p.stdout.readline()\n"
            "p.stdout.close()\n"
            "print(p.stderr.read().decode(), p.wait())"
        )
        done = run([sys.executable, "-c", code], cwd=project)
        assert "Traceback" not in done.stdout
        assert "BrokenPipe" not in done.stdout
        assert done.stdout.split()[-1] == "141"


class TestCheck:
    def test_migrate_check_writes_nothing_and_exits_1_if_a_file_would_change(self, project: Path) -> None:
        done = asyncshim(project, "migrate", "--check")
        assert done.code == 1
        assert "2 files would change, 3 files checked." in done.stderr
        assert changed(project) == []

    def test_migrate_check_exits_0_on_a_clean_tree(self, project: Path) -> None:
        asyncshim(project, "migrate")
        assert asyncshim(project, "migrate", "--check").code == 0

    def test_migrate_check_and_dry_run_exclude_each_other(self, project: Path) -> None:
        done = asyncshim(project, "migrate", "--check", "--dry-run")
        assert done.code == 2
        assert done.stderr.startswith("error: --dry-run and --check exclude each other")


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["nowhere"], "error: nowhere: no such file or folder\n"),
            (["--select", "ASH9"], "error: --select: no rule is called 'ASH9'"),
            (["--ignore", "strip-markr"], "did you mean 'strip-marker'?"),
            (["--jobs", "0"], "'0' is not a positive number"),
            (["--runner", "x"], "invalid choice: 'x'"),
            (["--frobnicate"], "unrecognized arguments: --frobnicate"),
        ],
    )
    def test_a_wrong_argument_is_explained_and_exits_2(self, project: Path, arguments: list[str], message: str) -> None:
        done = asyncshim(project, "migrate", *arguments)
        assert done.code == 2
        assert message in done.stderr
        assert "Traceback" not in done.stderr
        assert changed(project) == []

    def test_a_folder_without_python_files_is_an_error(self, tmp_path: Path) -> None:
        done = asyncshim(tmp_path, "migrate")
        assert done.code == 2
        assert done.stderr == "error: no Python files in .\n"


# A wrapper around git that edits a file when `migrate` asks for uncommitted work: after `migrate` has read the file
# and before it writes.
GIT = """\
#!/bin/sh
case "$*" in
  *check-attr*) printf 'mine' > '{victim}';;
esac
exec {git} "$@"
"""


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
class TestFilesThatCannotBeWritten:
    def test_a_file_that_changed_since_it_was_read_is_not_overwritten(self, project: Path, tmp_path: Path) -> None:
        real = shutil.which("git")
        fake = write_tree(tmp_path / "bin", {"git": GIT.format(victim=project / "tests/test_b.py", git=real)}) / "git"
        fake.chmod(0o755)
        # Only after it has looked at all files does the first guard ask which line ends git converts.
        git(project, "config", "core.autocrlf", "true")
        write_tree(project, {"tests/test_a.py": OLD.replace(b"\n", b"\r\n")})
        done = asyncshim(project, "migrate", PATH=f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
        assert done.code == 2
        assert (project / "tests/test_b.py").read_bytes() == b"mine"
        assert (project / "tests/test_a.py").read_bytes() == NEW.replace(b"\n", b"\r\n")
        assert "error: tests/test_b.py: changed since it was read: it was not overwritten, run again\n" in done.stderr
        assert "1 file changed, 2 uses remain (2 manual review), 3 files checked." in done.stderr

    def test_a_read_only_file_is_named_and_the_others_are_rewritten(self, project: Path) -> None:
        (project / "tests/test_a.py").chmod(0o444)
        done = asyncshim(project, "migrate")
        assert done.code == 2
        assert "error: tests/test_a.py: is read-only: make it writable, then run again\n" in done.stderr
        assert changed(project) == ["tests/test_b.py"]

    def test_symbolic_links_out_of_the_paths_are_not_followed(self, project: Path, tmp_path: Path) -> None:
        outside = write_tree(tmp_path / "outside", {"test_o.py": OLD})
        (project / "tests/test_link.py").symlink_to(outside / "test_o.py")
        (project / "tests/folder").symlink_to(outside)
        assert asyncshim(project, "migrate").code == 0
        assert (outside / "test_o.py").read_bytes() == OLD
        assert (project / "tests/test_link.py").is_symlink()
