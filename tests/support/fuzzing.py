"""Fuzz the rules: compose modules and projects, run the rules twice, compare the tests before and after.

``python tests/support/fuzzing.py --seed 1`` does the same each time; without a seed it takes a new one and prints it.
Modules are checked in this process; a project is migrated by the command, and its tests run before and after in one
pytest process each. Each finding is written below ``--output`` with a reduced file that shows it. Exit code 1 if
there is any.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import composing
from asyncshim_codemods import api
from asyncshim_codemods.results import Options
from house.corpus import Run, files, run_tests
from house.processes import run_python

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ALL = frozenset(api.rules())
PATH = "tests/test_composed.py"
RUNNERS = ["asyncshim", "asyncshim", "asyncshim", "conftest", "alt-pytest-asyncio", "pytest-asyncio", "anyio"]
PROJECT_EVERY = 200
"""One project for so many modules."""
TESTS_IN_A_PROJECT = 12
_REDUCTIONS = 400
_FEW = 20
_SUITE_REDUCTIONS = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: its kind, what to look at, and the files that show it."""

    kind: str
    details: str
    shown: dict[str, bytes]


def options_of(random: Random) -> Options:
    """Return the options for one module."""
    return Options(ALL, unsafe=random.random() < 0.4, todo=random.random() < 0.4, runner=random.choice(RUNNERS))


def problem_in(data: bytes, options: Options) -> tuple[str, str]:
    """Return the kind of problem that the rules have with a module, and its details; "" without any."""
    first, error = _rewritten(data, options)
    if error:
        return "error", error
    try:
        compile(first, PATH, "exec", dont_inherit=True)
    except SyntaxError as failure:
        return "does not compile", str(failure)
    second, error = _rewritten(first, options)
    if error:
        return "error in the second run", error
    return ("", "") if first == second else ("a second run changes it", second.decode("latin-1"))


def _rewritten(data: bytes, options: Options) -> tuple[bytes, str]:
    result = api.rewrite_python(PATH, data, api.collect_facts([(PATH, data)]), options)
    return result.new, (result.error or "") + result.details


