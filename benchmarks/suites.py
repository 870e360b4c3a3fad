"""The measured suites: each in an async form, a plain form, and a form that calls `runner.run()` itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

TESTS_OF_A_FILE = 500
PARAMETERS = 100

# A conftest that needs no plugin: just enough to run these suites.
CONFTEST = """\
import asyncio
import inspect

import pytest

runner = asyncio.Runner()


def pytest_sessionfinish():
    runner.close()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    function = pyfuncitem.obj
    if inspect.iscoroutinefunction(function):
        names = pyfuncitem._fixtureinfo.argnames
        runner.run(function(**{name: pyfuncitem.funcargs[name] for name in names}))
        return True


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    function = fixturedef.func
    if inspect.iscoroutinefunction(function):
        fixturedef.func = lambda **arguments: runner.run(function(**arguments))
    elif inspect.isasyncgenfunction(function):

        def start(**arguments):
            generator = function(**arguments)
            request.addfinalizer(lambda: runner.run(anext(generator, None)))
            return runner.run(anext(generator))

        fixturedef.func = start
    try:
        return (yield)
    finally:
        fixturedef.func = function
"""

_RUNNER = "import asyncio\n\nrunner = asyncio.Runner()\n"


@dataclass(frozen=True, slots=True)
class Form:
    """How the tests of a suite are written."""

    is_async: bool = True
    runs_itself: bool = False  # def test(): runner.run(coroutine())

    def function(self, name: str, arguments: str, body: str, indent: str = "") -> str:
        """One test with a line of body."""
        inner = indent + "    "
        if self.runs_itself:
            lines = [f"async def inner({arguments}):", f"    {body}", f"runner.run(inner({arguments}))"]
            text = "".join(f"{inner}{line}\n" for line in lines)
            return f"{indent}def {name}({arguments}):\n{text}\n"
        return f"{indent}{self.word}def {name}({arguments}):\n{inner}{body}\n\n"

    @property
    def word(self) -> str:
        """Return the text before ``def``."""
        return "async " if self.is_async and not self.runs_itself else ""


@dataclass(frozen=True, slots=True)
class Suite:
    """One suite of the table. ``size`` counts its tests; ``arguments`` are for pytest."""

    name: str
    title: str
    size: int
    small: tuple[int, int]  # the two sizes between which instructions are counted
    make: Callable[[int, Form], dict[str, str]]
    arguments: tuple[str, ...] = ()
    only_sync: bool = False
    memory: bool = False  # compare how it grows, not how long it takes
    runs_itself: bool = False  # whether L1 can be written


def write(suite: Suite, form: Form, size: int, folder: Path, *, conftest: bool = False) -> None:
    """Put the files of *suite* with *size* tests into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    if suite.only_sync:
        form = Form(is_async=False)
    for name, text in suite.make(size, form).items():
        (folder / name).write_text(text, encoding="utf-8")
    if conftest:
        (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")


def _files(size: int, form: Form, start: str, tests: Callable[[int], str]) -> dict[str, str]:
    head = (_RUNNER if form.runs_itself else "") + start
    found: dict[str, str] = {}
    for first in range(0, size, TESTS_OF_A_FILE):
        numbers = range(first, min(first + TESTS_OF_A_FILE, size))
        found[f"test_{first // TESTS_OF_A_FILE:03}.py"] = head + "\n\n" + "\n".join(map(tests, numbers))
    return found


def _trivial(size: int, form: Form) -> dict[str, str]:
    return _files(size, form, "", lambda number: form.function(f"test_{number}", "", "pass"))


def _three_fixtures(size: int, form: Form) -> dict[str, str]:
    word = form.word
    start = "import pytest\n"
    for name, keyword in (("first", "return"), ("second", "yield"), ("third", "yield")):
        start += f"\n\n@pytest.fixture\n{word}def {name}():\n    {keyword} 1\n"
    body = "assert first + second + third == 3"
    return _files(size, form, start, lambda number: form.function(f"test_{number}", "first, second, third", body))


def _shared_fixtures(size: int, form: Form) -> dict[str, str]:
    word = form.word
    start = "import pytest\n"
    for name in ("session", "module"):
        start += f"\n\n@pytest.fixture(scope={name!r})\n{word}def of_{name}():\n    yield 1\n"
    body = "assert of_session + of_module == 2"
    return _files(size, form, start, lambda number: form.function(f"test_{number}", "of_session, of_module", body))


def _methods(size: int, form: Form) -> dict[str, str]:
    mark = f"    @pytest.mark.parametrize('value', range({PARAMETERS}))\n"
    tests = "".join(
        mark + form.function(f"test_{number}", "self, value", "pass", indent="    ")
        for number in range(size // PARAMETERS)
    )
    return {"test_methods.py": f"import pytest\n\n\nclass TestMethods:\n{tests}"}


def _sleeping(size: int, form: Form) -> dict[str, str]:
    start = "import asyncio\n" if form.is_async and not form.runs_itself else ""
    body = "for _ in range(100): await asyncio.sleep(0)" if form.is_async else "pass"
    return _files(size, form, start, lambda number: form.function(f"test_{number}", "", body))


SUITES: Mapping[str, Suite] = MappingProxyType(
    {
        suite.name: suite
        for suite in (
            Suite("A1", "{} trivial async tests", 5000, (200, 600), _trivial, runs_itself=True),
            Suite("A2", "{} tests, three function-scoped async fixtures each", 2000, (200, 600), _three_fixtures),
            Suite("A3", "{} tests sharing session and module generators", 2000, (200, 600), _shared_fixtures),
            Suite("A4", "{} sync tests only", 5000, (200, 600), _trivial, only_sync=True),
            Suite("A5", "collecting {} parametrized async methods", 10000, (500, 1500), _methods, ("--collect-only",)),
            Suite("A6", "{} tests of 100 sleep(0)", 500, (100, 300), _sleeping, runs_itself=True),
            Suite("start-up", "{} sync test, nothing else", 1, (1, 1), _trivial, only_sync=True),
            Suite("memory", "{} trivial async tests", 20000, (2000, 20000), _trivial, memory=True),
            Suite("memory-items", "{} parametrized async methods", 20000, (2000, 20000), _methods, memory=True),
        )
    }
)
