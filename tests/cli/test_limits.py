"""A file that exhausts the stack, memory or time costs itself alone, whatever the number of processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from house.processes import environment
from repositories import write_tree

OLD = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"
NEW = "async def test_it():\n    pass\n"
CONFIG = {"pytest.ini": "[pytest]\nasyncio_mode = auto\n", "requirements.txt": "pytest-asyncio\n"}


def asyncshim(folder: Path, *arguments: str, timeout: float = 240) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "asyncshim", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, timeout=timeout, check=False, text=True
    )
    return done.returncode, done.stdout, done.stderr


def lines(count: int, begin: str, part: str, times: int, end: str = "") -> str:
    return "".join(f"x{n} = {begin}{part * times}{end}\n" for n in range(count))


def spread(begin: str, part: str, times: int, end: str) -> str:
    """Return one expression over many short lines, which no measure by the length of a line can see."""
    return f"x = ({begin}" + f"{part}\n" * times + f"{end})\n"


DEEP: dict[str, Callable[[], str]] = {
    "unary operators": lambda: lines(300, "", "-", 3000, "1"),
    "not": lambda: lines(300, "", "not ", 750, "1"),
    "attributes": lambda: lines(300, "a", ".b", 1500),
    "powers": lambda: lines(300, "", "1**", 1000, "1"),
    "unary operators over lines": lambda: spread("", "-" * 20, 2000, "1"),
    "not over lines": lambda: spread("", "not", 20_000, "1"),
    "lambdas": lambda: lines(20, "", "lambda: ", 2000, "1"),
    "lambdas with parameters": lambda: spread("", "lambda a, b:", 5000, "1"),
    "ternaries": lambda: lines(20, "", "1 if a else ", 2000, "1"),
    "ternaries over lines": lambda: spread("", "1 if a\nelse ", 5000, "1"),
    "subscripts": lambda: lines(20, "a", "[0]", 2000),
    "calls of calls": lambda: lines(20, "a", "(1, 2)", 2000),
    "calls with commas over lines": lambda: spread("", "f(1, 2)\n+", 5000, "1"),
    "brackets": lambda: lines(20, "", "[", 3000, "]" * 3000),
    "brackets without an end": lambda: "x = " + "(\n" * 20_000,
    "dictionaries": lambda: lines(20, "", "{1: ", 2000, "1" + "}" * 2000),
    "comprehensions": lambda: lines(20, "[a ", "for a, b in c ", 2000, "]"),
    "f-strings": lambda: lines(5, "", 'f"{', 2000, "1" + '}"' * 2000),
    "format specifications": lambda: 'x = f"' + "{a:" * 5000 + "}" * 5000 + '"\n',
    "conjunctions": lambda: lines(20, "", "a and ", 3000, "b"),
    "comparisons": lambda: lines(20, "", "a < ", 3000, "b"),
    "awaits in brackets": lambda: "async def f():\n    x = " + "await (" * 3000 + "a" + ")" * 3000 + "\n",
    "elif": lambda: "if a:\n    pass\n" + "elif b:\n    pass\n" * 20_000,
    "blocks": lambda: "".join(" " * n + "if a:\n" for n in range(5000)) + " " * 5000 + "pass\n",
    "functions": lambda: "".join(" " * n + "def f():\n" for n in range(3000)) + " " * 3000 + "pass\n",
    "decorators": lambda: "@a\n" * 50_000 + "def f(): pass\n",
    "dotted import": lambda: "import a" + ".b" * 20_000 + "\n",
    "strings": lambda: lines(100, "", '"abcdefgh" ', 110),
    "sum": lambda: "x = " + " + ".join(["abcdefg"] * 50_000) + "\n",
    "sum over lines": lambda: "x = (\n" + "    abcdefg +\n" * 40_000 + "1)\n",
    "nested calls": lambda: "x = " + "abcdef(" * 40_000 + "1" + ")" * 40_000 + "\n",
    "another encoding": lambda: "# coding: utf-7\nx = " + "-" * 50_000 + "1\n",
}


def test_deep_files_cost_themselves_alone_with_one_process(tmp_path: Path) -> None:
    encoded = DEEP["another encoding"]() + OLD  # the declaration must be in the first line
    deep = {kind: encoded if kind == "another encoding" else OLD + DEEP[kind]() for kind in DEEP}
    names = {kind: f"tests/test_deep_{number}.py" for number, kind in enumerate(deep)}
    root = write_tree(
        tmp_path / "p",
        {"tests/test_a.py": OLD, "tests/test_z.py": OLD, **{names[kind]: text for kind, text in deep.items()}},
    )
    code, _, said = asyncshim(root, "migrate", "--jobs", "1", "--file-timeout", "3")
    assert code == 2, said
    assert "Traceback" not in said
    assert (root / "tests/test_a.py").read_text() == (root / "tests/test_z.py").read_text() == NEW
    for kind, name in names.items():  # each is rewritten, or it is named
        is_named = f"error: {name}:" in said
        assert ((root / name).read_text() == deep[kind]) is is_named, kind


@pytest.mark.parametrize("command", ["check", "status", "migrate"])
@pytest.mark.parametrize("kind", ["unary operators over lines", "not over lines", "elif"])
def test_in_a_pool_deep_files_cost_themselves_alone(tmp_path: Path, kind: str, command: str) -> None:
    ordinary = {f"tests/test_{n}.py": OLD for n in range(40)}
    deep = {f"tests/test_deep_{n}.py": OLD + DEEP[kind]() for n in range(3)}
    root = write_tree(tmp_path / "p", {**ordinary, **deep, **CONFIG})
    code, _, said = asyncshim(root, command, "--jobs", "2", "--file-timeout", "3")
    assert code == 2, said
    assert [line.split(":")[1] for line in said.splitlines() if line.startswith("error: ")] == [
        f" tests/test_deep_{n}.py" for n in range(3)
    ]
    if command == "migrate":
        assert {(root / name).read_text() for name in ordinary} == {NEW}
        assert {name: (root / name).read_text() for name in CONFIG} == CONFIG


def test_a_million_lines_are_named_with_the_option_that_sets_the_limit(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path / "p",
        {"tests/test_a.py": OLD, "tests/test_big.py": OLD + "x = 1\n" * 10**6, "data.py": "x = 1\n" * 10**6},
    )
    code, _, said = asyncshim(root, "migrate")
    assert code == 2
    assert said.splitlines()[-1] == (
        "error: tests/test_big.py: is larger than 2 MB, so it stays unchanged: `--max-file-size` sets the limit"
    )
    assert (root / "tests/test_a.py").read_text() == NEW


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the memory of a process is not limited")
def test_a_file_that_needs_too_much_memory_is_named(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_big.py": OLD + "x = 1\n" * 10**6})
    code, _, said = asyncshim(root, "migrate", "--max-file-size", "100M", "--file-timeout", "200")
    assert code == 2
    assert said.splitlines()[-1] == (
        "error: tests/test_big.py: needs more than 2 GB of memory, so it stays unchanged: split the file"
    )
    assert (root / "tests/test_a.py").read_text() == NEW


def test_a_file_that_claims_to_be_huge_is_not_read(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD})
    for name in ("tests/test_sparse.py", "requirements.txt"):
        with (root / name).open("wb") as stream:
            stream.truncate(2**36)
    code, _, said = asyncshim(root, "migrate")
    assert code == 2
    assert "error: tests/test_sparse.py: cannot be read: too large\n" in said
    assert (root / "tests/test_a.py").read_text() == NEW


def test_stdin_has_the_same_limits(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD})
    command = [sys.executable, "-m", "asyncshim", "migrate", "-", "--stdin-filename", "tests/test_b.py"]
    done = subprocess.run(
        [*command, "--file-timeout", "3"],
        input=OLD + DEEP["unary operators over lines"](),
        cwd=root,
        env=environment(),
        capture_output=True,
        timeout=120,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: tests/test_b.py: ")


def test_a_large_file_that_can_be_parsed_is_rewritten(tmp_path: Path) -> None:
    test = "@pytest.mark.asyncio\nasync def test_{}():\n    assert [1, 2, 3] == list(range(1, 4))\n\n\n"
    content = "import pytest\n\n\n" + "".join(test.format(n) for n in range(3000))
    root = write_tree(tmp_path / "p", {"tests/test_a.py": content})
    assert len(content) > 200_000
    code, _, said = asyncshim(root, "migrate", "--jobs", "1")
    assert code == 0, said
    assert (root / "tests/test_a.py").read_text() == content.replace("@pytest.mark.asyncio\n", "").replace(
        "import pytest\n\n\n", ""
    )


CONFIGURATIONS: dict[str, tuple[str, Callable[[], str]]] = {
    "arrays": ("pyproject.toml", lambda: "[tool.x]\ny = " + "[" * 50_000 + "]" * 50_000 + "\n"),
    "inline tables": ("pytest.toml", lambda: "[x]\ny = " + "{a = " * 20_000 + "1" + "}" * 20_000 + "\n"),
    "many inline tables": (
        "tox.toml",
        lambda: "requires = ['pytest-asyncio']\n" + "y = [" + "{a = 1}, " * 50_000 + "]\n",
    ),
    "dotted keys": ("hatch.toml", lambda: "dependencies = ['pytest-asyncio']\n" + "a." * 100_000 + "b = 1\n"),
    "a dotted header": ("tox.toml", lambda: "requires = ['pytest-asyncio']\n[" + "a." * 100_000 + "b]\n"),
    "many tables": (
        "hatch.toml",
        lambda: "dependencies = ['pytest-asyncio']\n" + "".join(f"[a.b{n}]\n[c.d{n}]\n" for n in range(9_000)),
    ),
    "a long value": ("tox.ini", lambda: "[pytest]\nasyncio_mode = auto\naddopts =\n" + " -q\n" * 150_000),
    "many sections": (
        "setup.cfg",
        lambda: "[tool:pytest]\nasyncio_mode = auto\n" + "".join(f"[s{n}]\na = 1\n" for n in range(40_000)),
    ),
    "many requirements": ("requirements.txt", lambda: "pytest-asyncio\n" * 100_000),
    "YAML": (
        "environment.yml",
        lambda: "dependencies:\n - pytest-asyncio\n - x: " + "[" * 50_000 + "]" * 50_000 + "\n",
    ),
}


@pytest.mark.parametrize("kind", CONFIGURATIONS)
def test_a_configuration_file_that_exhausts_a_parser_costs_itself_alone(tmp_path: Path, kind: str) -> None:
    name, content = CONFIGURATIONS[kind]
    mode = "[pytest]\nasyncio_mode = auto\n"  # markers go although a dependency may stay
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD, "pytest.ini": mode, name: content()})
    code, _, said = asyncshim(root, "migrate", "tests", name, "--jobs", "1", "--file-timeout", "3", timeout=60)
    assert code in {0, 1, 2}
    assert "Traceback" not in said
    if code == 2:
        assert f"error: {name}: " in said or f"error: {root / name}: " in said
    if "pyproject" not in name:
        assert (root / "tests/test_a.py").read_text() == NEW


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_a_run_that_is_stopped_while_a_file_is_parsed(
    tmp_path: Path, number: signal.Signals
) -> None:
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_large.py": OLD + "x = 1\n" * 300_000})
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    run = subprocess.Popen(
        [sys.executable, "-m", "asyncshim", "migrate", "--jobs", "1", "--file-timeout", "60"],
        cwd=root,
        env=environment(TMPDIR=str(temporary)),
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        while not (parsing := [pid for pid, seconds in group(run.pid).items() if pid != run.pid and seconds > 0.5]):
            assert run.poll() is None
            time.sleep(0.05)
        if number == signal.SIGINT:
            os.kill(parsing[0], signal.SIGSTOP)  # nothing but the end of the run can end this process
        run.send_signal(number)
        _, said = run.communicate()
        assert b"Traceback" not in said
        assert run.returncode == (130 if number == signal.SIGINT else -number)
        while group(run.pid):  # the parser lets no thread notice that the parent was killed
            time.sleep(0.1)
        assert list(temporary.iterdir()) == []
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)


def group(leader: int) -> dict[int, float]:
    """Return the processes of a group, and the seconds for which each has used a processor."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z" and int(fields[2]) == leader:
            found[int(status.parent.name)] = int(fields[11]) / os.sysconf("SC_CLK_TCK")
    return found


@pytest.mark.parametrize("key", ["max-file-size", "file-timeout"])
def test_a_repository_cannot_set_the_limits(tmp_path: Path, key: str) -> None:
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD, "pyproject.toml": f"[tool.asyncshim]\n{key} = 1000\n"})
    code, _, said = asyncshim(root, "check")
    assert code == 2
    assert said == f"error: {root}/pyproject.toml:2: {key!r} can only be set on the command line: --{key}\n"


@pytest.mark.parametrize("value", ["0", "-1", "many", "1X", "1.5M", ""])
def test_a_size_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD})
    code, _, said = asyncshim(root, "check", f"--max-file-size={value}")
    assert code == 2
    assert f"{value!r} is not a size such as 500K or 2M" in said


@pytest.mark.parametrize(("value", "code"), [("50", 2), ("1K", 1), ("1kb", 1), ("2MiB", 1)])
def test_the_limit_of_the_size_is_an_option(tmp_path: Path, value: str, code: int) -> None:
    root = write_tree(tmp_path / "p", {"tests/test_a.py": OLD})
    assert asyncshim(root, "check", "--max-file-size", value)[0] == code
