"""A PostgreSQL server for one test session: a temporary cluster, reached by a Unix socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path


def find(program):
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return shutil.which(program) or str(debian[-1])


@contextmanager
def postgresql():
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # PostgreSQL refuses to run as root.
    other = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid} if os.geteuid() == 0 else {}
    if other:
        shutil.chown(folder, other["user"], other["group"])
    options = {"cwd": folder, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **other}
    data = str(folder / "data")
    subprocess.run([find("initdb"), "--no-sync", "-A", "trust", "-U", "tests", "-D", data], check=True, **options)
    server = subprocess.Popen(
        [find("postgres"), "-D", data, "-k", str(folder), "-c", "listen_addresses=", "-c", "fsync=off"],
        stderr=subprocess.DEVNULL,
        **options,
    )
    try:
        yield str(folder)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)