def reduced(data: bytes, still: Callable[[bytes], bool], most: int = _REDUCTIONS) -> bytes:
    """Return the file without lines that ``still`` does not need, as far as ``most`` attempts get."""
    lines = data.splitlines(keepends=True)
    size = max(1, len(lines) // 2)
    while most > 0 and lines:
        start, shrunk = 0, False
        while start < len(lines) and most > 0:
            fewer = [*lines[:start], *lines[start + size :]]
            most -= 1
            if _compiles(b"".join(fewer)) and still(b"".join(fewer)):
                lines, shrunk = fewer, True
            else:
                start += size if len(lines) > _FEW else 1
        if size == 1 and not shrunk:
            break
        # What is left of a block may go as a whole now.
        size = max(1, size - 1 if len(lines) <= _FEW else size // 2) if size > 1 else len(lines)
    return b"".join(lines)


def _compiles(data: bytes) -> bool:
    try:
        compile(data, PATH, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def check_module(random: Random) -> Problem | None:
    """Compose one module and run the rules on it twice."""
    data = composing.compose_module(random)
    options = options_of(random)
    kind, _ = problem_in(data, options)
    if not kind:
        return None
    small = reduced(data, lambda fewer: problem_in(fewer, options)[0] == kind)
    _, details = problem_in(small, options)
    new, _ = _rewritten(small, options)
    flags = f"unsafe={options.unsafe} todo={options.todo} runner={options.runner}"
    return Problem(kind, f"{flags}\n{details}", {"before.py": small, "after.py": new})


def check_project(random: Random, work: Path) -> list[Problem]:
    """Compose a project, migrate it twice, and compare the outcome of each test before and after."""
    work.mkdir(parents=True)
    before, after = work / "before", work / "after"
    for name, data in composing.compose_project(random, TESTS_IN_A_PROJECT).items():
        path = before / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    shutil.copytree(before, after)
    flags = ["--todo"] if random.random() < 0.3 else []
    migrated = run_python("-m", "asyncshim", "migrate", ".", *flags, cwd=after)
    once = files(after)
    if migrated.returncode not in {0, 1}:
        return [Problem("migrate fails", migrated.stdout, {})]
    problems: list[Problem] = []
    again = run_python("-m", "asyncshim", "migrate", ".", *flags, cwd=after)
    for name, text in files(after).items():
        if text != once.get(name):
            shown = {"before.py": (before / name).read_bytes(), "after.py": (after / name).read_bytes()}
            problems.append(Problem("a second migrate changes it", f"{name}\n{again.stdout}", shown))
    return problems + _differences(before, after, work)


def _differences(before: Path, after: Path, work: Path) -> list[Problem]:
    ran, ran_after = _outcomes(before, work / "outcomes"), _outcomes(after, work / "outcomes-after")
    if not ran.tests:
        return [Problem("no tests ran", ran.output[-3000:], {})]
    found: dict[str, list[str]] = {}
    for node, old, new in differences(ran.tests, ran_after.tests):
        found.setdefault(node.partition("::")[0], []).append(f"{node}: {old} -> {new}")
    return [
        Problem("outcomes differ", "\n".join(lines) + f"\n\n{ran_after.output[-6000:]}", _shown(before, name, work))
        for name, lines in found.items()
        if (before / name).is_file()
    ]


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return the tests whose outcomes differ, with both outcomes.

    Composed suites hold errors, which a rewrite may happen to remove: a test that did not pass may pass afterwards, and
    a file that could not be collected has no tests to compare.
    """
    broken = {node.partition("::")[0] for node, outcome in before.items() if outcome == "collection error"}
    return [
        (node, old, new)
        for node in sorted({*before, *after})
        for old, new in [(before.get(node, "missing"), after.get(node, "missing"))]
        if old != new and old not in {"failed", "error"} and node.partition("::")[0] not in broken
    ]


def _shown(project: Path, name: str, work: Path) -> dict[str, bytes]:
    """Return a reduced project with a file whose tests differ."""
    others = {each: (project / each).read_bytes() for each in ("conftest.py", "pytest.ini")}

    def still(data: bytes) -> bool:
        folder = Path(tempfile.mkdtemp(dir=work))
        before, after = folder / "before", folder / "after"
        for place in (before, after):
            place.mkdir()
            for each, content in {**others, name: data}.items():
                (place / each).write_bytes(content)
        run_python("-m", "asyncshim", "migrate", ".", cwd=after)
        return bool(differences(_outcomes(before, folder / "1").tests, _outcomes(after, folder / "2").tests))

    data = (project / name).read_bytes()
    return {**others, name: reduced(data, still, most=_SUITE_REDUCTIONS) if still(data) else data}


def _outcomes(folder: Path, report: Path) -> Run:
    report.mkdir()
    # Warnings of composed suites are not compared. A test that hangs is a failure.
    arguments = ["-q", "-W", "ignore", "--tb=line", "--continue-on-collection-errors", "--timeout=20"]
    return run_tests(sys.executable, folder, report / "outcomes.json", *arguments)


class Fuzzer:
    """Runs the checks until the time or the number of modules is over, and writes what they find."""

    def __init__(self, seed: int, output: Path) -> None:
        self.seed = seed
        self.output = output
        self.kinds: Counter[str] = Counter()
        self.modules = 0
        self.projects = 0

    def run(self, modules: int, seconds: float, *, projects: bool = True, alone: bool = True) -> None:
        """Check modules, those that are alone in their project and, after ``PROJECT_EVERY`` of them, a project."""
        end = time.monotonic() + seconds
        for number in range(modules):
            if time.monotonic() >= end:
                break
            if projects and number % PROJECT_EVERY == 0:
                self._project(number)
            if not alone:
                continue
            self.modules += 1
            problem = check_module(Random(f"{self.seed}:{number}"))
            if problem is not None:
                self._write(f"module-{number}", problem)

    def _project(self, number: int) -> None:
        self.projects += 1
        work = Path(tempfile.mkdtemp(prefix="asyncshim-fuzz-"))
        try:
            for index, problem in enumerate(check_project(Random(f"{self.seed}:project:{number}"), work / "project")):
                self._write(f"project-{number}-{index}", problem)
        finally:
            shutil.rmtree(work)

    def _write(self, name: str, problem: Problem) -> None:
        self.kinds[problem.kind] += 1
        folder = self.output / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "problem.txt").write_text(f"{problem.kind}\nseed {self.seed}\n{problem.details}\n", encoding="utf-8")
        for file, data in problem.shown.items():
            (folder / file).write_bytes(data)
        print(f"{problem.kind}: {folder}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description="Fuzz the rules with composed modules and projects.")
    parser.add_argument("--seed", type=int, default=None, help="the same seed does the same; default: a new one")
    parser.add_argument("--modules", type=int, default=1_000_000, help="stop after this number of modules")
    parser.add_argument("--seconds", type=float, default=300, help="stop after this time (default: 300)")
    parser.add_argument("--no-projects", action="store_true", help="check modules only, without pytest")
    parser.add_argument("--only-projects", action="store_true", help="check projects only")
    parser.add_argument("--output", type=Path, default=Path(".fuzz"), help="folder for findings (default: .fuzz)")
    chosen = parser.parse_args(arguments)
    seed: int = secrets.randbelow(2**32) if chosen.seed is None else chosen.seed
    print(f"seed {seed}", flush=True)
    fuzzer = Fuzzer(seed, chosen.output / str(seed))
    fuzzer.run(chosen.modules, chosen.seconds, projects=not chosen.no_projects, alone=not chosen.only_projects)
    print(f"{fuzzer.modules} modules, {fuzzer.projects} projects, {fuzzer.kinds.total()} findings")
    for kind, number in fuzzer.kinds.most_common():
        print(f"{number:6} {kind}")
    return 1 if fuzzer.kinds else 0


if __name__ == "__main__":
    sys.exit(main())
