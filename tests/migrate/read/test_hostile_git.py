"""No configuration of a repository starts a program, whichever command looks at it.

Each case is a real repository whose program writes a marker file; `git status` starts most of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncshim.cli import main
from asyncshim.errors import UsageError
from asyncshim.migrate.read import git as git_calls
from asyncshim.migrate.read import vcs
from house.processes import STATE_HOME
from repositories import asyncshim, git, read_tree, repository, write_tree

pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs as shell scripts")

OLD = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"
COMMANDS = [
    ("check",),
    ("status",),
    ("todo",),
    ("migrate", "--dry-run"),
    ("migrate", "--check"),
    ("migrate",),
    ("undo",),
]

Run = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process, which is much faster than a process for each."""
    monkeypatch.setenv("XDG_STATE_HOME", STATE_HOME)

    def command(folder: Path, *arguments: str) -> int:
        monkeypatch.chdir(folder)
        return main(arguments)

    return command


class Repository:
    """A repository with tests to rewrite, and a program that leaves a marker when it runs."""

    def __init__(self, folder: Path) -> None:
        self.marker = folder / "marker"
        self.root = repository(folder / "p", {"tests/test_a.py": OLD, "tests/test_b.py": OLD, "pytest.ini": ""})
        self.program = self.root / ".git/evil.sh"
        self.program.write_text(f"#!/bin/sh\necho ran >> '{self.marker}'\ncat\n")
        self.program.chmod(0o755)

    def config(self, name: str, value: str) -> None:
        git(self.root, "config", name, value)

    def attributes(self, line: str) -> None:
        (self.root / ".git/info").mkdir(exist_ok=True)
        (self.root / ".git/info/attributes").write_text(line + "\n")

    def touch(self) -> None:
        """Make git look at the bytes of each file again."""
        for path in (self.root / "tests").glob("*.py"):
            os.utime(path, (1, 1))

    def git_status_runs_it(self) -> bool:
        self.touch()
        git(self.root, "status", "--porcelain")
        ran = self.marker.exists()
        self.marker.unlink(missing_ok=True)
        self.touch()
        return ran


def fsmonitor(there: Repository) -> None:
    there.config("core.fsmonitor", str(there.program))


def clean_filter(there: Repository) -> None:
    there.attributes("*.py filter=evil")
    there.config("filter.evil.clean", str(there.program))
    there.config("filter.evil.smudge", str(there.program))


def required_process_filter(there: Repository) -> None:
    there.attributes("*.py filter=evil")
    there.config("filter.evil.process", str(there.program))
    there.config("filter.evil.clean", "cat")


def included(there: Repository) -> None:
    (there.root / ".git/more").write_text(f"[core]\n\tfsmonitor = {there.program}\n")
    there.config("include.path", "more")


def included_conditionally(there: Repository) -> None:
    (there.root / ".git/more").write_text(f"[core]\n\tfsmonitor = {there.program}\n")
    there.config(f"includeIf.gitdir:{there.root}/.path", "more")


def work_tree_configuration(there: Repository) -> None:
    there.config("extensions.worktreeConfig", "true")
    (there.root / ".git/config.worktree").write_text(f"[core]\n\tfsmonitor = {there.program}\n")


def hooks_folder(there: Repository) -> None:
    hooks = there.root / ".git/evil-hooks"
    hooks.mkdir()
    for name in ("post-index-change", "query-watchman", "pre-commit", "post-checkout", "reference-transaction"):
        (hooks / name).symlink_to(there.program)
    there.config("core.hooksPath", str(hooks))


def hooks(there: Repository) -> None:
    (there.root / ".git/hooks").mkdir(exist_ok=True)
    for name in ("post-index-change", "pre-commit", "post-checkout", "reference-transaction"):
        (there.root / ".git/hooks" / name).symlink_to(there.program)


