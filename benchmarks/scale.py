"""Growth with ten times as many tests or files. Time must be linear, memory of `migrate` constant.

    python benchmarks/scale.py [--tests 5000 50000] [--files 10000 100000] [--modules 1000 10000]
                               [--only tests|files|modules|commands]

Prints CPU time and peak memory for both sizes, and the growth from the first to the second: 10 is linear, 1 is
constant. Each row goes to stderr as well, as soon as it is measured.
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
    parser.add_argument("--only", choices=("tests", "files", "modules", "commands"), help="measure only these")
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


def make_suite(count: int, folder: Path, *, plain: bool = False) -> None:
    """Write the suite of a large home-automation project: *count* modules of six tests in auto mode, with fixtures.

    In the *plain* form all of them are synchronous.
    """
    mode = "" if plain else 'asyncio_mode = "auto"\n'
    files = {
        "pyproject.toml": f'[tool.pytest.ini_options]\n{mode}addopts = "-q"\n',
        "tests/__init__.py": "",
        "tests/conftest.py": _HOME,
        "tests/components/__init__.py": "",
    }
    for number in range(count):
        place = f"tests/components/device_{number // MODULES_OF_A_DEVICE:04}"
        files[f"{place}/__init__.py"] = ""
        files[f"{place}/test_{number:05}.py"] = _DEVICE.replace("{number}", str(number))
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(synchronous(text) if plain else text, encoding="utf-8")
    under_version_control(folder)


def synchronous(text: str) -> str:
    """Return the same code without coroutines."""
    for old, new in (("asyncio.get_running_loop()", "None"), ("await asyncio.sleep(0)", "pass"), ("async def", "def")):
        text = text.replace(old, new)
    return text.replace("await ", "")


def under_version_control(folder: Path) -> None:
    """Add all files to the index of a new repository."""
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=folder, env=environment(), check=True)


def run_suite(count: int, folder: Path, *, plain: bool = False) -> Usage:
    """Run the *count* modules of the home-automation suite."""
    if not folder.exists():
        make_suite(count, folder, plain=plain)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-o", "addopts="]
    return usage([*command, *(("-p", "no:asyncshim") if plain else ())], folder)


def run_command(count: int, folder: Path, make: Callable[[int, Path], None], *words: str) -> Usage:
    """Run a command of asyncshim over *count* files or modules, with a cache beside the tree."""
    if not folder.exists():
        make(count, folder)
    command = [sys.executable, "-m", "asyncshim", *words]
    return usage(command, folder, {"XDG_CACHE_HOME": f"{folder}-cache"}, passes=(0, 1))


def run_tests(count: int, folder: Path, *options: str) -> Usage:
    """*count* async tests in one session."""
    if not folder.exists():
        write(SUITES["A1"], Form(), count, folder)
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *options]
    return usage(command, folder)


def row(title: str, sizes: tuple[int, int], few: Usage, many: Usage) -> list[str]:
    """Growth of one thing."""
    grown = f"{sizes[0]} to {sizes[1]} ({sizes[1] / sizes[0]:.0f} x)"
    cells = [
        title,
        grown,
        f"{few.cpu:.1f} to {many.cpu:.1f} s",
        f"{many.cpu / few.cpu:.1f} x",
        f"{many.wall / few.wall:.1f} x",
        f"{few.peak / 1024:.0f} to {many.peak / 1024:.0f} MiB",
        f"{many.peak / few.peak:.2f} x",
        f"{1e6 * (many.cpu - few.cpu) / (sizes[1] - sizes[0]):.0f}",
    ]
    print("| " + " | ".join(cells) + " |", file=sys.stderr, flush=True)
    return cells


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
        if options.only in {None, "files", "commands"}:
            rows += commands("files", options.files, folder, make_tree, options.workers)
        if options.only in {None, "modules"}:
            rows += suites(options.modules, folder)
        if options.only in {None, "modules", "commands"}:
            rows += commands("modules", options.modules, folder, make_suite, options.workers)
    print(table(HEAD, rows))
    return 0


HEAD = ["what", "size", "CPU", "growth", "wall time", "largest process", "growth", "us of CPU for each further one"]


def suites(sizes: tuple[int, int], folder: Path) -> Iterator[list[str]]:
    """pytest over the home-automation suite, and over the same suite without coroutines and without asyncshim."""
    for title, plain in (("pytest", False), ("pytest, plain functions", True)):
        name = "plain" if plain else "modules"
        found = [run_suite(count, folder / f"{name}-{count}", plain=plain) for count in sizes]
        yield row(f"modules of six tests, {title}", (sizes[0], sizes[1]), *found)


def commands(
    what: str, sizes: tuple[int, int], folder: Path, make: Callable[[int, Path], None], workers: int
) -> Iterator[list[str]]:
    """`migrate` and `check` without the cache; then, with it, a second `check` and `status`."""
    jobs = f"--jobs {workers}"
    for title, words in (
        (f"migrate --dry-run {jobs}", ("migrate", "--dry-run", *jobs.split())),
        (f"check --no-cache {jobs}", ("check", "-q", "--no-cache", *jobs.split())),
        ("", ("check", "-q")),
        ("check, nothing changed", ("check", "-q")),
        ("status, nothing changed", ("status",)),
    ):
        found = [run_command(count, folder / f"{what}-{count}", make, *words) for count in sizes]
        if title:
            yield row(f"{what}: {title}", (sizes[0], sizes[1]), *found)


def _parallel(workers: int) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"async tests, -n {workers}", ("-n", str(workers)))] if workers else []


if __name__ == "__main__":
    sys.exit(main())
