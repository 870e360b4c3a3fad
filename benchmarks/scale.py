"""Growth with ten times as many tests or files. Time must be linear, memory of `migrate` constant.

    python benchmarks/scale.py [--tests 5000 50000] [--files 10000 100000] [--only tests|files]

Prints the growth from the first size to the second: 10 is linear, 1 is constant.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measuring import Usage, environment, usage
from results import table
from suites import SUITES, Form, write

FILES_OF_A_FOLDER = 100
# One file in ten is rewritten, as in a typical project.
_LEGACY = """\
import pytest
import pytest_asyncio


@pytest_asyncio.fixture
async def value_{number}():
    yield {number}


@pytest.mark.asyncio
async def test_{number}(value_{number}):
    assert value_{number} == {number}
"""
_OTHER = """\
def total_{number}(rows):
    return sum(row.amount for row in rows if row.kind != {number})


def test_total_{number}():
    assert total_{number}([]) == 0
"""


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", nargs=2, type=int, default=(5000, 50000), metavar=("FEW", "MANY"))
    parser.add_argument("--files", nargs=2, type=int, default=(10000, 100000), metavar=("FEW", "MANY"))
    parser.add_argument("--only", choices=("tests", "files"), help="measure only these")
    parser.add_argument("--workers", type=int, default=2, help="for pytest-xdist and for migrate; 0: no pytest-xdist")
    return parser.parse_args(arguments)


def make_tree(count: int, folder: Path) -> None:
    """Write a project of *count* test files under version control."""
    for number in range(count):
        place = folder / f"part_{number // FILES_OF_A_FOLDER:04}"
        place.mkdir(parents=True, exist_ok=True)
        text = (_OTHER if number % 10 else _LEGACY).replace("{number}", str(number))
        (place / f"test_{number:06}.py").write_text(text, encoding="utf-8")
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-q"\n', encoding="utf-8")
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=folder, env=environment(), check=True)


def run_tests(count: int, folder: Path, *options: str) -> Usage:
    """*count* async tests in one session."""
    if not folder.exists():
        write(SUITES["A1"], Form(), count, folder)
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *options]
    return usage(command, folder)


def migrate(count: int, folder: Path, workers: int) -> Usage:
    """``migrate --dry-run`` over *count* files."""
    if not folder.exists():
        make_tree(count, folder)
    command = [sys.executable, "-m", "asyncshim", "migrate", "--dry-run", "--jobs", str(workers)]
    return usage(command, folder)


def row(title: str, sizes: tuple[int, int], few: Usage, many: Usage) -> list[str]:
    """Growth of one thing."""
    grown = f"{sizes[0]} to {sizes[1]} ({sizes[1] / sizes[0]:.0f} x)"
    each = f"{1e6 * (many.cpu - few.cpu) / (sizes[1] - sizes[0]):.0f}"
    return [
        title,
        grown,
        f"{many.cpu / few.cpu:.1f} x",
        f"{many.wall / few.wall:.1f} x",
        f"{many.peak / few.peak:.2f} x",
        each,
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    options = parse(arguments)
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="asyncshim-scale-") as name:
        folder = Path(name)
        if options.only != "files":
            few, many = options.tests
            for title, flags in (("async tests", ()), *_parallel(options.workers)):
                found = [run_tests(count, folder / f"tests-{count}", *flags) for count in (few, many)]
                rows.append(row(title, (few, many), *found))
        if options.only != "tests":
            few, many = options.files
            found = [migrate(count, folder / f"files-{count}", options.workers) for count in (few, many)]
            rows.append(row(f"migrate --dry-run --jobs {options.workers}", (few, many), *found))
    print(
        table(
            ["what", "size", "CPU", "wall time", "memory of the largest process", "us of CPU for each further one"],
            rows,
        )
    )
    return 0


def _parallel(workers: int) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"async tests, -n {workers}", ("-n", str(workers)))] if workers else []


if __name__ == "__main__":
    sys.exit(main())
