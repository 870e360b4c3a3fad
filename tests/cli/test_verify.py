"""``verify`` with real suites, and with the real pytest-asyncio where it is installed."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from repositories import Done, asyncshim, read_tree, repository

OLD = b"""\
import asyncio

import pytest


@pytest.mark.asyncio
async def test_it(event_loop):
    assert event_loop is asyncio.get_running_loop()


@pytest.mark.asyncio
async def test_fails():
    assert 1 == 2
"""


def verify(folder: Path, *arguments: str, **env: str) -> Done:
    return asyncshim(folder, "verify", *arguments, "--pytest-args", "-p no:xdist -p no:cacheprovider", **env)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "p", {"tests/test_a.py": OLD, "pytest.ini": "[pytest]\nasyncio_mode = strict\n"})


def test_verify_compares_before_and_after_migrate_and_writes_nothing(project: Path) -> None:
    before = read_tree(project)
    done = verify(project, "--migrate")
    assert done.code == 0, done.stderr
    assert done.stderr.startswith("Running pytest on the current files, in a copy at ")
    assert "before: 1 failed, 1 passed" in done.stderr
    assert "after:  1 failed, 1 passed" in done.stderr
    assert done.stderr.endswith("2 tests, the same outcomes.\n")
    assert read_tree(project) == before


def test_verify_collect_compares_only_node_ids(project: Path) -> None:
    done = verify(project, "--migrate", "--collect")
    assert done.code == 0
    assert done.stderr.endswith("2 tests, the same node ids.\n")


def test_verify_of_a_clean_suite_has_nothing_to_compare(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": "async def test_it(): pass\n"})
    done = verify(root, "--migrate")
    assert (done.code, done.stderr) == (0, "Nothing to compare: migrate would change nothing.\n")


def test_verify_reports_wrong_paths_before_missing_plugins(tmp_path: Path) -> None:
    for arguments, message in ((["nowhere"], "nowhere: no such file or folder"), ([], "no Python files in .")):
        done = asyncshim(tmp_path, "verify", *arguments)
        assert (done.code, done.stderr) == (2, f"error: {message}\n")


# Replaces pytest-asyncio: it runs all coroutines except one.
OTHER = """\
import asyncio
import inspect
import time


def pytest_pyfunc_call(pyfuncitem):
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        if "hangs" in pyfuncitem.name:
            time.sleep(600)
        if "only_asyncshim" not in pyfuncitem.name:
            asyncio.run(pyfuncitem.obj())
            return True
        raise OSError("the loop is another one")
"""


@pytest.fixture
def other_plugin(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/pytest_asyncio.py").write_text("")
    (tmp_path / "site/other_runner.py").write_text(OTHER)
    return {"PYTHONPATH": str(tmp_path / "site"), "PYTEST_PLUGINS": "other_runner"}


def test_verify_compares_two_plugins_on_the_same_files(tmp_path: Path, other_plugin: dict[str, str]) -> None:
    source = "async def test_same(): pass\nasync def test_only_asyncshim(): pass\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": source})
    done = verify(root, **other_plugin)
    assert "pytest-asyncio: 1 failed, 1 passed" in done.stderr
    assert done.code == 1
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines == [["test", "before", "after"], ["tests/test_a.py::test_only_asyncshim", "failed", "passed"]]
    assert "1 test differs in outcomes.\n" in done.stderr


def test_verify_ends_a_run_that_hangs_and_names_the_test(tmp_path: Path, other_plugin: dict[str, str]) -> None:
    source = "async def test_a(): pass\nasync def test_hangs(): pass\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": source})
    done = verify(root, "--timeout", "8", **other_plugin)
    assert done.code == 2
    message = "error: pytest-asyncio: pytest did not end within 8 seconds, in tests/test_a.py::test_hangs, so the runs"
    assert message in done.stderr
    assert done.stdout == ""


def test_verify_without_pytest_asyncio_explains_what_to_install(project: Path) -> None:
    if any(Path(path, "pytest_asyncio").is_dir() for path in sys.path):
        pytest.skip("pytest-asyncio is installed here")
    done = verify(project)
    assert done.code == 2
    assert f"error: pytest_asyncio is not installed for {sys.executable}: install the release" in done.stderr
    assert "--before-python PATH" in done.stderr
    assert "--before pytest-asyncio==VERSION" in done.stderr


def test_verify_with_a_missing_interpreter_prints_no_traceback(project: Path) -> None:
    done = verify(project, "--python", "/no/such/python", "--before-python", sys.executable, PYTHONPATH=os.devnull)
    assert (done.code, done.stderr) == (2, "error: --python /no/such/python: there is no such interpreter\n")


# One of both runs, or both, in other words: pytest runs without the plugin `asyncshim` first.
ONE_SIDE = """\
import os, signal, pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    if session.config.pluginmanager.has_plugin("asyncshim") is {side}:
        {what}
