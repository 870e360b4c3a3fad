"""A maintainer who follows one thing through the code reads few modules: the lists are taken from runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import pytest

from asyncshim.cli import main
from asyncshim_codemods import api
from asyncshim_codemods.results import Options
from asyncshim_codemods.rules.ash302_running_loop import RunningLoop
from house.journeys import Below, Ran, module_of, profiled
from house.processes import run_python
from house.tree import ROOT

TESTS = "async def test_1(value): ...\n\n\nasync def test_2(value): ...\n"
VALUE = "import asyncio\nimport pytest\n\n\n@pytest.fixture(scope='session')\nasync def value(): ...\n"
OVERRIDE = """

@pytest.fixture(scope="session")
def event_loop():
    loop = LOOP()
    yield loop
    loop.close()
"""
SESSION = "asyncio_default_test_loop_scope = session\n"
SUITES = {
    "plain": {"pytest.ini": "[pytest]\n", "conftest.py": VALUE},
    "session": {"pytest.ini": f"[pytest]\n{SESSION}", "conftest.py": VALUE},
    "absorbed": {"pytest.ini": "[pytest]\n", "conftest.py": VALUE + OVERRIDE.replace("LOOP", "asyncio.new_event_loop")},
    "adopted": {
        "pytest.ini": "[pytest]\n",
        "conftest.py": f"{VALUE}\n\nclass Loop(asyncio.SelectorEventLoop): ...\n{OVERRIDE.replace('LOOP', 'Loop')}",
    },
}
LEGACY = b"""\
import pytest


@pytest.mark.asyncio
async def test_time(event_loop):
    assert event_loop.time()
    assert event_loop.is_running()
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Ran]:
    """Run every suite in one process."""
    folder = tmp_path_factory.mktemp("journeys")
    for name, files in SUITES.items():
        (folder / name).mkdir()
        for file, text in {**files, "test_a.py": TESTS}.items():
            (folder / name / file).write_text(text, encoding="utf-8")
    output = folder / "runs.json"
    alone = {"PYTHONPATH": str(ROOT / "tests/support"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    process = run_python("-m", "house.journeys", output, *SUITES, cwd=folder, env=alone)
    assert process.returncode == 0, process.stdout
    found: Mapping[str, Ran] = json.loads(output.read_text(encoding="utf-8"))
    return found


def only_in(more: Ran, less: Ran) -> dict[str, set[str]]:
    """Return the functions that run in the tests of one suite and not in those of the other, by module."""
    known = {(module, name) for phase in less.values() for module, names in phase.items() for name in names}
    found: dict[str, set[str]] = {}
    for phase in more.values():
        for module, names in phase.items():
            for name in names:
                if (module, name) not in known and "<" not in name:
                    found.setdefault(module, set()).add(name)
    return found


def test_the_call_of_an_async_test_runs_code_of_seven_modules(runs: Mapping[str, Ran]) -> None:
    found = runs["plain"]["test_2:call"]
    assert len(found) <= 7, sorted(found)


@pytest.mark.parametrize("fate", ["absorbed", "adopted"])
def test_an_event_loop_override_adds_code_of_twelve_modules_to_a_run(runs: Mapping[str, Ran], fate: str) -> None:
    """The other suite has the setting that replaces the override."""
    found = only_in(runs[fate], runs["session"])
    assert "choose/event_loop.py" in " ".join(found)
    assert len(found) <= 12, sorted(found)


def test_the_rule_with_most_helpers_of_its_group_runs_code_of_fourteen_modules() -> None:
    rule = Below(lambda file: file.endswith("ash302_running_loop.py"), "check", "finish")
    found: set[str] = set()

    def watch(frame: FrameType, event: str, _value: object) -> None:
        if rule.has(frame, event) and (module := module_of(frame)) is not None:
            found.add(module)

    for example in RunningLoop.examples:
        data = example.before.encode()
        facts = api.collect_facts([("tests/test_a.py", data)])
        with profiled(watch):
            api.rewrite_python("tests/test_a.py", data, facts, Options(select=frozenset(["ASH302"])))
    assert 10 <= len(found) <= 14, sorted(found)


def holding(contents: tuple[bytes, ...]) -> Callable[[object], bool]:
    """Return a predicate: whether a value is one of these contents, or an object or a tuple of ours that has one."""
    texts = {content.decode() for content in contents}

    def holds(value: object, depth: int = 0) -> bool:
        if isinstance(value, bytes | str):
            return value in contents or value in texts
        if depth == 2 or isinstance(value, type):
            return False
        if isinstance(value, tuple | list):
            return any(holds(each, depth + 1) for each in value[:50])
        if not type(value).__module__.startswith("asyncshim"):
            return False
        held = [getattr(value, name, None) for name in getattr(type(value), "__slots__", ())]
        return any(holds(each, depth + 1) for each in [*held, *getattr(value, "__dict__", {}).values()])

    return holds


def test_the_bytes_of_a_file_pass_twenty_five_modules_between_two_states_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the rules call is not counted: see the test of one rule."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "pytest.ini").write_bytes(b"[pytest]\nasyncio_mode = auto\n")
    file = tmp_path / "tests/test_a.py"
    monkeypatch.chdir(tmp_path)
    command = ["migrate", "--allow-dirty", "--runner=asyncshim", "tests"]
    file.write_bytes(LEGACY)
    assert main(command) == 0
    migrated = file.read_bytes()
    assert migrated != LEGACY
    file.write_bytes(LEGACY)
    holds = holding((LEGACY, migrated))
    rules = Below(lambda name: Path(name).parent.name == "rules", "check", "finish")
    found: dict[str, set[str]] = {}

    def watch(frame: FrameType, event: str, value: object) -> None:
        if rules.has(frame, event) or (module := module_of(frame)) is None:
            return
        code = frame.f_code
        passed = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]]
        if any(map(holds, passed if event == "call" else [value])):
            found.setdefault(module, set()).add(code.co_qualname)

    with profiled(watch):
        assert main(command) == 0
    assert file.read_bytes() == migrated
    assert 20 <= len(found) <= 25, sorted(found)
