"""Run git so that a repository cannot start programs.

Only plumbing commands that do not convert files are used: they run no filter, diff driver, editor, pager or signature
program. Other programs of a configuration (a file system monitor, hooks, helpers of a lazy fetch) are disabled on the
command line, which overrides all configuration files. Variables such as ``GIT_EXTERNAL_DIFF`` in the environment of the
user still apply; variables that git sets for a hook do not.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from asyncshim.errors import UsageError

# git sets these for hooks. They would select the repository and index of the hook.
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.pager=",
    "core.editor=:",
    "core.sshCommand=false",
    "core.askPass=",
    "credential.helper=",
    "diff.external=",
    "gpg.program=false",
    "protocol.allow=never",
    "submodule.recurse=false",
)
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # A partial clone would fetch a missing object, with any program in the URL of its remote.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
# git would wait forever if a file that it reads was replaced by a FIFO.
_SECONDS = 300


class GitNotFoundError(Exception):
    """There is a repository, but no git program."""


def run(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run one command of git in a folder."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    try:
        return subprocess.run(
            [_program(), "-C", str(folder), "--no-pager", *settings, *arguments],
            env=environment | _ENVIRONMENT,
            input=stdin,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise GitNotFoundError from error
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"git {arguments[0]} did not end within {_SECONDS} seconds in {folder}") from error


def output(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Return the output of one command of git; raise if it fails."""
    return checked(folder, *arguments, stdin=stdin).stdout


def checked(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run one command of git; raise if it fails."""
    done = run(folder, *arguments, stdin=stdin)
    if done.returncode != 0:
        reason = os.fsdecode(done.stderr).strip()
        raise UsageError(f"git {' '.join(arguments)} failed in {folder}: {reason}")
    return done


def _program() -> str:
    """Return the path of git, without the current folder, where Windows would look first."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.get_exec_path():
        path = os.path.join(folder, name)  # noqa: PTH118 - for speed, as os.path below
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):  # noqa: PTH117, PTH113
            return path
    raise GitNotFoundError
