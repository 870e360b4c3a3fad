"""`check` and `status` on a project in which nothing has changed, compared with reading its files.

    python benchmarks/unchanged.py [--files 10000] [--rounds 5]

The byte scan is a Python process that reads every file and searches it for three words. The rounds alternate. The CPU
time and the wall time are divided by those of the byte scan in the same round.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from codemod_files import write_project
from measuring import Usage, usage
from results import Spread, table
from scale import make_suite, under_version_control

_SCAN = """
import os, sys
found = 0
for folder, folders, names in os.walk("."):
    folders[:] = [name for name in folders if name != ".git"]
    for name in names:
        with open(os.path.join(folder, name), "rb") as stream:
            data = stream.read()
        found += b"pytest_asyncio" in data or b"mark.asyncio" in data or b"event_loop" in data
print(found)
"""
_ASYNCSHIM = (sys.executable, "-m", "asyncshim")
COMMANDS: Mapping[str, Sequence[str]] = {
    "byte scan": (sys.executable, "-c", _SCAN),
    "check": (*_ASYNCSHIM, "check", "-q"),
    "status": (*_ASYNCSHIM, "status"),
}
FIRST = "check, the first time"


def make_project(count: int, folder: Path) -> None:
    """Write *count* test files of about 150 lines, of which a third changes."""
    folder.mkdir()
    write_project(folder, count)
    under_version_control(folder)


TREES: Mapping[str, Callable[[int, Path], None]] = {
    "150 lines, a third has uses": make_project,
    "home automation, auto mode": make_suite,
}


def rounds(folder: Path, number: int) -> dict[str, list[Usage]]:
    """Measure everything alternately; the first time only once, because that takes long."""
    extra = {"XDG_CACHE_HOME": f"{folder}-cache"}
    found = {FIRST: [usage(COMMANDS["check"], folder, extra, (0, 1))]}
    usage(COMMANDS["status"], folder, extra)
    for _ in range(number):
        for name, command in COMMANDS.items():
            found.setdefault(name, []).append(usage(command, folder, extra, (0, 1)))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10000, help="in each tree")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="asyncshim-unchanged-") as name:
        for title, make in TREES.items():
            folder = Path(name) / make.__name__
            make(options.files, folder)
            found = rounds(folder, options.rounds)
            scans = found.pop("byte scan")
            for command, used in found.items():
                pairs = list(zip(used, scans[: len(used)], strict=True))
                cpu = Spread.of(one.cpu / scan.cpu for one, scan in pairs)
                wall = Spread.of(one.wall / scan.wall for one, scan in pairs)
                rows.append([title, command, cpu.text(2), wall.text(2), f"{max(one.peak for one in used) / 1024:.0f}"])
    print(table(["project", "command", "CPU / byte scan", "wall time / byte scan", "peak MiB"], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
