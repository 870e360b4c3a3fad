from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.migrate import eject
from asyncshim.migrate.eject import BEGIN, END, Became
from asyncshim.migrate.read.project import find_project
from house.corpus import run_tests
from house.processes import run

OWN = "import pytest\n\n\n@pytest.fixture\ndef number():\n    return 1\n"

SUITE = """
import asyncio
import contextvars
import unittest

import pytest

USER = contextvars.ContextVar("USER", default=None)


@pytest.fixture(scope="session")
async def loop():
    loop = asyncio.get_running_loop()
    yield loop
    assert asyncio.get_running_loop() is loop


@pytest.fixture
async def user():
    token = USER.set("ada")
    async with asyncio.TaskGroup() as group, asyncio.timeout(60):
        group.create_task(asyncio.sleep(0))
        yield "ada"
    USER.reset(token)


@pytest.fixture
async def group_that_fails():
    async def fail():
        raise OSError("inside")

    async with asyncio.TaskGroup() as group:
        group.create_task(fail())
        yield


@pytest.fixture
async def yields_twice():
    yield 1
    yield 2


@pytest.fixture
async def breaks():
    raise LookupError("broken fixture")
    yield


async def test_one_loop(loop, user):
    assert asyncio.get_running_loop() is loop
    assert USER.get() == user
    USER.set("grace")


async def test_variables_are_undone():
    assert USER.get() is None


def test_sync_tests_see_async_fixtures(user, loop, asyncio_runner):
    assert USER.get() == user
    assert asyncio_runner.run(asyncio.sleep(0, "slept")) == "slept"
    assert asyncio_runner.get_loop() is loop


class TestMethods:
    @pytest.fixture(autouse=True)
    async def prepare(self):
        self.seen = []
        yield
        assert self.seen == ["test"]

    @pytest.mark.parametrize("n", [1, 2])
    async def test_instance(self, n):
        self.seen.append("test")


async def test_skipped():
    pytest.skip("inside")


@pytest.mark.xfail(raises=ZeroDivisionError, strict=True)
async def test_xfailed():
    1 / 0


async def test_failed():
    raise ValueError("the test's own error")


async def test_broken(breaks): ...


async def test_group(group_that_fails):
    await asyncio.sleep(0.01)


async def test_twice(yields_twice): ...


class TestUnittest(unittest.IsolatedAsyncioTestCase):
    async def test_it(self):
        await asyncio.sleep(0)


@pytest.mark.anyio
async def test_anyio(anyio_backend_name):
    assert anyio_backend_name == "asyncio"


@pytest.fixture
def anyio_backend():
    return "asyncio"


def test_own_conftest(number):
    assert number == 1
"""
OUTCOMES = {
    "test_one_loop": "passed",
    "test_variables_are_undone": "passed",
    "test_sync_tests_see_async_fixtures": "passed",
    "TestMethods::test_instance[1]": "passed",
    "TestMethods::test_instance[2]": "passed",
    "test_skipped": "skipped",
    "test_xfailed": "xfailed",
    "test_failed": "failed",
    "test_broken": "error",
    "test_group": "error",
    "test_twice": "error",
    "TestUnittest::test_it": "passed",
    "test_anyio": "passed",
    "test_own_conftest": "passed",
}


def conftest(folder: Path, data: bytes) -> Path:
    path = folder / "conftest.py"
    path.write_bytes(data)
    return path


def ejected(folder: Path) -> eject.Ejected:
    result = eject.eject(folder)
    ast.parse(result.new)
    return result


def test_a_new_conftest_is_the_template_and_stays_current(tmp_path: Path) -> None:
    first = ejected(tmp_path)
    assert (first.became, first.old) == (Became.CREATED, None)
    eject.write(first)
    assert (tmp_path / "conftest.py").read_text("utf-8") == eject.template()
    assert ejected(tmp_path).became is Became.CURRENT


@pytest.mark.parametrize("own", [OWN, OWN.rstrip("\n"), OWN + "\n\n\n", '"""Docs."""\n', "# A comment.\n", ""])
def test_the_block_is_added_once_and_own_code_is_kept(tmp_path: Path, own: str) -> None:
    path = conftest(tmp_path, own.encode())
    path.chmod(0o640)
    first = ejected(tmp_path)
    assert first.became is Became.EXTENDED
    eject.write(first)
    text = path.read_text("utf-8")
    assert text.startswith(own.rstrip("\n"))
    assert (text.count(BEGIN), text.count(END)) == (1, 1)
    assert text.endswith(f"\n{END}\n")
    assert path.stat().st_mode & 0o777 == 0o640
    assert ejected(tmp_path).became is Became.CURRENT


def test_an_old_block_is_renewed_and_later_code_is_kept(tmp_path: Path) -> None:
    path = conftest(tmp_path, f"{OWN}\n\n{BEGIN}\n\nOLD = 1\n\n{END}\n\n\nLATER = 2\n".encode())
    renewed = ejected(tmp_path)
    assert renewed.became is Became.UPDATED
    eject.write(renewed)
    text = path.read_text("utf-8")
    assert "OLD" not in text
    assert text.startswith(f"{OWN}\n\nLATER = 2\n\n\n{BEGIN}\n")
    assert ejected(tmp_path).became is Became.CURRENT