def submodule(there: Repository) -> None:
    other = repository(there.root.parent / "other", {"b.py": ""})
    git(there.root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    git(there.root, "commit", "-q", "-m", "sub")
    git(there.root / "sub", "config", "core.fsmonitor", str(there.program))


def external_programs(there: Repository) -> None:
    there.attributes("*.py diff=evil merge=evil")
    for name in (
        *("core.pager", "core.editor", "core.askPass", "core.sshCommand", "core.gitProxy", "sequence.editor"),
        *("diff.external", "diff.evil.command", "diff.evil.textconv", "interactive.diffFilter", "merge.evil.driver"),
        *("credential.helper", "gpg.program", "gpg.ssh.program", "pager.status", "pager.config", "trace2.eventTarget"),
    ):
        there.config(name, str(there.program))
    for command in ("status", "ls-files", "rev-parse", "ls-tree", "config", "check-attr"):
        there.config(f"alias.{command}", f"!{there.program}")


def lazy_fetch(there: Repository) -> None:
    """A partial clone fetches an object that is missing, from wherever its remote says."""
    there.config("core.repositoryFormatVersion", "1")
    there.config("extensions.partialClone", "evil")
    there.config("remote.evil.promisor", "true")
    there.config("remote.evil.url", f"ext::{there.program}")
    there.config("protocol.ext.allow", "always")
    tree = git(there.root, "rev-parse", "HEAD:tests").decode().strip()
    (there.root / ".git/objects" / tree[:2] / tree[2:]).unlink()


# Whether `git status`, as it was called before, starts the program: a case that never could would prove nothing.
CASES: dict[Callable[[Repository], None], bool] = {
    fsmonitor: True,
    clean_filter: True,
    required_process_filter: True,
    included: True,
    included_conditionally: True,
    work_tree_configuration: True,
    hooks_folder: True,
    hooks: True,
    submodule: True,
    external_programs: False,
}


@pytest.mark.parametrize(("prepare", "git_runs_it"), CASES.items(), ids=[case.__name__ for case in CASES])
def test_no_program_of_a_repository_is_started(
    tmp_path: Path, run: Run, prepare: Callable[[Repository], None], git_runs_it: bool
) -> None:
    there = Repository(tmp_path)
    prepare(there)
    assert there.git_status_runs_it() is git_runs_it
    before = read_tree(there.root)
    for command in COMMANDS:
        there.touch()
        code = run(there.root, *command)
        assert (command, there.marker.exists()) == (command, False)
        assert (command, code) in {(command, 0), (command, 1)}
    assert read_tree(there.root) == before


def test_verify_starts_no_program_of_a_repository(tmp_path: Path, run: Run) -> None:
    there = Repository(tmp_path)
    clean_filter(there)
    fsmonitor(there)
    assert there.git_status_runs_it()
    assert run(there.root, "verify", "--migrate", "--collect") == 0
    assert not there.marker.exists()


def test_an_object_that_is_missing_is_not_fetched_by_a_program_of_the_repository(tmp_path: Path, run: Run) -> None:
    there = Repository(tmp_path)
    lazy_fetch(there)
    for command in COMMANDS:
        run(there.root, *command)
        assert (command, there.marker.exists()) == (command, False)
    assert read_tree(there.root)["tests/test_a.py"] == OLD.encode()


def test_a_repository_that_git_does_not_trust_is_an_error(tmp_path: Path) -> None:
    there = Repository(tmp_path)
    done = asyncshim(there.root, "check", GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    assert done.code == 2
    assert "dubious ownership" in done.stderr


def test_a_work_tree_elsewhere_is_an_error(tmp_path: Path) -> None:
    there = Repository(tmp_path)
    write_tree(tmp_path / "victim", {"tests/test_v.py": OLD})
    there.config("core.worktree", str(tmp_path / "victim"))
    done = asyncshim(there.root, "migrate")
    assert done.code == 2
    assert "core.worktree is not used" in done.stderr
    assert read_tree(tmp_path / "victim") == {"tests/test_v.py": OLD.encode()}


def test_a_git_program_in_the_current_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Repository(tmp_path)
    (there.root / "git").write_text(there.program.read_text())
    (there.root / "git").chmod(0o755)
    monkeypatch.chdir(there.root)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    assert vcs.find_repository(there.root) is not None
    assert not there.marker.exists()


def test_a_git_that_does_not_end_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Repository(tmp_path)
    os.mkfifo(there.root / ".git/fifo")
    there.config("include.path", "fifo")
    monkeypatch.setattr(git_calls, "_SECONDS", 1)
    with pytest.raises(UsageError, match="git rev-parse did not end within 1 seconds"):
        vcs.find_repository(there.root)


def test_environment_variables_of_the_user_are_kept(tmp_path: Path) -> None:
    """What a user exports is the user's decision; only those that git sets for its own hooks are dropped."""
    there = Repository(tmp_path)
    trace = tmp_path / "trace"
    assert asyncshim(there.root, "check", GIT_TRACE=str(trace)).code == 1
    assert "ls-files" in trace.read_text()