"""


class TestRunsThatAreNotWhole:
    @pytest.mark.parametrize("side", ["True", "False"], ids=["after", "before"])
    @pytest.mark.parametrize(
        ("what", "words"),
        [
            (
                "raise OSError('no disk')",
                ["pytest crashed (INTERNALERROR): OSError: no disk", "INTERNALERROR> OSError"],
            ),
            ("os.kill(os.getpid(), signal.SIGKILL)", ["pytest was killed by SIGKILL", "collected 1 item"]),
            ("os._exit(0)", ["the process ended with exit code 0 before pytest did", "collected 1 item"]),
        ],
        ids=["crash", "killed", "left"],
    )
    def test_a_broken_run_on_either_side_is_exit_2_with_the_words_of_pytest(
        self, tmp_path: Path, other_plugin: dict[str, str], side: str, what: str, words: list[str]
    ) -> None:
        files = {"conftest.py": ONE_SIDE.format(side=side, what=what), "tests/test_a.py": "async def test_a(): pass\n"}
        done = verify(repository(tmp_path / "p", files), **other_plugin)
        assert done.code == 2
        label = "asyncshim" if side == "True" else "pytest-asyncio"
        assert f"error: {label}: {words[0]}" in done.stderr
        assert "The last lines of pytest:" in done.stderr.replace("\n  ", " ")
        assert words[1] in done.stderr
        assert "the same outcomes" not in done.stderr

    @pytest.mark.parametrize("arguments", [["--migrate"], ["--migrate", "--collect"]])
    def test_a_module_that_cannot_be_imported_is_exit_2(self, project: Path, arguments: list[str]) -> None:
        (project / "tests/test_b.py").write_text("import nowhere_to_be_found\n")
        done = verify(project, *arguments)
        assert done.code == 2
        assert "error: before: pytest could not collect tests/test_b.py, so the runs cannot be compared" in done.stderr
        assert "  E   ModuleNotFoundError: No module named 'nowhere_to_be_found'\n" in done.stderr

    def test_only_a_module_that_cannot_be_imported_is_exit_2(self, tmp_path: Path) -> None:
        root = repository(tmp_path / "p", {"tests/test_a.py": b"import nowhere_to_be_found\n" + OLD})
        done = asyncshim(root, "migrate", "--verify")
        assert done.code == 2
        assert "No module named 'nowhere_to_be_found'" in done.stderr
        assert b"mark.asyncio" in (root / "tests/test_a.py").read_bytes()

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            (b"", "pytest-asyncio: no test ran: pytest ended with exit code 5"),
            (
                b"import pytest\npytestmark = pytest.mark.skip\n" + OLD,
                "asyncshim: no test ran: all of them were skipped",
            ),
        ],
        ids=["empty", "skipped"],
    )
    def test_no_test_is_exit_2(self, tmp_path: Path, other_plugin: dict[str, str], source: bytes, words: str) -> None:
        done = verify(repository(tmp_path / "p", {"tests/test_a.py": source}), **other_plugin)
        assert done.code == 2
        assert f"error: {words}, so the runs cannot be compared" in done.stderr

    def test_a_file_that_breaks_when_it_is_rewritten_is_named_and_the_others_are_written(self, project: Path) -> None:
        source = OLD + b"\nassert 'mark.asy' + 'ncio' in open(__file__).read(), 'own source'\n"
        (project / "tests/test_b.py").write_bytes(source)
        done = asyncshim(project, "migrate", "--verify", "--allow-dirty")
        assert done.code == 2
        assert (project / "tests/test_b.py").read_bytes() == source
        assert b"mark.asyncio" not in (project / "tests/test_a.py").read_bytes()
        assert done.stderr.endswith(
            "error: tests/test_b.py: stays unchanged: pytest cannot collect it after the rewrite: "
            "AssertionError: own source\n"
        )


def test_tests_with_random_ids_are_paired(tmp_path: Path, other_plugin: dict[str, str]) -> None:
    source = """\
        import secrets, time, uuid, pytest
        class Thing: pass
        @pytest.mark.parametrize("x", [uuid.uuid4(), time.time(), Thing(), secrets.token_hex(8)], ids=repr)
        def test_x(x): pass
        @pytest.mark.parametrize("x", ["".join(secrets.choice("abc") for _ in range(20)) for _ in range(3)])
        def test_words(x): pass
        """
    root = repository(tmp_path / "p", {"tests/test_a.py": textwrap.dedent(source)})
    for arguments in ([], ["--collect"]):
        done = verify(root, *arguments, **other_plugin)
        what = "node ids" if arguments else "outcomes"
        assert (done.code, done.stderr.splitlines()[-1]) == (0, f"7 tests, the same {what}."), done.stdout + done.stderr


def test_lines_fit_the_terminal_and_keep_every_character(tmp_path: Path, other_plugin: dict[str, str]) -> None:
    long = "only_asyncshim_" + "x" * 120
    root = repository(tmp_path / "p", {"tests/a_folder/test_a.py": f"async def test_{long}(): pass\n"})
    done = verify(root, COLUMNS="60", **other_plugin)
    assert done.code == 1
    assert max(map(len, (done.stdout + done.stderr).splitlines())) <= 60
    assert long in "".join(line.split()[0] for line in done.stdout.splitlines()[1:])
    assert done.stdout.splitlines()[1].split()[1:] == ["failed", "passed"]


def test_errors_fit_the_terminal(project: Path) -> None:
    (project / "tests/test_b.py").write_text(f"import {'nowhere_' * 20}\n")
    done = verify(project, "--migrate", COLUMNS="60")
    assert done.code == 2
    assert max(map(len, done.stderr.splitlines())) <= 60


def environment_like_this(folder: Path) -> Path:
    """Make a virtual environment with the packages of this one."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin/python"
    packages = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    )
    lines = [f"import site; site.addsitedir({entry!r})\n" for entry in site.getsitepackages()]
    Path(packages.strip(), "ours.pth").write_text("".join(lines))
    return python


