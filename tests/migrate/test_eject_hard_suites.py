"""The conftest.py that `eject` writes, run with demanding suites in separate processes."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from asyncshim.migrate import eject
from house.corpus import Run, make_environment, run_tests
from house.processes import run

SUITE = """
import asyncio
import contextvars
import functools
import subprocess
import sys

import pytest

DEPTH = contextvars.ContextVar("DEPTH", default=0)
ENDED = []


def handing_on(function):
    @functools.wraps(function)
    async def inner(*args, **kwargs):
        return await function(*args, **kwargs)

    return inner


@pytest.fixture(scope="session")
async def group():
    async with asyncio.TaskGroup() as group:
        stop = asyncio.Event()
        waiting = group.create_task(stop.wait())
        yield group
        assert not waiting.done()
        stop.set()


@pytest.fixture(scope="module", params=["a", "b"])
async def letter(request, group):
    yield request.param
    ENDED.append(request.param)


@pytest.fixture(scope="class")
async def shared(request):
    request.cls.shared = await asyncio.sleep(0, 7)
    yield
    request.cls.shared = None


@pytest.fixture
async def deeper():
    token = DEPTH.set(DEPTH.get() + 1)
    yield DEPTH.get()
    DEPTH.reset(token)


@pytest.fixture
async def deepest(deeper):
    token = DEPTH.set(DEPTH.get() + 1)
    yield DEPTH.get()
    DEPTH.reset(token)


@pytest.fixture
async def fails_to_start():
    raise OSError("no start")
    yield


@pytest.fixture
async def fails_to_stop():
    yield 1
    raise OSError("no stop")


@pytest.fixture
async def skips():
    pytest.skip("not here")


@pytest.fixture
async def doubled(request):
    return request.param * 2


@pytest.fixture
@handing_on
async def wrapped():
    return 4


@pytest.fixture
async def finalized(request):
    request.addfinalizer(lambda: ENDED.append("finalizer"))


class Base:
    @pytest.fixture
    async def own(self):
        self.steps = ["fixture"]
        yield self
        assert self.steps == ["fixture", "test"]

    async def test_inherited(self, own):
        assert own is self
        self.steps.append("test")


class TestDerived(Base):
    @pytest.fixture
    async def wrapped(self, wrapped):
        return wrapped + 1

    async def test_overridden(self, wrapped):
        assert wrapped == 5

    @staticmethod
    async def test_static(letter):
        assert letter in "ab"

    @pytest.mark.usefixtures("shared")
    async def test_shared(self):
        assert self.shared == 7


async def test_context(deepest):
    assert DEPTH.get() == deepest == 2
    DEPTH.set(9)


def test_context_is_undone(deeper, asyncio_runner):
    async def look():
        return DEPTH.get()

    assert asyncio_runner.run(look()) == DEPTH.get() == 1


def test_asked_for_by_name(request):
    assert request.getfixturevalue("deeper") == 1
    assert DEPTH.get() == 1


@pytest.mark.parametrize("doubled", ["x"], indirect=True)
async def test_indirect(doubled):
    assert doubled == "xx"


async def test_fails_to_start(fails_to_start): ...


async def test_fails_to_stop(fails_to_stop):
    assert fails_to_stop == 1


async def test_skips(skips): ...


@handing_on
async def test_wrapped(wrapped):
    assert wrapped == 4


async def test_finalized(finalized): ...


async def test_subprocess():
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "raise SystemExit(3)")
    assert await process.wait() == 3


async def test_leaves_a_task():
    asyncio.get_running_loop().kept = asyncio.create_task(asyncio.sleep(60))


def test_another_loop_meanwhile():
    assert asyncio.run(asyncio.sleep(0, 3)) == 3


async def test_the_loop_goes_on(group):
    assert asyncio.get_running_loop().kept
"""

OUTCOMES = {
    "TestDerived::test_inherited": "passed",
    "TestDerived::test_overridden": "passed",
    "TestDerived::test_static[a]": "passed",
    "TestDerived::test_static[b]": "passed",
    "TestDerived::test_shared": "passed",
    "test_context": "passed",
    "test_context_is_undone": "passed",
    "test_asked_for_by_name": "passed",
    "test_indirect[x]": "passed",
    "test_fails_to_start": "error",
    "test_fails_to_stop": "error",
    "test_skips": "skipped",
    "test_wrapped": "passed",
    "test_finalized": "passed",
    "test_subprocess": "passed",
    "test_leaves_a_task": "passed",
    "test_another_loop_meanwhile": "passed",
    "test_the_loop_goes_on": "passed",
}


def ejected(tmp_path: Path, python: str | Path, *arguments: str) -> Run:
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (suite / "test_it.py").write_text(SUITE, "utf-8")
    eject.write(eject.eject(suite))
    (tmp_path / "report").mkdir()
    return run_tests(python, suite, tmp_path / "report/outcomes.json", *arguments)


def check(ran: Run) -> None:
    assert ran.tests == {f"test_it.py::{name}": outcome for name, outcome in OUTCOMES.items()}, ran.output
    assert "OSError: no start" in ran.output
    assert "OSError: no stop" in ran.output
    assert "was never awaited" not in ran.output
    assert "Task was destroyed" not in ran.output


def test_the_ejected_conftest_runs_a_hard_suite_in_one_process(tmp_path: Path) -> None:
    check(ejected(tmp_path, sys.executable, "-p", "no:asyncshim"))


def test_the_ejected_conftest_runs_a_hard_suite_under_xdist(tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    check(ejected(tmp_path, sys.executable, "-p", "no:asyncshim", "-n", "2", "--dist", "loadfile"))


def test_tracebacks_show_only_frames_of_the_suite(tmp_path: Path) -> None:
    ran = ejected(tmp_path, sys.executable, "-p", "no:asyncshim", "-k", "fails_to_start")
    assert "test_it.py" in ran.output
    assert "/runners.py" not in ran.output
    assert "/base_events.py" not in ran.output


# The oldest and the newest versions that asyncshim supports.
@pytest.mark.real_pytest_asyncio
@pytest.mark.parametrize(("python", "release"), [("3.11", "pytest==7.4.0"), ("3.15", "pytest"), ("3.14", "pytest")])
def test_the_ejected_conftest_runs_under_other_versions_of_python_and_pytest(
    tmp_path: Path, python: str, release: str
) -> None:
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if uv is None:
        pytest.skip("needs uv, to make an environment")
    if run([uv, "python", "find", "--quiet", python], cwd=tmp_path).returncode:
        pytest.skip(f"needs Python {python}")
    check(ejected(tmp_path, make_environment(tmp_path / "environment", uv, python, release)))


def test_the_ejected_conftest_runs_async_tests_behind_synchronous_wrappers(tmp_path: Path) -> None:
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "conftest.py").write_text(eject.template(), encoding="utf-8")
    text = """
import asyncio, functools
notes = []
def wrapped(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
def bare(function):
    def wrapper():
        return function()
    return wrapper
@wrapped
async def test_wrapped(tmp_path):
    await asyncio.sleep(0)
    notes.append(1)
@bare
async def test_bare():
    await asyncio.sleep(0)
    assert notes == []
def test_ran():
    assert notes == [1]
"""
    (suite / "test_it.py").write_text(text, encoding="utf-8")
    (tmp_path / "report").mkdir()
    ran = run_tests(sys.executable, suite, tmp_path / "report/outcomes.json", "-p", "no:asyncshim")
    assert list(ran.tests.values()) == ["passed", "failed", "passed"], ran.output
