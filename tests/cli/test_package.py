"""What all commands have in common: help, mistakes, interrupts, a full disk."""

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
from repositories import asyncshim, git, read_tree, repository, undo_data

OLD = b"import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"


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


def test_help_loads_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    code = (
        "import sys, asyncshim.cli\n"
        "try:\n    asyncshim.cli.main(['migrate', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "print([name for name in ('libcst', 'rich', 'pytest') if name in sys.modules])"
    )
    assert run_python("-c", code, cwd=tmp_path).stdout.endswith("\n[]\n")


def test_no_command_is_a_mistake(tmp_path: Path) -> None:
    done = asyncshim(tmp_path)
    assert done.code == 2
    assert "COMMAND" in done.stderr


def test_an_abbreviated_option_is_no_option(tmp_path: Path) -> None:
    assert asyncshim(tmp_path, "migrate", "--dry").code == 2


def test_a_damaged_journal_is_a_sentence(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"test_a.py": OLD})
    asyncshim(root, "migrate")
    journal = undo_data(root) / "run-000001/journal.json"
    journal.write_text("{")
    done = asyncshim(root, "undo")
    assert done.code == 2
    assert done.stderr.startswith(f"error: {journal} is damaged (")
    assert "Traceback" not in done.stderr


def number_of_children(pid: int) -> int:
    return len(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see the workers start")
def test_ctrl_c_ends_with_130_one_sentence_and_an_untouched_tree(tmp_path: Path) -> None:
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
    assert stderr.decode() == "Interrupted: no file is half-written, and nothing more will be done.\n"
    assert read_tree(root) == before


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_after_the_job_is_done_keeps_its_exit_code(tmp_path: Path) -> None:
    # What is collected last of all is collected after Python has given the signals back.
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
def test_a_full_disk_is_a_sentence_and_an_untouched_tree(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_b.py": OLD + b"#" * 50_000})
    code = (
        "import resource, sys, asyncshim.cli\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "sys.exit(asyncshim.cli.main(['migrate']))"
    )
    # Without -B CPython would cut compiled files off at the limit, for all to import.
    done = run_python("-B", "-c", code, cwd=root)
    assert done.returncode == 2
    assert done.stdout == "error: nothing was written, every file is as it was: File too large\n"
    assert git(root, "status", "--porcelain") == b""
    assert asyncshim(root, "migrate").code == 0
