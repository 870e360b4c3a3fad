"""The report and the baseline of findings, in nested runs of pytest."""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path
from typing import Any

import pytest

from house.nested import run

SUITE = """\
import asyncio, pytest

KEPT = []

async def forever():
    await asyncio.Event().wait()

def other(): pass

async def start(coroutine):
    KEPT.append(asyncio.create_task(coroutine))
    await asyncio.sleep(0)

@pytest.fixture(scope="module")
async def server():
    await start(forever())

async def test_tasks(server):
    await start(forever())
    await start(forever())

@pytest.mark.parametrize("text", ["\u00e9 b", "c::d"])
async def test_parameters(text):
    asyncio.get_running_loop().call_later(1000, other)

async def test_server_too(server):
    pass

@pytest.mark.asyncio
async def test_marked():
    pass
"""
UPDATE = ("--asyncshim-baseline=b.json", "--asyncshim-update-baseline")
BASELINE = "--asyncshim-baseline=b.json"
E_ACUTE = "\\xe9 b"
RUNTIME = {
    "test_it.py::test_marked": {"legacy use: ASH101": 1},
    f"test_it.py::test_parameters[{E_ACUTE}]": {"timer: other": 1},
    "test_it.py::test_parameters[c::d]": {"timer: other": 1},
    "test_it.py::test_tasks": {"task: forever": 2, "task: forever (module scope)": 1},
}


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(test_it=SUITE)
    return pytester


def runtime(pytester: pytest.Pytester, file: str = "b.json") -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads((pytester.path / file).read_text("utf-8"))["runtime"]
    return found


def change(pytester: pytest.Pytester, *pairs: tuple[str, str]) -> None:
    text = (pytester.path / "test_it.py").read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (pytester.path / "test_it.py").write_text(text, "utf-8")


def numbers(report: Any, what: str) -> dict[str, int]:
    return {one[what]: one["count"] for one in report[f"{what}s"]}


def test_the_report_has_all_findings_by_kind_by_test_and_by_place(suite: pytest.Pytester) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    result = run(suite, "--asyncshim-report=r.json", passed=5)
    report = json.loads((suite.path / "r.json").read_text("utf-8"))
    from asyncshim.plugin.findings import json_report

    jsonschema.validate(report, json.loads(json_report.schema()))
    assert report["summary"] == {"findings": 6, "new": 6, "accepted": 0}
    assert numbers(report, "kind") == {"task": 3, "timer": 2, "legacy use": 1}
    assert numbers(report, "test")["test_it.py::test_tasks"] == 3
    assert numbers(report, "place") == {"test_it.py:11": 3, "test_it.py:24": 2, "test_it.py:29": 1}
    first = next(one for one in report["findings"] if one["scope"] == "module")
    assert (first["code"], first["place"], first["kind"]) == ("forever", "test_it.py:11", "task")
    result.stdout.fnmatch_lines(
        [
            "*= asyncshim: findings =*",
            "6 findings: 3 task, 2 timer, 1 legacy use",
            "By test:",
            "      3  test_it.py::test_tasks",
            "By place of creation:",
            "      3  test_it.py:11",
            "The report is in r.json.",
        ]
    )


def test_without_an_option_no_report_is_printed_and_nothing_of_it_is_imported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            assert not [name for name in sys.modules if name.startswith("asyncshim.plugin.findings")]
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*= asyncshim: findings*")


def test_a_report_of_a_suite_without_async_code_does_not_import_asyncio(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import sys\n\ndef test_it():\n    assert 'asyncio' not in sys.modules\n")
    # Since Python 3.14 pdb imports asyncio, and pytest's plugin for it imports pdb.
    without = ("-p", "no:debugging", "-p", "no:randomly")
    result = pytester.runpytest_subprocess("--asyncshim-report=r.json", *UPDATE, *without)
    result.assert_outcomes(passed=1)


def test_a_baseline_accepts_what_is_there_and_the_next_run_passes(suite: pytest.Pytester) -> None:
    result = run(suite, *UPDATE, passed=5)
    result.stdout.fnmatch_lines(["b.json accepts 6 findings."])
    assert runtime(suite) == RUNTIME
    result = run(suite, BASELINE, "--asyncshim-leaks=error", "--asyncshim-legacy=error", passed=5)
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*= asyncshim: findings*")


def test_a_new_finding_fails_the_test_that_causes_it(suite: pytest.Pytester) -> None:
    run(suite, *UPDATE, passed=5)
    change(
        suite,
        (
            "async def test_server_too(server):\n    pass",
            "async def test_server_too(server):\n    await start(forever())",
        ),
    )
    result = run(suite, BASELINE, passed=5, errors=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_server_too*",
            "not accepted by asyncshim_baseline: task 'Task-*' running forever, created at *test_it.py:11 by *",
            "*= asyncshim: findings =*",
            "Not accepted by b.json: 1 finding",
            "  test_it.py::test_server_too: task forever at test_it.py:11",
        ]
    )


