"""Calling git so that nothing in a repository can start a program, and reading its answers.

Only plumbing commands that convert no file run here: no filter, diff driver, editor, pager or signature program has a
part in them. What a configuration could still start (a file system monitor, hooks, helpers of a lazy fetch) is turned
off on the command line, which counts more than any file that git reads, included ones too. Variables such as
``GIT_EXTERNAL_DIFF`` in the user's own environment stay in force; those that git sets for a hook do not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from asyncshim.errors import UsageError

# Set by git for the hooks it runs; they would answer for the hook's repository and index
# instead of for the one around the files.
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
    # A partial clone would fetch a missing object, with any program that the address of its remote names.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
# A FIFO in the place of a file that git reads would keep it waiting for ever.
_SECONDS = 300


class GitNotFoundError(Exception):
    """There is a repository, but no git program to ask."""


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
    """Return what one command of git prints; its failure is an error."""
    done = run(folder, *arguments, stdin=stdin)
    if done.returncode != 0:
        reason = os.fsdecode(done.stderr).strip()
        raise UsageError(f"git {' '.join(arguments)} failed in {folder}: {reason}")
    return done.stdout


def _program() -> str:
    """Return the path of git; Windows itself would look into the current folder first, which may be a repository."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.get_exec_path():
        if Path(folder).is_absolute() and (found := shutil.which(os.path.join(folder, name))):  # noqa: PTH118
            return found
    raise GitNotFoundError
