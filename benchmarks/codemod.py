"""CPU time of the rules per file, compared with the parser of LibCST on the same files, in alternation.

    python benchmarks/codemod.py [--rounds 9] [--files 20] [--suites] [--wall FILES] [--memory FILES] [--json FILE]

Only ratios are printed, because absolute times of one machine do not apply to another.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import libcst as cst
import real_suites
from codemod_files import changing, staying, without_hit, write_project

from asyncshim_codemods import api
from asyncshim_codemods.results import FileResult, Options

ALL = Options(frozenset(api.rules()))
PATH = "tests/test_part.py"
ROUND_TRIP = "LibCST's round trip"
SCAN = "a byte scan"

# Runs the command line, then prints its CPU time with that of its workers, and the peak memory of the largest one.
_MIGRATE = """
import resource, runpy, sys
sys.argv = ["asyncshim", "migrate", "--dry-run", *sys.argv[1:]]
try:
    runpy.run_module("asyncshim", run_name="__main__", alter_sys=True)
except SystemExit as error:
    assert error.code in {0, 1}, error.code
for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
    used = resource.getrusage(who)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
"""

Work = Callable[[Sequence[bytes]], object]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One comparison: the median over the rounds, and the quartiles."""

    files: str
    what: str
    to: str
    low: float
    median: float
    high: float
    target: float | None = None

    @classmethod
    def of(cls, names: tuple[str, str, str], values: Sequence[float], target: float | None = None) -> Ratio:
        """The ratio of the values of all rounds."""
        low, median, high = statistics.quantiles(values, n=4) if len(values) > 1 else (values[0],) * 3
        return cls(*names, low, median, high, target)

    def line(self) -> str:
        """The row of the table."""
        wanted = "" if self.target is None else f"  target <= {self.target:g}"
        spread = f"[{self.low:.2f} to {self.high:.2f}]"
        return f"{self.files:<22} {self.what:<22} {self.median:7.2f} x {self.to:<20} {spread:<16}{wanted}".rstrip()


@dataclass(frozen=True, slots=True)
class Contender:
    """A piece of work, how often a round repeats it, and the target ratio to the base."""

    work: Work
    repeat: int = 1
    target: float | None = None

    def seconds(self, files: Sequence[bytes]) -> float:
        """Return the CPU time for all files."""
        begin = time.process_time_ns()
        for _ in range(self.repeat):
            self.work(files)
        return (time.process_time_ns() - begin) / 1e9 / self.repeat


class _Empty(cst.CSTTransformer):
    """Changes nothing."""


def each(work: Callable[[bytes], object]) -> Work:
    """Return a function that does the work on all files."""
    return lambda files: [work(data) for data in files]


def rules(data: bytes) -> FileResult:
    """All rules on one file, facts included, as ``migrate`` would run them on a project of one file."""
    return api.rewrite_python(PATH, data, api.collect_facts([(PATH, data)]), ALL)


def rules_alone(data: bytes) -> FileResult:
    """All rules on one file."""
    return api.rewrite_python(PATH, data, api.ProjectFacts(), ALL)


def scan(data: bytes) -> bool:
    """Search the bytes for the old names, and nothing else."""
    return b"event_loop" in data or b"pytest_asyncio" in data or b"mark.asyncio" in data


def filter_and_facts(files: Sequence[bytes]) -> None:
    """Do what ``migrate`` does with files that contain no keyword, after they are read."""
    for data in files:
        assert not api.is_relevant(data)
    api.collect_facts((f"tests/test_{number}.py", data) for number, data in enumerate(files))


def suites(rounds: int) -> list[Ratio]:
    """Compare on the test files of real suites: those with a keyword, which the rules parse, and all of them."""
    known: dict[bytes, tuple[str, api.ProjectFacts]] = {}
    groups: list[list[bytes]] = []
    for files in real_suites.read(Path(tempfile.gettempdir()) / "asyncshim-benchmark-suites").values():
        facts = api.collect_facts(files)
        known |= {data: (path, facts) for path, data in files}
        groups.append(list(dict.fromkeys(data for _, data in files)))

    def in_suite(data: bytes) -> FileResult | None:
        path, facts = known[data]
        return api.rewrite_python(path, data, facts, ALL) if api.is_relevant(data) else None

    def with_facts(files: Sequence[bytes]) -> None:
        api.collect_facts((known[data][0], data) for data in files)
        for data in files:
            in_suite(data)

    def contenders(target: float | None) -> dict[str, Contender]:
        return {
            ROUND_TRIP: Contender(each(lambda data: cst.parse_module(data).code)),
            "all rules and facts": Contender(with_facts),
            "all rules": Contender(each(in_suite), target=target),
        }

    heavy = [[data for data in files if api.is_relevant(data)] for files in groups]
    return [
        *compare("suites, with a hit", heavy, ROUND_TRIP, contenders(1.2), rounds),
        *compare("suites, all files", groups, ROUND_TRIP, contenders(None), rounds),
    ]


