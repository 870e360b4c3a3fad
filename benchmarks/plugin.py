"""CPU time of test runs with asyncshim and other runners, measured alternately. Prints ratios, without targets.

python benchmarks/plugin.py [--suites A1 A2] [--runners asyncshim alt] [--rounds 7] [--instructions] [--json FILE]
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measuring import FailedError, Usage, instructions, reason_against_instructions, usage
from results import Measured, rows_of, table
from runners import RUNNERS, Runner, environment_of, versions_of
from suites import SUITES, Suite, write

_ALWAYS = ("-q", "-x", "-p", "no:cacheprovider", "--rootdir=.", "-c", "pytest.ini")
# With `--here`: load only the plugins that the runner needs.
_ALONE = ("-o", "addopts=")
_ALONE_ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
_PLUGIN = ("-p", "asyncshim.plugin")


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suites", nargs="+", choices=SUITES, default=list(SUITES), metavar="SUITE")
    parser.add_argument("--runners", nargs="+", choices=RUNNERS, default=list(RUNNERS), metavar="RUNNER")
    parser.add_argument("--rounds", type=int, default=7, help="the number of runs, after a warm-up")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the number of tests of every suite")
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the environments")
    parser.add_argument("--environments", type=Path, default=Path(tempfile.gettempdir()) / "asyncshim-benchmarks",
                        help="the folder for environments, kept for the next run")  # fmt: skip
    parser.add_argument("--here", action="store_true", help="use this interpreter instead of new environments")
    parser.add_argument("--instructions", action="store_true", help="also count instructions with valgrind; slow")
    parser.add_argument("--only-instructions", action="store_true", help="only count instructions")
    parser.add_argument("--json", type=Path, help="write all measurements to this file")
    return parser.parse_args(arguments)


class Bench:
    """The environments and folders of one run of this program."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self.extra = _ALONE_ENVIRONMENT if options.here else None
        chosen = [RUNNERS[name] for name in options.runners]
        names = dict.fromkeys([*(runner.plain for runner in chosen), *(runner.name for runner in chosen)])
        self.runners = [RUNNERS[name] for name in names]
        self.interpreters = {runner.name: self._interpreter(runner) for runner in self.runners}

    def _interpreter(self, runner: Runner) -> Path:
        if self.options.here:
            return Path(sys.executable)
        return environment_of(runner, self.options.environments, self.options.python)

    def runners_of(self, suite: Suite) -> list[Runner]:
        """Return the runners that can run the suite. A sync suite is only for plugins."""
        found = [runner for runner in self.runners if suite.runs_itself or not runner.form.runs_itself]
        if suite.only_sync:
            found = [runner for runner in found if not runner.conftest]
        return found

    def arguments(self, suite: Suite, runner: Runner) -> list[str]:
        """Return the arguments for pytest."""
        alone = [*_ALONE, *(_PLUGIN if runner.name == "asyncshim" else ())] if self.options.here else []
        return [*_ALWAYS, *alone, *runner.options, *suite.arguments]

    def place(self, suite: Suite, runner: Runner, size: int) -> Path:
        """Return the folder of the suite; write it at the first call."""
        folder = self.folder / f"{suite.name}-{runner.name}-{size}"
        if not folder.exists():
            write(suite, runner.form, size, folder, conftest=runner.conftest)
            (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        return folder

    def run(self, suite: Suite, runner: Runner, size: int) -> Usage:
        """Run the suite once."""
        command = [str(self.interpreters[runner.name]), "-m", "pytest", *self.arguments(suite, runner)]
        return usage(command, self.place(suite, runner, size), self.extra)

    def slope(self, suite: Suite, runner: Runner) -> float:
        """Return the number of instructions for each further test."""
        small, large = (
            max(round(size * min(self.options.scale, 1)), 1 + place) for place, size in enumerate(suite.small)
        )
        counts = []
        for size in (small, large):
            self.run(suite, runner, size)  # compiles the suite
            arguments = self.arguments(suite, runner)
            interpreter = str(self.interpreters[runner.name])
            counts.append(instructions(interpreter, arguments, self.place(suite, runner, size), self.extra))
        return (counts[1] - counts[0]) / (large - small)

    def _is_able(self, suite: Suite, runner: Runner, sizes: Sequence[int]) -> bool:
        """Run the suite once as a warm-up; skip a runner that cannot run it, and print its output."""
        try:
            for size in sizes:
                self.run(suite, runner, size)
        except FailedError as error:
            self._skip(suite, runner, error)
            return False
        return True

    def _skip(self, suite: Suite, runner: Runner, error: FailedError) -> None:
        """Print why a runner is skipped; raise the error if the comparison needs this runner."""
        if runner.name in {"asyncshim", *(each.plain for each in self.runners)}:
            raise error
        print(f"{suite.name}: {runner.title} is skipped: {error}", file=sys.stderr)

    def measure(self, suite: Suite) -> Measured:
        """Run all runners alternately, each round in another order."""
        runners = self.runners_of(suite)
        size = max(round(suite.size * self.options.scale), 1)
        measured = Measured(size, {runner.name: runner.plain for runner in runners})
        measured.smaller_size = max(round(suite.small[0] * self.options.scale), 1)
        rounds = 0 if self.options.only_instructions else self.options.rounds
        if rounds:
            sizes = (size, measured.smaller_size) if suite.memory else (size,)
            runners = [runner for runner in runners if self._is_able(suite, runner, sizes)]  # and compiles
            measured.plain = {runner.name: runner.plain for runner in runners}
        for number in range(1, rounds + 1):
            print(f"{suite.name}: round {number} of {rounds}", file=sys.stderr, flush=True)
            first = number % len(runners)
            for runner in runners[first:] + runners[:first]:
                found = self.run(suite, runner, size)
                fewer = self.run(suite, runner, measured.smaller_size) if suite.memory else None
                measured.rounds.setdefault(runner.name, []).append(found)
                if fewer is not None:
                    measured.smaller.setdefault(runner.name, []).append(fewer)
        measured.rounds = {runner.name: measured.rounds[runner.name] for runner in runners if measured.rounds}
        if (self.options.instructions or self.options.only_instructions) and size > 1 and not suite.memory:
            for runner in runners:
                print(f"{suite.name}: instructions of {runner.title}", file=sys.stderr, flush=True)
                try:
                    measured.instructions[runner.name] = self.slope(suite, runner)
                except FailedError as error:
                    self._skip(suite, runner, error)
        return measured


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    options = parse(arguments)
    if options.instructions or options.only_instructions:
        reason = reason_against_instructions()
        if reason is not None:
            print(f"instructions are not counted: {reason}", file=sys.stderr)
            if options.only_instructions:
                return 0
            options.instructions = False
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="asyncshim-benchmark-") as folder:
        bench = Bench(options, Path(folder))
        versions = {runner.title: versions_of(bench.interpreters[runner.name]) for runner in bench.runners}
        print(f"{dt.date.today().isoformat()}, {platform.machine()}, {options.rounds} rounds\n")  # noqa: DTZ011
        print(table(["runner", "versions"], [[title, text] for title, text in versions.items()]))
        for name in options.suites:
            suite = SUITES[name]
            measured = bench.measure(suite)
            titles = {runner.name: runner.title for runner in bench.runners}
            print(f"\n{name}: {suite.title.format(measured.size)}\n")
            print(table(*rows_of(measured, titles)), flush=True)
            found[name] = dataclasses.asdict(measured)
    if options.json:
        text = json.dumps({"versions": versions, "suites": found}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
