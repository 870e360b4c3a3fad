"""Real servers for examples; a test that needs a program which this machine lacks is skipped."""

from __future__ import annotations

import runpy
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from house.corpus import FOLDER, program


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """Run PostgreSQL with the code of the corpus case that uses it."""
    is_ready = program("pg_isready")
    if is_ready is None or program("postgres") is None:
        pytest.skip("no PostgreSQL here")
    run = runpy.run_path(str(FOLDER / "asyncpg-pool/before/server.py"))["postgresql"]
    with run() as folder:
        wait_until(lambda: subprocess.run([is_ready, "-q", "-h", folder], check=False).returncode == 0)
        yield {"DATABASE_URL": f"postgresql://tests@/postgres?host={folder}"}


@contextmanager
def redis() -> Iterator[dict[str, str]]:
    """Run Redis on a socket in a folder of its own, without files."""
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("no Redis here")
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/redis.sock"
        process = subprocess.Popen(
            [server, "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder], stdout=subprocess.DEVNULL
        )
        try:
            wait_until(lambda: accepts(path))
            yield {"REDIS_URL": f"unix://{path}"}
        finally:
            process.terminate()
            process.wait()


def accepts(path: str) -> bool:
    """Whether something listens on the socket *path*."""
    with socket.socket(socket.AF_UNIX) as trial:
        return trial.connect_ex(path) == 0


def wait_until(is_ready: Callable[[], bool], seconds: float = 60) -> None:
    """Ask *is_ready* until it is true; TimeoutError after *seconds*."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        if time.monotonic() > deadline:
            raise TimeoutError("the server does not start")
        time.sleep(0.05)
