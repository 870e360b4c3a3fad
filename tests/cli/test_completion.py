"""The completion scripts, run by real shells."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from asyncshim.cli.parser import build_parser
from repositories import asyncshim, write_tree


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tree(tmp_path, {"tests/test_a.py": "", "other file.py": ""})


def shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} here")
    return found


def script(folder: Path, name: str) -> Path:
    done = asyncshim(folder, "completion", name)
    assert done.code == 0
    path = folder.parent / f"completion.{name}"
    path.write_bytes(done.raw)
    return path


def bash(folder: Path, *words: str) -> list[str]:
    code = (
        'source "$1"; shift; COMP_WORDS=(asyncshim "$@"); COMP_CWORD=$#; _asyncshim; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [shell("bash"), "--norc", "-c", code, "bash", str(script(folder, "bash")), *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def fish(folder: Path, line: str) -> list[str]:
    code = f"source {script(folder, 'fish')}; complete -C '{line}'"
    done = subprocess.run(
        [shell("fish"), "--no-config", "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return [line.partition("\t")[0] for line in done.stdout.splitlines()]


# An interactive shell in a pseudo-terminal: it types the line, presses Tab twice and prints the output.
ZSH = """\
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT='> '; cd '$2'; autoload -U compinit; compinit -u -d '$3'"
zpty -w shell "zstyle ':completion:*' list-colors no=; source '$1'; LISTMAX=1000; COLUMNS=300"
sleep 2
zpty -n -w shell "$4"$'\\t\\t'
sleep 2
while zpty -r -t shell line; do print -rn -- "$line"; done
zpty -d shell
"""


def zsh(folder: Path, line: str) -> str:
    path = script(folder, "zsh")
    done = subprocess.run(
        [shell("zsh"), "-f", "-c", ZSH, "zsh", str(path), str(folder), str(folder.parent / "dump"), line],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


class TestBash:
    def test_bash_completes_commands_options_and_values(self, folder: Path) -> None:
        assert bash(folder, "mig") == ["migrate"]
        assert bash(folder, "migrate", "--dr") == ["--dry-run"]
        assert bash(folder, "migrate", "--runner", "al") == ["alt-pytest-asyncio"]
        assert bash(folder, "check", "--report", "=", "sa") == ["sarif"]
        assert bash(folder, "completion", "")[-3:] == ["bash", "zsh", "fish"]

    def test_bash_completes_every_command(self, folder: Path) -> None:
        tree = build_parser()._subparsers
        assert tree is not None
        names = list(tree._group_actions[0].choices)  # type: ignore[arg-type]
        assert bash(folder, "") == [*names, "--help", "--version"]

    def test_bash_completes_paths_only_where_paths_are_expected(self, folder: Path) -> None:
        assert bash(folder, "migrate", "te") == ["tests"]
        assert bash(folder, "migrate", "other") == ["other file.py"]
        assert bash(folder, "rule", "te") == [""]


class TestFish:
    def test_fish_completes_commands_options_values_and_paths(self, folder: Path) -> None:
        assert fish(folder, "asyncshim mig") == ["migrate"]
        assert fish(folder, "asyncshim migrate --dr") == ["--dry-run"]
        assert fish(folder, "asyncshim migrate --runner al") == ["alt-pytest-asyncio"]
        assert fish(folder, "asyncshim completion z") == ["zsh"]
        assert "tests/" in fish(folder, "asyncshim migrate te")


class TestZsh:
    def test_zsh_completes_commands_options_and_values(self, folder: Path) -> None:
        assert "asyncshim migrate" in zsh(folder, "asyncshim mig")
        assert "--dry-run" in zsh(folder, "asyncshim migrate --dr")
        assert "alt-pytest-asyncio" in zsh(folder, "asyncshim migrate --runner al")


def test_an_unknown_shell_is_refused(tmp_path: Path) -> None:
    done = asyncshim(tmp_path, "completion", "tcsh")
    assert done.code == 2
    assert "invalid choice: 'tcsh'" in done.stderr
