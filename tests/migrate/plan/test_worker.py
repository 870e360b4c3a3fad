from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from pathlib import Path

import pytest

from asyncshim.migrate.plan import worker, worker_pool
from asyncshim.migrate.plan.limits import Limits


def size_of(path: str) -> str:
    if path == "large":
        return str(len(bytes(400_000_000)))
    if path == "killed":
        os.kill(os.getpid(), 9)
    if path == "endless":
        while True:
            pass
    return f"{path} in {os.getpid() == main_process()}"


def main_process() -> int:
    parent = multiprocessing.parent_process()
    return os.getpid() if parent is None else parent.pid or 0


def failed(path: str, reason: str) -> str:
    return f"{path} {reason.split(',', maxsplit=1)[0]}"


def run(paths: list[str], isolated: set[str], *, jobs: int = 1) -> list[str]:
    limits = Limits(seconds=2, memory=100_000_000)
    return sorted(worker_pool.each(size_of, paths, jobs, failed, isolated=isolated, limits=limits))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the memory of a process is not limited")
@pytest.mark.parametrize("threads", [0, 1], ids=["fork", "spawn"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_isolated_files_cost_themselves_alone(jobs: int, threads: int) -> None:
    stop = threading.Event()
    others = [threading.Thread(target=stop.wait) for _ in range(threads)]
    for thread in others:
        thread.start()
    try:
        found = run(["a", "endless", "killed", "b", "c"], {"b", "endless", "killed"}, jobs=jobs)
    finally:
        stop.set()
        for thread in others:
            thread.join()
    assert found == [
        "a in True",
        "b in False",
        "c in True",
        "endless takes more than 2 seconds",
        "killed the process that worked on it died (out of memory",
    ]


def test_a_process_that_gets_no_memory_is_replaced() -> None:
    paths = ["large", "b", "c"]
    if sys.platform == "linux":
        # The room for a deep stack is not used, so an ordinary allocation may have it.
        limits = Limits(seconds=20, memory=-300_000_000)
        found = sorted(worker_pool.each(size_of, paths, 1, failed, isolated=set(paths), limits=limits))
        assert found[:2] == ["b in False", "c in False"]
        assert found[2].startswith("large needs more than")


def test_a_process_starts_and_answers() -> None:
    connection, process = worker.start(worker.context(), os.path.basename, Limits())
    assert connection.recv() is None
    connection.send(["a/b"])
    assert connection.recv() == "b"
    connection.close()
    process.join(10)
    assert process.exitcode == 0


def test_a_process_of_the_pool_leaves_nothing_behind(tmp_path: Path) -> None:
    assert run(["a"], {"a"}) == ["a in False"]
    assert multiprocessing.active_children() == []
