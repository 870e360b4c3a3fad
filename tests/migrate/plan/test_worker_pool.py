from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from asyncshim.migrate.plan import worker_pool
from house.processes import environment, run_python


def work(path: str) -> str:
    if path == "dies":
        os._exit(3)
    return path.upper()


def died(path: str, reason: str = "") -> str:
    return f"{path} died"


def process_of(path: str) -> int:
    time.sleep(0.01)
    return os.getpid()


def test_every_path_gets_its_result() -> None:
    paths = [f"p{n}" for n in range(200)]
    assert sorted(worker_pool.each(work, paths, 2, died)) == sorted(path.upper() for path in paths)


def test_few_paths_are_not_worth_a_process() -> None:
    assert set(worker_pool.each(process_of, ["a", "b"], 2, lambda path, reason: 0)) == {os.getpid()}


def test_many_paths_use_other_processes() -> None:
    used = set(worker_pool.each(process_of, [f"p{n}" for n in range(60)], 2, lambda path, reason: 0))
    assert os.getpid() not in used
    assert len(used) == 2


def test_a_dying_process_loses_only_its_own_path() -> None:
    paths = [*(f"p{n}" for n in range(50)), "dies", *(f"q{n}" for n in range(50))]
    answers = sorted(worker_pool.each(work, paths, 2, died))
    assert answers == sorted([*(path.upper() for path in paths if path != "dies"), "dies died"])


def test_processes_are_not_forked_beside_a_second_thread() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        answers = sorted(worker_pool.each(os.path.basename, [f"a/p{n}" for n in range(60)], 2, died))
    finally:
        stop.set()
        thread.join()
    assert answers == sorted(f"p{n}" for n in range(60))


UNKNOWN_THREAD = """\
import _thread, ctypes, faulthandler, sys, threading, time

from asyncshim.migrate.plan import worker_pool

def work(path):
    return "fork" if __name__ == "__main__" else "spawn"

def start(kind):
    if kind == "timer":
        faulthandler.dump_traceback_later(600)
    elif kind == "low-level":
        _thread.start_new_thread(time.sleep, (600,))
    elif kind == "native":
        libc = ctypes.CDLL(None)
        thread = ctypes.c_ulong()
        libc.pthread_create(ctypes.byref(thread), None, ctypes.cast(libc.pause, ctypes.c_void_p), None)

if __name__ == "__main__":
    start(sys.argv[1])
    assert threading.active_count() == 1
    print(*set(worker_pool.each(work, [f"p{n}" for n in range(60)], 2, str)), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is ever forked")
@pytest.mark.parametrize(
    ("kind", "how"), [("timer", "spawn"), ("low-level", "spawn"), ("native", "spawn"), ("none", "fork")]
)
def test_processes_are_not_forked_beside_a_native_thread(tmp_path: Path, kind: str, how: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(UNKNOWN_THREAD)
    # Since 3.12, Python itself warns of a fork beside any thread.
    done = run_python("-W", "error", script, kind, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{how}\n")


def test_jobs_are_counted_from_the_cores_this_process_may_use() -> None:
    assert 1 <= worker_pool.default_jobs() <= (os.cpu_count() or 1)


SCRIPT = """\
import os, sys, time
from asyncshim.migrate.plan import worker_pool

def work(path):
    with open(path, "w") as stream:
        stream.write(str(os.getpid()))
    time.sleep(600)  # longer than a test may take

if __name__ == "__main__":
    list(worker_pool.each(work, [sys.argv[1] + f"/p{n}" for n in range(60)], 2, lambda path, reason: None))
"""


GIVES_UP = """\
from asyncshim.migrate.plan import worker_pool

def work(path):
    return b"x" * 20_000_000

if __name__ == "__main__":
    for _ in range(3):
        results = worker_pool.each(work, [f"p{n}" for n in range(60)], 2, lambda path, reason: b"")
        next(results)
        results.close()
    print("done")
"""


def test_an_interrupted_consumer_does_not_wait_for_a_partial_result(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(GIVES_UP)
    done = subprocess.run(
        [sys.executable, str(script)], env=environment(), capture_output=True, timeout=120, check=False
    )
    assert done.stdout == b"done\n", done.stderr.decode()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_workers_do_not_outlive_an_interrupted_or_killed_parent(tmp_path: Path, number: signal.Signals) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    started = tmp_path / "started"
    started.mkdir()
    parent = subprocess.Popen(
        [sys.executable, str(script), str(started)], env=environment(), stderr=subprocess.PIPE, start_new_session=True
    )
    workers = wait_for_workers(started)
    parent.send_signal(number)
    parent.communicate()
    while any(alive(pid) for pid in workers):
        time.sleep(0.1)


def wait_for_workers(folder: Path) -> list[int]:
    written: list[str] = []
    while len(written) < 2 or not all(written):
        time.sleep(0.1)
        written = [path.read_text() for path in folder.iterdir()]
    return [int(text) for text in written]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie whose new parent has not collected it yet is no process at work.
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


PROCESSES = "asyncshim.migrate.plan.processes"


def test_few_files_need_no_process_and_no_multiprocessing(tmp_path: Path) -> None:
    code = (
        "import sys; from asyncshim.migrate.plan import worker_pool;"
        "print(list(worker_pool.each(str.upper, ['a', 'b'], 2, str)),"
        f"[name for name in ({PROCESSES!r}, 'multiprocessing') if name in sys.modules])"
    )
    assert run_python("-c", code, cwd=tmp_path).stdout == "['A', 'B'] []\n"
