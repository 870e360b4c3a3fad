"""The progress bar, shown in a pseudo-terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from asyncshim.cli.progress import ProgressBar
from house.processes import environment, run_python

SCRIPT = """\
import sys, time
from asyncshim.cli.screen import Screen
screen = Screen()
for number in range(1, 31):
    screen.progress("Rewriting", number, 30)
    time.sleep(float(sys.argv[1]))
screen.progress.close()
screen.say("done")
print("rich" in sys.modules)
"""


def in_a_terminal(pause: str, **env: str) -> tuple[str, str]:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, pause],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment(**{"TERM": "xterm", **env}),
        text=True,
    )
    os.close(theirs)
    shown: list[bytes] = []

    def read() -> None:
        try:
            while data := os.read(ours, 65536):
                shown.append(data)
        except OSError:
            pass  # how Linux says that the other end is closed

    reader = threading.Thread(target=read)
    reader.start()
    stdout, _ = process.communicate(timeout=60)
    reader.join()
    os.close(ours)
    return stdout, b"".join(shown).decode()


@pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")
class TestOnATerminal:
    def test_slow_work_shows_a_progress_bar_that_disappears(self) -> None:
        stdout, shown = in_a_terminal("0.06")
        assert "Rewriting" in shown
        assert shown.rstrip().endswith("done")
        assert "\x1b[2K" in shown
        assert stdout == "True\n"

    def test_quick_work_shows_no_progress_bar_and_does_not_import_rich(self) -> None:
        stdout, shown = in_a_terminal("0")
        assert shown.strip() == "done"
        assert stdout == "False\n"

    def test_a_dumb_terminal_shows_no_progress_bar(self) -> None:
        assert in_a_terminal("0.06", TERM="dumb")[1].strip() == "done"


def test_a_pipe_shows_no_progress_bar(tmp_path: Path) -> None:
    done = run_python("-c", SCRIPT, "0.05", cwd=tmp_path)
    assert done.stdout == "done\nFalse\n"


def test_a_progress_bar_can_be_closed_twice() -> None:
    bar = ProgressBar(enabled=True)
    bar.close()
    bar.close()
