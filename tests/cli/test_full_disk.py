"""Each step of `migrate` and `undo` that changes the disk fails in turn: files are old or new, `undo` is complete."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from house.processes import environment
from repositories import OLD, git, repository, undo_data

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="the harness forks"), pytest.mark.timeout(1800)]
FILES = {
    "tests/test_a.py": OLD,
    "tests/sub/test_b.py": OLD,
    "pytest.ini": b"[pytest]\nasyncio_mode = auto\n",
    "requirements.txt": b"pytest-asyncio\n",
}

# The harness imports everything once and runs each command in a fork of itself, in which one step fails as on a full
# disk: once, or from then on each step that needs room.
HARNESS = """\
import builtins, contextlib, errno, gc, io, json, os, shutil, sys, tempfile
from asyncshim.cli import main
from asyncshim.migrate.plan import ruleset

ruleset.load().rules()
gc.freeze()
os.fsync = lambda _: None
command, lasting, state = sys.argv[1], sys.argv[2] == "lasting", sys.argv[3]
scratch = tempfile.mkdtemp()
HIDDEN = {".git"}


class Faults:
    def __init__(self, fatal):
        self.calls, self.fatal, self.hit = 0, fatal, ""

    def step(self, name, needs_room=True):
        self.calls += 1
        if self.calls == self.fatal:
            self.hit = name
        if self.calls == self.fatal or (lasting and needs_room and 0 < self.fatal < self.calls):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)

    def audit(self, event, arguments):
        if event == "open":
            path, mode, flags = arguments
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and isinstance(path, str) and path != os.devnull:
                self.step(f"open {path}")
        elif event in {"os.mkdir", "os.rename", "os.setxattr", "os.truncate"}:
            self.step(f"{event} {arguments[0]}", event != "os.rename")
        elif event in {"os.remove", "os.rmdir", "os.chmod", "os.utime", "os.chown"}:
            self.step(f"{event} {arguments[0]}", needs_room=False)

    def install(self):
        faults, write = self, os.write

        class Raw(io.FileIO):
            def write(self, data):
                try:
                    faults.step(f"write {self.name}")
                except OSError:
                    super().write(bytes(data)[: len(data) // 2])
                    raise
                return super().write(data)

        def opened(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
            plain = "r" in mode and "+" not in mode
            if plain:
                return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
            raw = Raw(file, mode.replace("b", "").replace("t", ""), closefd, opener)
            stream = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            return stream if "b" in mode else io.TextIOWrapper(stream, encoding, errors, newline)

        def synced(_):
            faults.step("fsync")  # a real one takes time and changes nothing here

        def written(descriptor, data):
            faults.step("os.write")
            return write(descriptor, data)

        real = io.open
        io.open = builtins.open = opened
        os.fsync, os.write = synced, written
        sys.addaudithook(self.audit)


def forked(arguments, fatal=None):
    said = os.path.join(scratch, "said")
    child = os.fork()
    if child == 0:
        code = 99
        try:
            descriptor = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(descriptor, 1), os.dup2(descriptor, 2)
            sys.stdout = open(1, "w", closefd=False)
            sys.stderr = open(2, "w", closefd=False)
            report = open(os.path.join(scratch, "report"), "w")
            faults = Faults(fatal or 0)
            if fatal is not None:
                faults.install()
            try:
                code = main(arguments)
            finally:
                # What `main` wrote to its buffered output needs no room in the project.
                faults.fatal = -1
                sys.stdout.flush(), sys.stderr.flush()
                json.dump(faults.hit, report)
                report.close()
        except BaseException:
            import traceback
            traceback.print_exc(file=sys.stderr)
            sys.stderr.flush()
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with open(said) as text, open(os.path.join(scratch, "report")) as report:
        text, hit = text.read(), json.load(report)
    assert "Traceback" not in text and code in {0, 1, 2}, (fatal, hit, code, text)
    return code, text, hit


def contents():
    found = {}
    for folder, folders, names in os.walk("."):
        folders[:] = [name for name in folders if name not in HIDDEN]
        for name in names:
            with open(os.path.join(folder, name), "rb") as stream:
                found[os.path.join(folder, name)] = stream.read()
    return found


def is_recorded():
    return any(os.path.isfile(os.path.join(state, name, "journal.json")) for name in os.listdir(state))


old = contents()
assert forked(["migrate", "--jobs", "1", "--allow-dirty"])[0] == 0
new = contents()
assert new.keys() == old.keys() and all(new[name] != old[name] for name in old)
saved = os.path.join(scratch, "state")
shutil.copytree(state, saved)
if command == "migrate":
    assert forked(["undo"])[0] == 0 and contents() == old
arguments = ["undo"] if command == "undo" else ["migrate", "--jobs", "1", "--allow-dirty"]
begin, goal = (new, old) if command == "undo" else (old, new)
tally, hits = {"begin": 0, "goal": 0, "mixed": 0}, set()
fatal = 0
while True:
    fatal += 1
    shutil.rmtree(state, ignore_errors=True)
    if command == "undo":
        shutil.copytree(saved, state)
        for name, data in new.items():
            with open(name, "wb") as stream:
                stream.write(data)
    code, text, hit = forked(arguments, fatal)
    if not hit:
        assert code == 0 and contents() == goal
        assert command == "undo" or forked(["undo"])[0] == 0
        break
    hits.add(hit.split()[0])
    seen = {name: data for name, data in contents().items() if ".asyncshim-" not in name}
    assert seen.keys() == old.keys()
    assert all(seen[name] in (old[name], new[name]) for name in old), (fatal, hit)
    tally["begin" if seen == begin else "goal" if seen == goal else "mixed"] += 1
    assert code == 2 or seen == goal, (fatal, hit, text)
    assert code == 0 or "No space left on device" in text, (fatal, hit, text)
    assert "nothing was written" not in text or seen == begin, (fatal, hit, text)
    if code == 2 and seen != begin:
        assert "cannot be replaced" in text or "the record of this run is not complete" in text, (fatal, hit, text)
    # Alternately the next command completes the run or reverts it.
    if fatal % 2:
        code, text, _ = forked(["migrate", "--jobs", "1", "--allow-dirty"])
        # Where the mode is gone and the dependency is not, ASH206 says what the new file means for it.
        assert code == ("ASH206" in text) and contents() == new, (fatal, hit, text)
    while os.path.isdir(state) and is_recorded():
        assert forked(["undo"])[0] == 0
    assert contents() == old, (fatal, hit, contents().keys(), text)
shutil.rmtree(scratch)
print(json.dumps({"steps": fatal - 1, "hits": sorted(hits), **tally}))
"""


@pytest.mark.parametrize("kind", ["once", "lasting"])
@pytest.mark.parametrize("command", ["migrate", "undo"])
def test_a_full_disk_at_any_step_leaves_each_file_old_or_new_and_the_next_command_recovers(
    tmp_path: Path, command: str, kind: str
) -> None:
    root = repository(tmp_path / "p", FILES)
    done = subprocess.run(
        [sys.executable, "-c", HARNESS, command, kind, str(undo_data(root))],
        cwd=root,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    tally = json.loads(done.stdout)
    assert tally["steps"] >= 40
    assert {"open", "write", "fsync", "os.rename"} <= set(tally["hits"])
    assert min(tally["begin"], tally["goal"], tally["mixed"]) >= 1
    assert git(root, "status", "--porcelain") == b""