def test_eject_keeps_line_ends_and_byte_order_marks(tmp_path: Path) -> None:
    conftest(tmp_path, b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    data = ejected(tmp_path).new
    assert data.startswith(b"\xef\xbb\xbfimport pytest\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def pytest_pyfunc_call(pyfuncitem): ...\n", "already defines pytest_pyfunc_call"),
        ("class asyncio_runner: ...\nasync def pytest_fixture_setup(): ...\n", "defines asyncio_runner, pytest_fix"),
        ("RUNNER = None\n", "already defines RUNNER"),
        (f"{BEGIN}\nx = 1\n", "the end of the block is unknown"),
        ("def broken(:\n", "is not valid Python in UTF-8"),
        ("# -*- coding: latin-1 -*-\nname = '\xe4'\n", "is not valid Python in UTF-8"),
    ],
)
def test_a_conftest_with_conflicts_is_refused_and_unchanged(tmp_path: Path, text: str, reason: str) -> None:
    path = conftest(tmp_path, text.encode("latin-1"))
    with pytest.raises(AsyncshimError, match=reason):
        eject.eject(tmp_path)
    assert path.read_bytes() == text.encode("latin-1")


def test_a_conftest_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    new = eject.eject(tmp_path)
    path = conftest(tmp_path, OWN.encode())
    with pytest.raises(FileExistsError):
        eject.write(new)
    extended = eject.eject(tmp_path)
    path.write_text("x = 1\n", "utf-8")
    with pytest.raises(AsyncshimError, match="changed since it was read"):
        eject.write(extended)
    assert path.read_text("utf-8") == "x = 1\n"
    assert [each.name for each in tmp_path.iterdir()] == ["conftest.py"]


def test_eject_does_not_follow_a_symbolic_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.py"
    elsewhere.write_text(OWN, "utf-8")
    (tmp_path / "conftest.py").symlink_to(elsewhere)
    with pytest.raises(OSError, match="conftest"):
        eject.eject(tmp_path)


def test_eject_writes_to_the_rootdir_of_pytest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one/tests/unit", "two/tests"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    (tmp_path / "one/pytest.ini").write_text("[pytest]\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    for given, expected in {"one/tests/unit": "one", "one": "one", "two/tests": ".", ".": "."}.items():
        assert eject.folder_for(find_project([given])) == (tmp_path / expected).resolve()


def test_the_template_is_short_and_imports_only_pytest_and_the_standard_library() -> None:
    text = eject.template()
    tree = ast.parse(text)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))
    assert imported - sys.stdlib_module_names == {"pytest"}
    assert len(text.splitlines()) < 180


@pytest.mark.parametrize("own", [None, OWN])
def test_a_suite_runs_with_the_ejected_conftest_and_no_plugin(tmp_path: Path, own: str | None) -> None:
    suite = tmp_path / "suite"
    (suite / "tests").mkdir(parents=True)
    (suite / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n", "utf-8")
    text = SUITE if own else SUITE.replace("def test_own_conftest(number):\n    assert number == 1\n", "")
    (suite / "tests/test_it.py").write_text(text, "utf-8")
    if own:
        conftest(suite, own.encode())
    eject.write(eject.eject(suite))
    (tmp_path / "report").mkdir()
    ran = run_tests(sys.executable, suite, tmp_path / "report/outcomes.json", "-p", "no:asyncshim")
    expected = {f"tests/test_it.py::{name}": outcome for name, outcome in OUTCOMES.items()}
    if not own:
        del expected["tests/test_it.py::test_own_conftest"]
    assert ran.tests == expected, ran.output
    for text in ("the test's own error", "broken fixture", "inside", "an async fixture yields once"):
        assert text in ran.output


def test_ctrl_c_under_the_ejected_conftest_tears_fixtures_down(tmp_path: Path) -> None:
    eject.write(eject.eject(tmp_path))
    (tmp_path / "test_it.py").write_text(
        "import asyncio, os, signal, pytest\n"
        "@pytest.fixture(scope='session')\nasync def server():\n    yield 1\n    print('torn down')\n"
        "async def test_it(server):\n    try:\n        os.kill(os.getpid(), signal.SIGINT)\n"
        "        await asyncio.sleep(60)\n    finally:\n        print('cancelled')\n",
        "utf-8",
    )
    command = [sys.executable, "-X", "dev", "-m", "pytest", "-s", "-p", "no:asyncshim", "-p", "no:cacheprovider"]
    result = run(command, cwd=tmp_path)
    assert result.returncode == 2, result.stdout
    assert "cancelled" in result.stdout
    assert "torn down" in result.stdout
    assert "KeyboardInterrupt" in result.stdout
    assert "ResourceWarning" not in result.stdout


def test_the_template_passes_ruff() -> None:
    if shutil.which("ruff", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("needs ruff")
    for arguments in (["check", "--ignore=D", "--ignore=ANN"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", "src/conftest.py", "-"]
        result = subprocess.run(command, input=eject.template(), text=True, capture_output=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