@pytest.mark.parametrize(
    "source",
    [
        "await start(forever())\n    await start(forever())\n    await start(forever())",
        "asyncio.get_running_loop().call_later(1000, other)",
    ],
    ids=["more of one kind", "another kind"],
)
def test_one_finding_more_is_new(suite: pytest.Pytester, source: str) -> None:
    run(suite, *UPDATE, passed=5)
    change(suite, ("    await start(forever())\n    await start(forever())\n", f"    {source}\n"))
    result = run(suite, BASELINE, passed=5, errors=1)
    result.stdout.fnmatch_lines(["ERROR test_it.py::test_tasks - Failed: not accepted by asyncshim_baseline: *"])


def test_a_new_use_of_an_old_feature_fails_its_test(suite: pytest.Pytester) -> None:
    run(suite, *UPDATE, passed=5)
    change(suite, ("async def test_server_too", "@pytest.mark.asyncio\nasync def test_server_too"))
    result = run(suite, BASELINE, passed=4, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*test_it.py:*: ASH101 *(not accepted by asyncshim_baseline)",
            "  test_it.py::test_server_too: legacy use ASH101 at test_it.py:*",
        ]
    )


def test_lines_may_move_and_the_first_test_of_a_wide_fixture_may_change(suite: pytest.Pytester) -> None:
    run(suite, *UPDATE, passed=5)
    change(suite, ("KEPT = []", "\n\n# moved\nKEPT = []"))
    run(suite, BASELINE, "-k", "server_too", passed=1, deselected=4)
    run(suite, BASELINE, "test_it.py::test_server_too", "test_it.py::test_tasks", passed=2)


def test_an_update_removes_what_is_gone_and_adds_nothing(suite: pytest.Pytester) -> None:
    run(suite, *UPDATE, passed=5)
    change(
        suite,
        ("    await start(forever())\n    await start(forever())\n", "    await start(forever())\n"),
        ("@pytest.mark.asyncio\n", ""),
        ("call_later(1000, other)", "call_later(1000, start)"),
    )
    result = run(suite, *UPDATE, passed=5, errors=2)
    result.stdout.fnmatch_lines(["2 findings removed from b.json."])  # of tests that passed
    assert runtime(suite)["test_it.py::test_tasks"] == {"task: forever": 1, "task: forever (module scope)": 1}
    change(suite, ("asyncio.get_running_loop().call_later(1000, start)", "pass"))
    run(suite, *UPDATE, passed=5)
    assert runtime(suite) == {"test_it.py::test_tasks": {"task: forever": 1, "task: forever (module scope)": 1}}


