"""The benchmark of the plugin: its suites pass, its ratios are those of what was measured. Nothing is timed here."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from house.processes import run_python
from house.tree import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="CPU time of a child is asked of the kernel by wait4")
SUITES = ("A1", "A2", "A3", "A4", "A5", "A6")


def module(name: str) -> ModuleType:
    return importlib.import_module(name)


def test_one_command_measures_and_prints_ratios(tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    result = run_python(
        ROOT / "benchmarks/plugin.py", "--here", "--suites", "A1", "start-up", "--runners", "asyncshim",
        "--rounds", "1", "--scale", "0.002", "--json", file, cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout
    assert "A1: 10 trivial async tests" in result.stdout
    assert "| plain functions |" in result.stdout
    assert "total / plain" in result.stdout
    assert "ms over plain" in result.stdout
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["suites"]["A1"]["size"] == 10
    assert {name: len(rounds) for name, rounds in found["suites"]["A1"]["rounds"].items()} == {
        "L0": 1, "asyncshim": 1
    }  # fmt: skip
    assert "pytest " in found["versions"]["asyncshim"]


def test_without_valgrind_no_instructions_are_counted_and_the_reason_is_printed(tmp_path: Path) -> None:
    result = run_python(
        ROOT / "benchmarks/plugin.py", "--here", "--suites", "A4", "--runners", "L0", "--rounds", "1",
        "--scale", "0.001", "--instructions", cwd=tmp_path, env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert result.returncode == 0, result.stdout
    assert "instructions are not counted: valgrind is not installed" in result.stdout
    assert "k instructions" not in result.stdout


@pytest.mark.parametrize(("runner", "tests"), [("L0", 600), ("asyncshim", 600), ("conftest", 600), ("L1", 200)])
def test_the_suites_pass_under_what_needs_no_other_plugin(runner: str, tests: int, tmp_path: Path) -> None:
    form = module("runners").RUNNERS[runner].form
    for name in SUITES:
        suite = module("suites").SUITES[name]
        if suite.runs_itself or not form.runs_itself:  # fixtures cannot call runner.run()
            module("suites").write(suite, form, 100, tmp_path / name)
    if runner == "conftest":
        (tmp_path / "conftest.py").write_text(module("suites").CONFTEST, encoding="utf-8")
    plugin = ["-p", "asyncshim.plugin"] if runner == "asyncshim" else []
    result = run_python(
        "-m", "pytest", "-q", "-W", "error", "-c", os.devnull, "--rootdir", tmp_path,
        "--import-mode=importlib", *plugin, tmp_path, cwd=tmp_path, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert result.returncode == 0, result.stdout
    assert f"{tests} passed" in result.stdout


def test_a_suite_that_fails_is_not_measured(tmp_path: Path) -> None:
    measuring = module("measuring")
    (tmp_path / "test_it.py").write_text("def test_it(): assert 1 == 2\n", encoding="utf-8")
    with pytest.raises(measuring.FailedError, match="assert 1 == 2"):
        measuring.usage([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], tmp_path)


def test_another_runner_that_cannot_run_a_suite_is_skipped_and_asyncshim_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plugin, suites, measuring = module("plugin"), module("suites"), module("measuring")
    options = plugin.parse(["--here", "--runners", "asyncshim", "conftest", "--rounds", "1", "--scale", "0.001"])
    bench = plugin.Bench(options, tmp_path)
    unable = {"conftest"}

    def run(_suite: object, runner: object, _size: int) -> object:
        if getattr(runner, "name", "") in unable:
            raise measuring.FailedError("it cannot")
        return measuring.Usage(1.0, 1.0, 1)

    monkeypatch.setattr(bench, "run", run)
    measured = bench.measure(suites.SUITES["A3"])
    assert list(measured.rounds) == ["L0", "asyncshim"]
    assert "A3: conftest with Runner is skipped: it cannot\n" in capsys.readouterr().err
    unable.add("asyncshim")
    with pytest.raises(measuring.FailedError):
        bench.measure(suites.SUITES["A3"])


def test_usage_is_that_of_the_child_alone(tmp_path: Path) -> None:
    found = module("measuring").usage([sys.executable, "-c", "x = bytearray(64 << 20)"], tmp_path)
    assert found.cpu > 0
    assert found.peak > 60 * 1024


def test_an_overhead_is_taken_over_the_plain_suite_of_the_same_round() -> None:
    results, usage = module("results"), module("measuring").Usage
    measured = results.Measured(10, {"L0": "L0", "pytest-asyncio": "L0", "asyncshim": "L0"})
    for base in (1.0, 2.0, 3.0):  # rounds on a machine that gets slower
        for name, more in (("L0", 0.0), ("pytest-asyncio", 1.0), ("asyncshim", 0.25)):
            measured.rounds.setdefault(name, []).append(usage(base + more, 0.0, 0))
    assert measured.overhead("asyncshim") == [0.025, 0.025, 0.025]
    assert measured.of_reference("asyncshim").text(2) == "0.25"
    assert measured.total("asyncshim").text(3) == "1.125 (1.104 to 1.188)"


def test_memory_is_compared_by_how_it_grows() -> None:
    results, usage = module("results"), module("measuring").Usage
    measured = results.Measured(3072, {"L0": "L0", "asyncshim": "L0"}, smaller_size=1024)
    for name, small, large in (("L0", 100, 120), ("asyncshim", 900, 1020)):
        measured.smaller[name] = [usage(1.0, 1.0, small)]
        measured.rounds[name] = [usage(1.0, 1.0, large)]
    assert measured.kept("asyncshim").text(0) == "50"


def test_the_growth_of_tests_and_files_is_printed(tmp_path: Path) -> None:
    result = run_python(
        ROOT / "benchmarks/scale.py",
        *("--tests", "10", "20", "--files", "10", "20", "--modules", "1", "2", "--workers", "1"),
        cwd=tmp_path,
    )
    assert result.returncode == 0, result.stdout
    assert "10 to 20 (2 x)" in result.stdout
    table = result.stdout.rpartition("| what")[2]  # the rows before it are on stderr
    titles = [line.split("|")[1].strip() for line in table.splitlines() if " (2 x) " in line]
    commands = [
        "migrate --dry-run --jobs 1",
        "check --no-cache --jobs 1",
        "check, nothing changed",
        "status, nothing changed",
    ]
    assert titles == [
        *("async tests", "async tests, -n 1"),
        *(f"files: {each}" for each in commands),
        *("modules of six tests, pytest", "modules of six tests, pytest, plain functions"),
        *(f"modules: {each}" for each in commands),
    ]
    assert re.search(r"\| [\d.]+ to [\d.]+ s +\|.*\| \d+ to \d+ MiB +\|", table)


def test_the_plain_form_of_the_large_suite_has_no_coroutines() -> None:
    scale = module("scale")
    for text in (scale._HOME, scale._DEVICE):
        plain = scale.synchronous(text)
        assert not any(isinstance(each, ast.AsyncFunctionDef | ast.Await) for each in ast.walk(ast.parse(plain)))
        assert text.count("def ") == plain.count("def ")