def test_interpreters_are_relative_to_the_folder_of_the_command(project: Path, other_plugin: dict[str, str]) -> None:
    source = "import sys\n\n\nasync def test_where():\n    assert sys.prefix.endswith('.venv')\n"
    (project / "tests/test_b.py").write_text(source)
    (project / "tests/test_a.py").write_bytes(
        OLD.replace(b"(event_loop)", b"()").replace(b"event_loop", b"1 or asyncio")
    )
    environment_like_this(project / ".venv")
    for arguments in (
        ["--python", "../.venv/bin/python"],
        ["--python", "../.venv", "--before-python", "../.venv/bin/python"],
        ["--python", "../.venv/bin/python", "--migrate"],
    ):
        done = verify(project / "tests", *arguments, **other_plugin)
        assert done.code == 0, done.stdout + done.stderr
        assert done.stderr.count("1 failed, 2 passed") == 2


@pytest.fixture
def index(tmp_path: Path) -> None:
    """Skip a test that installs from the package index, if that cannot be reached."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--retries", "0", "--timeout", "20"]
    done = subprocess.run(
        [*command, "-d", str(tmp_path / "downloads"), "pytest-asyncio==0.21.2"], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("the package index cannot be reached")


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("command", [["verify"], ["migrate", "--verify", "--dry-run"]], ids=["verify", "migrate"])
def test_verify_makes_the_old_environment_itself(project: Path, command: list[str]) -> None:
    done = asyncshim(project, *command, "--before", "pytest-asyncio==0.21.2", "--pytest-args", "-p no:cacheprovider")
    assert done.code == 0, done.stderr
    assert done.stderr.startswith("Making an environment with pytest-asyncio==0.21.2\n")
    assert "2 tests, the same outcomes.\n" in done.stderr


def test_an_old_environment_that_cannot_be_made_is_exit_2(project: Path) -> None:
    offline = {"UV_OFFLINE": "1", "PIP_NO_INDEX": "1", "UV_FIND_LINKS": "", "PIP_FIND_LINKS": ""}
    done = verify(project, "--before", "pytest-asyncio==0.0.99", **offline)
    assert done.code == 2
    assert "error: pytest-asyncio==0.0.99 could not be installed:\n  " in done.stderr


class TestMigrateVerify:
    def test_migrate_verify_compares_with_the_old_plugin_of_another_interpreter(
        self, tmp_path: Path, other_plugin: dict[str, str]
    ) -> None:
        source = OLD.partition(b"@pytest.mark.asyncio\nasync def test_fails")[0].replace(b"event_loop", b"")
        source = source.replace(b"    assert  is asyncio.get_running_loop()", b"    await asyncio.sleep(0)")
        root = repository(tmp_path / "p", {"tests/test_only_asyncshim.py": source.replace(b"test_it", b"test_same")})
        done = asyncshim(root, "migrate", "--verify", "--before-python", sys.executable, **other_plugin)
        assert done.code == 0, done.stderr
        assert "before: 1 passed\n" in done.stderr
        assert "Verified: 1 test, the same outcomes.\n" in done.stderr

    def test_migrate_verify_writes_edits_that_keep_all_outcomes(self, project: Path) -> None:
        done = asyncshim(project, "migrate", "--verify", "--allow-dirty")
        assert done.code == 0, done.stderr
        assert "Verified: 2 tests, the same outcomes.\n" in done.stderr
        assert b"mark.asyncio" not in (project / "tests/test_a.py").read_bytes()

    def test_migrate_verify_keeps_and_names_a_file_whose_outcomes_differ(self, project: Path) -> None:
        source = OLD + b"\n\ndef test_source():\n    assert 'mark.asy' + 'ncio' in open(__file__).read()\n"
        (project / "tests/test_b.py").write_bytes(source)
        done = asyncshim(project, "migrate", "--verify=run", "--allow-dirty")
        assert done.code == 1
        assert (project / "tests/test_b.py").read_bytes() == source
        assert b"mark.asyncio" not in (project / "tests/test_a.py").read_bytes()
        assert (
            "warning: tests/test_b.py is not changed: tests/test_b.py::test_source: passed before, failed after\n"
            in done.stderr
        )
        assert "tests/test_b.py:6:2: ASH101 " in done.stdout

    def test_migrate_verify_works_with_a_dry_run(self, project: Path) -> None:
        before = read_tree(project)
        done = asyncshim(project, "migrate", "--verify=collect", "--dry-run")
        assert done.code == 0
        assert "Verified: 2 tests, the same node ids.\n" in done.stderr
        assert "diff --git a/tests/test_a.py" in done.stdout
        assert read_tree(project) == before