@pytest.mark.parametrize(
    "arguments",
    [("-k", "marked"), ("test_it.py::test_marked",), ("--deselect", "test_it.py::test_tasks", "-k", "marked")],
    ids=["keyword", "node id", "deselect"],
)
def test_a_partial_run_removes_only_what_belongs_to_its_tests(
    suite: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    run(suite, *UPDATE, passed=5)
    (suite.path / "test_it.py").write_text(
        SUITE.replace("await start(forever())", "pass").replace("call_later(1000, other)", "time()"), "utf-8"
    )
    result = suite.runpytest(*UPDATE, *arguments)
    assert result.parseoutcomes()["passed"] == 1
    assert runtime(suite) == RUNTIME


def test_a_test_that_fails_or_is_skipped_keeps_its_entries(suite: pytest.Pytester) -> None:
    run(suite, *UPDATE, passed=5)
    change(
        suite,
        ("    await start(forever())\n    await start(forever())\n", "    assert False\n"),
        ("    asyncio.get_running_loop().call_later", "    pytest.skip()\n    asyncio.get_running_loop().call_later"),
    )
    suite.runpytest(*UPDATE).assert_outcomes(passed=2, failed=1, skipped=2)
    assert runtime(suite) == RUNTIME


def test_the_entries_of_a_removed_test_and_file_go_in_a_whole_run(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_gone=SUITE)
    run(suite, *UPDATE, passed=10)
    (suite.path / "test_gone.py").unlink()
    change(suite, ("test_marked", "test_renamed"), ("@pytest.mark.asyncio\n", ""))
    run(suite, *UPDATE, passed=5)
    assert runtime(suite) == {test: uses for test, uses in RUNTIME.items() if "marked" not in test}


def test_the_part_of_check_in_the_baseline_stays_and_check_keeps_that_of_the_plugin(suite: pytest.Pytester) -> None:
    uses = {"test_it.py": ["ASH101 @pytest.mark.asyncio"]}
    (suite.path / "b.json").write_text(json.dumps({"version": 1, "accepted": uses}))
    result = run(suite, BASELINE, passed=4, errors=5)
    assert result.ret == 1
    run(suite, *UPDATE, passed=5)
    assert runtime(suite) == RUNTIME
    assert json.loads((suite.path / "b.json").read_text("utf-8"))["accepted"] == uses


def test_workers_find_the_same_as_one_process(suite: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    workers = ("-p", "xdist", "-n", "2")
    suite.runpytest(*UPDATE, "--asyncshim-report=r.json", *workers, "--dist=loadfile").assert_outcomes(passed=5)
    assert runtime(suite) == RUNTIME
    report = json.loads((suite.path / "r.json").read_text("utf-8"))
    assert numbers(report, "kind") == {"task": 3, "timer": 2, "legacy use": 1}
    change(suite, ("async def test_marked():\n    pass", "async def test_marked():\n    await start(forever())"))
    result = suite.runpytest(BASELINE, *workers)
    result.assert_outcomes(passed=5, errors=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["  test_it.py::test_marked: task forever at test_it.py:11"])


def test_a_worker_that_crashes_loses_only_its_own_findings(suite: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    crash = """
    import os

    def test_crash():
        if os.path.exists("crash"):
            os.unlink("crash")
            os._exit(3)
    """
    suite.makepyfile(test_crash=SUITE + textwrap.dedent(crash))
    run(suite, *UPDATE, passed=11)
    former = runtime(suite)
    change(suite, ("@pytest.mark.asyncio\n", ""))
    (suite.path / "crash").touch()
    workers = ("-p", "xdist", "-n", "2", "--dist=loadfile", "--asyncshim-report=r.json")
    result = suite.runpytest(*UPDATE, *workers)
    assert result.parseoutcomes()["failed"] == 1
    report = json.loads((suite.path / "r.json").read_text("utf-8"))
    assert {one["test"] for one in report["tests"]} == RUNTIME.keys() - {"test_it.py::test_marked"}
    del former["test_it.py::test_marked"]  # it passed in the other worker
    assert runtime(suite) == former


def test_five_thousand_leaked_tasks_are_reported_in_few_lines(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio

        async def forever():
            await asyncio.Event().wait()

        async def test_many():
            tasks = [asyncio.create_task(forever()) for _ in range(5000)]
            test_many.kept = tasks
            await asyncio.sleep(0)
        """
    )
    (pytester.path / "b.json").write_text('{"version": 1, "accepted": {}, "runtime": {}}')
    result = pytester.runpytest(BASELINE, "--asyncshim-report=r.json")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*and 4,950 more", "5,000 findings: 5,000 task"])
    assert len(result.outlines) < 150
    assert (pytester.path / "r.json").stat().st_size < 5_000


@pytest.mark.parametrize("option", ["report", "baseline"])
@pytest.mark.parametrize("kind", ["missing folder", "folder"])
def test_a_file_that_cannot_be_written_is_refused_before_tests_run(
    suite: pytest.Pytester, option: str, kind: str
) -> None:
    (suite.path / "folder").mkdir()
    file = "missing/x.json" if kind == "missing folder" else "folder"
    more = () if option == "report" else ("--asyncshim-update-baseline",)
    result = suite.runpytest(f"--asyncshim-{option}={file}", *more)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "test_it" not in result.stdout.str()
    reason = "cannot be written: No such file" if kind == "missing folder" else "cannot be *: *"
    result.stderr.fnmatch_lines([f"ERROR: asyncshim_{option}: */{file}*{reason}*"])
    assert len(result.errlines) <= 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused_before_tests_run(suite: pytest.Pytester) -> None:
    (suite.path / "folder").mkdir(mode=0o500)
    result = suite.runpytest("--asyncshim-report=folder/r.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: asyncshim_report: */folder/r.json cannot be written: Permission denied"])


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (None, (BASELINE,), "*b.json: the baseline does not exist; --asyncshim-update-baseline writes it"),
        ("{", UPDATE, "*b.json: is not a baseline of asyncshim; write it with --asyncshim-update-baseline"),
        (
            '{"version": 1, "accepted": {}, "runtime": {"a": 1}}',
            (BASELINE,),
            "*b.json: is not a baseline of asyncshim; *",
        ),
        (None, UPDATE[1:], "--asyncshim-update-baseline: name the file with --asyncshim-baseline=FILE or *"),
    ],
)
def test_an_unusable_baseline_is_one_error(
    suite: pytest.Pytester, content: str | None, arguments: tuple[str, ...], message: str
) -> None:
    if content is not None:
        (suite.path / "b.json").write_text(content)
    result = suite.runpytest(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    prefix = "" if message.startswith("--") else "asyncshim_baseline: "
    result.stderr.fnmatch_lines([f"ERROR: {prefix}{message}"])
    assert "Traceback" not in result.stderr.str()


def test_the_configuration_names_files_relative_to_itself(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.makeini("[pytest]\nasyncshim_report = out put/r.json\nasyncshim_baseline = b.json\n")
    (suite.path / "out put").mkdir()
    (suite.path / "elsewhere").mkdir()
    monkeypatch.chdir(suite.path / "elsewhere")
    run(
        suite,
        "--asyncshim-update-baseline",
        "--rootdir",
        str(suite.path),
        "-c",
        "../tox.ini",
        str(suite.path),
        passed=5,
    )
    assert runtime(suite) == RUNTIME
    assert (suite.path / "out put" / "r.json").is_file()
    assert not [*Path("elsewhere").glob("*")]


def test_only_collecting_writes_nothing(suite: pytest.Pytester) -> None:
    result = suite.runpytest(*UPDATE, "--asyncshim-report=r.json", "--collect-only")
    assert result.ret == 0
    assert not [*suite.path.glob("*.json")]


def test_another_run_that_shrinks_the_baseline_meanwhile_is_respected(suite: pytest.Pytester) -> None:
    run(suite, *UPDATE, passed=5)
    change(suite, ("@pytest.mark.asyncio\n", ""))
    suite.makeconftest(
        """
        import json

        def pytest_runtestloop():
            with open("b.json") as file:
                content = json.load(file)
            del content["runtime"]["test_it.py::test_parameters[c::d]"]
            with open("b.json", "w") as file:
                json.dump(content, file)
        """
    )
    run(suite, *UPDATE, passed=5)
    gone = {"test_it.py::test_parameters[c::d]", "test_it.py::test_marked"}
    assert runtime(suite) == {test: uses for test, uses in RUNTIME.items() if test not in gone}


def test_a_report_that_can_no_longer_be_written_fails_the_run(suite: pytest.Pytester) -> None:
    (suite.path / "out").mkdir()
    suite.makeconftest("import os\n\ndef pytest_runtestloop():\n    os.rmdir('out')\n")
    result = suite.runpytest("--asyncshim-report=out/r.json")
    result.assert_outcomes(passed=5)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["out/r.json could not be written: No such file or directory"])
    assert "The report is in" not in result.stdout.str()


@pytest.mark.parametrize(
    ("replacement", "message"),
    [
        ("pathlib.Path('b.json').write_text('[')", "*b.json: is not a baseline of asyncshim; *"),
        ("pathlib.Path('b.json').unlink(); os.mkdir('b.json')", "*b.json: the baseline cannot be read: *"),
    ],
    ids=["no JSON", "a folder"],
)
def test_a_baseline_that_is_unusable_when_the_run_ends_stays_and_fails_the_run(
    suite: pytest.Pytester, replacement: str, message: str
) -> None:
    run(suite, *UPDATE, passed=5)
    change(suite, ("@pytest.mark.asyncio\n", ""))
    suite.makeconftest(f"import os, pathlib\n\ndef pytest_runtestloop():\n    {replacement}\n")
    result = run(suite, *UPDATE, passed=5)
    assert result.ret == 1
    result.stdout.fnmatch_lines([message])
    result.stdout.no_fnmatch_line("*removed from b.json*")
    assert (suite.path / "b.json").is_dir() or (suite.path / "b.json").read_text() == "["
