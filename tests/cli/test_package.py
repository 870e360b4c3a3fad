"""Behaviour that all commands share: help, wrong arguments, interrupts, a full disk."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from house.processes import environment, run_python
from repositories import OLD, asyncshim, git, read_tree, repository


def commands() -> list[str]:
    help_text = run_python("-m", "asyncshim", "--help", cwd=Path.cwd()).stdout
    return re.findall(r"(?m)^    (\w+) ", help_text)


def test_help_names_every_command_and_the_exit_codes(tmp_path: Path) -> None:
    done = asyncshim(tmp_path, "--help")
    assert done.code == 0
    for text in ("migrate", "check", "undo", "demo", "exit codes:", "python -m asyncshim migrate --dry-run"):
        assert text in done.stdout


def test_every_command_has_help(tmp_path: Path) -> None:
    for command in commands():
        done = asyncshim(tmp_path, command, "--help")
        assert done.code == 0
        assert done.stdout.startswith(f"usage: python -m asyncshim {command} ")


def test_help_imports_neither_libcst_nor_rich_nor_pytest(tmp_path: Path) -> None:
    code = (
        "import sys, asyncshim.cli\n"
        "try:\n    asyncshim.cli.main(['migrate', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "print([name for name in ('libcst', 'rich', 'pytest') if name in sys.modules])"
    )
    assert run_python("-c", code, cwd=tmp_path).stdout.endswith("\n[]\n")


@pytest.mark.parametrize(
    ("command", "shown"), [(["migrate", "--dry-run"], "-@pytest.mark.asyncio"), (["check", "--no-cache"], "ASH101")]
)
def test_with_several_processes_only_the_workers_import_the_rules(
    tmp_path: Path, command: list[str], shown: str
) -> None:
    root = repository(tmp_path / "p", {f"tests/test_{n}.py": OLD for n in range(30)})
    code = (
        "import sys, asyncshim.cli\n"
        "try:\n    asyncshim.cli.main([*sys.argv[1:], '--jobs', '2', 'tests'])\n"
        "except SystemExit:\n    pass\n"
        "print([name for name in sys.modules if name == 'libcst' or name.startswith('asyncshim_codemods.rules.')])"
    )
    done = run_python("-c", code, *command, cwd=root)
    assert shown in done.stdout
    assert done.stdout.endswith("\n[]\n")


def test_without_a_command_the_help_is_printed(tmp_path: Path) -> None:
    done = asyncshim(tmp_path)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: python -m asyncshim [-h] [--version] COMMAND ...")


def test_abbreviated_options_are_refused(tmp_path: Path) -> None:
    assert asyncshim(tmp_path, "migrate", "--dry").code == 2


def number_of_children(pid: int) -> int:
    return len(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see the workers start")
def test_ctrl_c_exits_130_with_one_sentence_and_writes_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {f"tests/test_{n}.py": OLD * 40 for n in range(240)})
    before = read_tree(root)
    process = subprocess.Popen(
        [sys.executable, "-m", "asyncshim", "migrate", "--jobs", "2"],
        cwd=root,
        env=environment(),
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while process.poll() is None and number_of_children(process.pid) < 2:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert stderr.decode() == "Interrupted: no file is half-written, and no more files are changed.\n"
    assert read_tree(root) == before


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("command", "text"),
    [("migrate", "changed; `python -m asyncshim undo` reverts them"), ("undo", "reverted")],
)
def test_ctrl_c_while_files_are_replaced_says_that_all_were(tmp_path: Path, command: str, text: str) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_b.py": OLD})
    before = read_tree(root)
    if command == "undo":
        assert asyncshim(root, "migrate").code == 0
    code = (
        "import os, signal, sys, asyncshim.cli\n"
        "def interrupted(source, target, real=os.replace, **folders):\n"
        "    if str(target).endswith('.py'):\n"
        "        signal.raise_signal(signal.SIGINT)\n"
        "    real(source, target, **folders)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "os.replace = interrupted\n"
        f"sys.exit(asyncshim.cli.main(['{command}']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 130
    assert done.stderr.endswith(f"Interrupted: the files of this run were {text}.\n")
    after = read_tree(root)
    assert (after == before) if command == "undo" else all(after[each] != before[each] for each in after)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_after_the_end_of_a_command_keeps_its_exit_code(tmp_path: Path) -> None:
    # Python restores the signal handlers before it collects the last objects.
    code = (
        "import os, signal, sys, asyncshim.cli\n"
        "class Last:\n"
        "    def __del__(self, kill=os.kill, pid=os.getpid(), number=signal.SIGINT):\n"
        "        kill(pid, number)\n"
        "sys.last_of_all = Last()\n"
        "sys.argv[1:] = ['rules']\n"
        "asyncshim.cli.console_script()"
    )
    done = run_python("-c", code, cwd=tmp_path)
    assert done.returncode == 0
    assert "Interrupt" not in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_file_size_limit_is_explained_and_nothing_is_written(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_b.py": OLD + b"#" * 50_000})
    code = (
        "import resource, sys, asyncshim.cli\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "sys.exit(asyncshim.cli.main(['migrate']))"
    )
    # Without -B CPython would write truncated .pyc files, which other tests would import.
    done = run_python("-B", "-c", code, cwd=root)
    assert done.returncode == 2
    assert done.stdout == "error: nothing was written, every file is as it was: File too large\n"
    assert git(root, "status", "--porcelain") == b""
    assert asyncshim(root, "migrate").code == 0