def compare(
    name: str, groups: Sequence[Sequence[bytes]], base: str, contenders: Mapping[str, Contender], rounds: int
) -> list[Ratio]:
    """Compare every contender with ``base``: alternately on each group of files, each time in another order."""
    chance = random.Random(name)
    order = [*contenders]
    found: dict[str, list[float]] = {what: [] for what in contenders}
    for number in range(rounds + 1):
        taken = dict.fromkeys(contenders, 0.0)
        for files in groups:
            chance.shuffle(order)
            for what in order:
                taken[what] += contenders[what].seconds(files)
        # The first round is a warm-up.
        for what, values in found.items() if number else ():
            values.append(taken[what] / taken[base])
    return [Ratio.of((name, what, base), found[what], contenders[what].target) for what in contenders if what != base]


def cpu(count: int, rounds: int) -> list[Ratio]:
    """The comparisons within one process."""

    def heavy(target: float | None) -> dict[str, Contender]:
        return {
            ROUND_TRIP: Contender(each(lambda data: cst.parse_module(data).code)),
            "all rules and facts": Contender(each(rules), target=target),
            "all rules": Contender(each(rules_alone), target=target),
            "an empty visitor": Contender(each(lambda data: cst.parse_module(data).visit(_Empty()))),
            "ast.parse": Contender(each(ast.parse), 3),
        }

    light = {
        SCAN: Contender(each(scan), 300),
        "the filter": Contender(each(api.is_relevant), 300, 2.0),
        "the filter and facts": Contender(filter_and_facts, 30),
    }
    return [
        *compare("that change", [[data] for data in changing(count)], ROUND_TRIP, heavy(1.1), rounds),
        *compare("with a hit, unchanged", [[data] for data in staying(count)], ROUND_TRIP, heavy(None), rounds),
        *compare("without a hit", [without_hit(count)], SCAN, light, rounds),
    ]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of ``migrate --dry-run`` took: seconds, and the memory of its largest process in KiB."""

    wall: float
    own: float
    workers: float
    peak: int


def migrate(root: Path, jobs: int) -> Run:
    """Run it once."""
    command = [sys.executable, "-c", _MIGRATE, "--jobs", str(jobs), "."]
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=root, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wall = time.perf_counter() - begin
    if done.returncode:
        raise SystemExit(done.stderr)
    (own, own_peak), (workers, peak) = (line.split() for line in done.stderr.splitlines()[-2:])
    return Run(wall, float(own), float(workers), max(int(own_peak), int(peak)))


def two_processes(count: int, rounds: int) -> list[Ratio]:
    """Compare two processes with one: the wall time, measured and computed for two idle cores."""
    measured: list[float] = []
    allowed: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder), count)
        for _ in range(rounds):
            one, two = migrate(Path(folder), 1), migrate(Path(folder), 2)
            measured.append(two.wall / one.wall)
            allowed.append((two.own + two.workers / 2) / one.own)
    names = (f"{count} files", "--jobs 2, wall", "--jobs 1"), (f"{count} files", "--jobs 2, idle cores", "--jobs 1")
    return [Ratio.of(names[0], measured, 0.6), Ratio.of(names[1], allowed, 0.6)]


def memory(count: int) -> list[Ratio]:
    """Return the ratio of the peak memory for ``count`` files and for a tenth of them."""
    peaks: list[int] = []
    for size in (max(1, count // 10), count):
        with tempfile.TemporaryDirectory() as folder:
            write_project(Path(folder), size)
            peaks.append(migrate(Path(folder), 2).peak)
    return [Ratio.of((f"{count} files", "peak memory", f"{max(1, count // 10)} files"), [peaks[1] / peaks[0]])]


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--files", type=int, default=20, help="files of each kind")
    parser.add_argument("--suites", action="store_true", help="also the test files of twelve projects from PyPI")
    parser.add_argument("--wall", type=int, metavar="FILES", help="also `migrate --jobs 2` over so many files")
    parser.add_argument("--memory", type=int, metavar="FILES", help="also the peak memory over so many files")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the ratios to this file as well")
    options = parser.parse_args()
    ratios = cpu(options.files, options.rounds)
    if options.suites:
        ratios += suites(options.rounds)
    if options.wall:
        ratios += two_processes(options.wall, min(options.rounds, 3))
    if options.memory:
        ratios += memory(options.memory)
    for ratio in ratios:
        print(ratio.line())
    if options.json:
        options.json.write_text(json.dumps([asdict(ratio) for ratio in ratios], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
