"""`check` and `status` remember what they found in unchanged files; nobody can see that from what they print."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from asyncshim.cli import main
from asyncshim.migrate.plan.engine import Engine
from house.corpus import cases
from house.processes import environment
from repositories import OLD, repository, write_tree

CONFTEST = "import pytest\n\nslow = pytest.mark.slow\n"
FILES = {
    "pyproject.toml": '[project]\nname = "p"\ndependencies = []\n\n[tool.pytest.ini_options]\n',
    "tests/conftest.py": CONFTEST,
    "tests/test_a.py": OLD,
    "tests/test_b.py": "from conftest import slow\n\n\n@slow\nasync def test_it():\n    pass\n",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command printed, and its exit code."""

    code: int
    out: bytes
    err: bytes


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the cache."""
    monkeypatch.delenv("ASYNCSHIM_NO_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches/asyncshim"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Path) -> Path:
    root = repository(tmp_path / "a project", FILES)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Shown]:
    def run_command(*arguments: str) -> Shown:
        code = main(arguments)
        return Shown(code, *capfdbinary.readouterr())

    return run_command


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets an entry for every run of the rules."""
    found: list[str] = []
    original = Engine.run

    def noted(engine: Engine, discovery: object) -> object:
        found.append("run")
        return original(engine, discovery)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "run", noted)
    return found


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with the legacy suites of all cases."""
    root = tmp_path_factory.mktemp("corpus") / "suites"
    for case in cases():
        shutil.copytree(case.before, root / case.name)
    return repository(root, {})


def test_over_the_whole_corpus_a_run_with_the_cache_is_byte_for_byte_one_without(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[..., Shown], asked: list[str]
) -> None:
    monkeypatch.chdir(corpus)
    for command in (("check", "-v", "--report", "json"), ("status", "--report", "json")):
        without = run(*command, "--no-cache")
        first, second = run(*command), run(*command)
        assert without == first == second
        assert len(without.out) > 1000
    # Twice without the cache, and once for it.
    assert asked == ["run"] * 3


def test_text_and_exit_codes_are_those_without_the_cache(
    project: Path, run: Callable[..., Shown], asked: list[str]
) -> None:
    (project / "tests/test_c.py").write_text("@pytest.mark.asyncio\nasync def test_(:\n")
    for command in (("check",), ("status",), ("check", "tests/test_b.py"), ("check", "--report", "text")):
        without = run(*command, "--no-cache")
        asked.clear()
        assert run(*command) == without
        before = len(asked)
        assert run(*command) == without
        assert len(asked) == before <= 1


def test_status_uses_what_check_has_found(project: Path, run: Callable[..., Shown], asked: list[str]) -> None:
    run("check")
    assert run("status").out.startswith(b"1 of 2 async tests are plain (50%)")
    assert asked == ["run"]


def test_the_whole_bytes_of_an_html_report_are_those_of_this_run(
    project: Path, tmp_path: Path, run: Callable[..., Shown], asked: list[str]
) -> None:
    for number in range(2):
        run("check", "--report", f"html={tmp_path / 'report.html'}")
        assert len(asked) == number + 1
    assert "@pytest.mark.asyncio" in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tests/test_a.py", OLD + OLD.replace(b"test_it", b"test_two")),
        ("tests/test_b.py", OLD),
        ("tests/conftest.py", CONFTEST.replace("pytest.mark.slow", "pytest.mark.asyncio")),
        ("pyproject.toml", FILES["pyproject.toml"] + 'asyncio_mode = "auto"\n'),
        ("pyproject.toml", FILES["pyproject.toml"].replace("[]", '["pytest-asyncio"]')),
        ("tests/test_new.py", OLD),
        ("requirements.txt", "pytest-asyncio\n"),
        ("helpers.py", OLD),
    ],
)
def test_a_changed_or_new_file_is_seen(
    file: str, content: str | bytes, project: Path, run: Callable[..., Shown], asked: list[str]
) -> None:
    before = run("check", "--report", "json")
    write_tree(project, {file: content})
    after = run("check", "--report", "json")
    assert asked == ["run", "run"]
    assert after == run("check", "--report", "json", "--no-cache") != before


@pytest.mark.parametrize(
    "options",
    [
        ("--select", "ASH2"),
        ("--ignore", "ASH101"),
        ("--runner", "anyio"),
        ("--no-config",),
        ("--exclude", "test_a.py"),
        ("--max-file-size", "10"),
        ("tests/test_b.py",),
    ],
    ids=" ".join,
)
def test_other_options_and_paths_are_seen(
    options: tuple[str, ...], project: Path, run: Callable[..., Shown], asked: list[str]
) -> None:
    run("check")
    found = run("check", *options)
    assert asked == ["run", "run"]
    assert found == run("check", *options, "--no-cache")
    assert found == run("check", *options)
    assert len(asked) == 3


def test_settings_of_the_project_are_seen(project: Path, run: Callable[..., Shown], asked: list[str]) -> None:
    assert run("check").code == 1
    write_tree(project, {"pyproject.toml": FILES["pyproject.toml"] + '[tool.asyncshim]\nignore = ["ASH"]\n'})
    assert run("check").code == 0


def test_a_wrong_option_is_an_error_with_the_cache_too(project: Path, run: Callable[..., Shown]) -> None:
    run("check")
    found = run("check", "--select", "ASH9")
    assert (found.code, found.err) == (2, b"error: --select: no rule is called 'ASH9'\n")


@pytest.mark.parametrize("command", ["check", "status"])
def test_nothing_is_written_with_no_cache(
    command: str, project: Path, place: Path, run: Callable[..., Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(command, "--no-cache")
    monkeypatch.setenv("ASYNCSHIM_NO_CACHE", "1")
    run(command)
    assert not place.exists()
    monkeypatch.delenv("ASYNCSHIM_NO_CACHE")
    run(command)
    assert [*place.iterdir()]


def test_migrate_neither_reads_nor_writes_the_cache(
    project: Path, place: Path, run: Callable[..., Shown], asked: list[str]
) -> None:
    run("migrate", "--dry-run")
    assert not place.exists()
    run("check")
    run("migrate", "--check")
    assert asked == ["run"] * 3


def test_a_cache_that_a_repository_ships_is_not_used(
    project: Path, run: Callable[..., Shown], asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / ".cache"))
    run("check")
    run("check")
    assert asked == ["run", "run"]
    assert not (project / ".cache").exists()


def test_the_cache_may_be_deleted_or_damaged_at_any_time(
    project: Path, place: Path, run: Callable[..., Shown], asked: list[str]
) -> None:
    expected = run("check")
    for entry in place.iterdir():
        entry.write_bytes(entry.read_bytes()[:-5])
    assert run("check") == expected
    shutil.rmtree(place)
    assert run("check") == expected
    shutil.rmtree(place)
    place.write_text("not a folder")
    assert run("check") == expected
    assert asked == ["run"] * 4


def test_two_runs_at_once_both_find_everything(project: Path, place: Path) -> None:
    command = [sys.executable, "-m", "asyncshim", "check", "--report", "json"]
    env = environment(XDG_CACHE_HOME=str(place.parent))
    both = [subprocess.Popen(command, cwd=project, env=env, stdout=subprocess.PIPE) for _ in range(2)]
    found = [json.loads(process.communicate(timeout=240)[0]) for process in both]
    assert found[0] == found[1]
    assert found[0]["summary"]["rewritten"] > 0
    assert [path for path in place.iterdir() if path.suffix != ".json"] == []
