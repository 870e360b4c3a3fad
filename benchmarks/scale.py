"""Growth with ten times as many tests or files. Time must be linear, memory of `migrate` constant.

    python benchmarks/scale.py [--tests 5000 50000] [--files 10000 100000] [--modules 1000 10000]
                               [--only tests|files|modules]

Prints the growth from the first size to the second: 10 is linear, 1 is constant.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from measuring import Usage, environment, usage
from results import table
from suites import SUITES, Form, write

FILES_OF_A_FOLDER = 100
MODULES_OF_A_DEVICE = 10
_HOME = """\
import asyncio

import pytest


class Home:
    def __init__(self):
        self.states = {}
        self.loop = asyncio.get_running_loop()

    async def async_set(self, name, state):
        await asyncio.sleep(0)
        self.states[name] = state


@pytest.fixture
async def home():
    found = Home()
    yield found
    found.states.clear()
"""
# A module with six tests, as people write them for auto mode.
_DEVICE = '''"""Tests of device {number}."""

from unittest.mock import patch

import pytest

DOMAIN = "device_{number}"
ENTITY = f"light.{DOMAIN}"


@pytest.fixture
def config():
    return {"platform": DOMAIN, "host": "192.0.2.1", "name": "device {number}"}


@pytest.fixture
async def entity(home, config):
    await home.async_set(ENTITY, config["name"])
    return home


async def test_setup(entity):
    assert entity.states[ENTITY] == "device {number}"


async def test_turn_on(entity):
    await entity.async_set(ENTITY, "on")
    assert entity.states[ENTITY] == "on"


async def test_turn_off(entity):
    await entity.async_set(ENTITY, "off")
    assert entity.states[ENTITY] == "off"


@pytest.mark.parametrize("state", ["on", "off"])
async def test_state(entity, state):
    with patch.dict(entity.states, {"other": state}):
        await entity.async_set(ENTITY, state)
        assert entity.states["other"] == entity.states[ENTITY]


def test_config(config):
    assert config["platform"] == DOMAIN
'''
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
    parser.add_argument("--modules", nargs=2, type=int, default=(1000, 10000), metavar=("FEW", "MANY"))
    parser.add_argument("--only", choices=("tests", "files", "modules"), help="measure only these")
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
    under_version_control(folder)


def make_suite(count: int, folder: Path) -> None:
    """Write the suite of a large home-automation project: *count* modules of six tests in auto mode, with fixtures."""
    write_suite = {
        "pyproject.toml": '[tool.pytest.ini_options]\nasyncio_mode = "auto"\naddopts = "-q"\n',
        "tests/__init__.py": "",
        "tests/conftest.py": _HOME,
    }
    for number in range(count):
        place = f"tests/components/device_{number // MODULES_OF_A_DEVICE:04}"
        write_suite[f"{place}/__init__.py"] = ""
        write_suite[f"{place}/test_{number:05}.py"] = _DEVICE.replace("{number}", str(number))
    write_suite["tests/components/__init__.py"] = ""
    for name, text in write_suite.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    under_version_control(folder)


def under_version_control(folder: Path) -> None:
    """Add all files to the index of a new repository."""
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=folder, env=environment(), check=True)


def run_suite(count: int, folder: Path) -> Usage:
    """Run the *count* modules of the home-automation suite."""
    if not folder.exists():
        make_suite(count, folder)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-o", "addopts="]
    return usage(command, folder)


def check(count: int, folder: Path, make: Callable[[int, Path], None], *options: str) -> Usage:
    """``check`` over *count* files or modules, with a cache beside the tree."""
    if not folder.exists():
        make(count, folder)
    command = [sys.executable, "-m", "asyncshim", "check", "-q", *options]
    return usage(command, folder, {"XDG_CACHE_HOME": f"{folder}-cache"}, passes=(0, 1))


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
        if options.only in {None, "tests"}:
            few, many = options.tests
            for title, flags in (("async tests", ()), *_parallel(options.workers)):
                found = [run_tests(count, folder / f"tests-{count}", *flags) for count in (few, many)]
                rows.append(row(title, (few, many), *found))
        if options.only in {None, "files"}:
            few, many = options.files
            found = [migrate(count, folder / f"files-{count}", options.workers) for count in (few, many)]
            rows.append(row(f"migrate --dry-run --jobs {options.workers}", (few, many), *found))
            rows += checked("files", (few, many), folder, make_tree)
        if options.only in {None, "modules"}:
            few, many = options.modules
            found = [run_suite(count, folder / f"modules-{count}") for count in (few, many)]
            rows.append(row("modules of six tests, pytest", (few, many), *found))
            rows += checked("modules", (few, many), folder, make_suite)
    print(
        table(
            ["what", "size", "CPU", "wall time", "memory of the largest process", "us of CPU for each further one"],
            rows,
        )
    )
    return 0


def checked(what: str, sizes: tuple[int, int], folder: Path, make: Callable[[int, Path], None]) -> Iterator[list[str]]:
    """``check`` without the cache, and the second time with it."""
    places = [(count, folder / f"{what}-{count}") for count in sizes]
    found = [check(count, place, make, "--no-cache") for count, place in places]
    yield row(f"{what}: check --no-cache", sizes, *found)
    for count, place in places:
        check(count, place, make)
    yield row(f"{what}: check, nothing changed", sizes, *(check(count, place, make) for count, place in places))


def _parallel(workers: int) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"async tests, -n {workers}", ("-n", str(workers)))] if workers else []


if __name__ == "__main__":
    sys.exit(main())
