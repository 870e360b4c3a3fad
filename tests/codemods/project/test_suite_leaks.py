from __future__ import annotations

import pytest

from asyncshim_codemods import api
from asyncshim_codemods.project.suite_leaks import has_wide_default
from asyncshim_codemods.results import Options

WIDE = "[pytest]\nasyncio_default_test_loop_scope = session\n"
TASK = "asyncio.create_task(go())"
PLAIN = "async def test_it():\n    await asyncio.sleep(0)\n"


def leaks(files: dict[str, str], ini: str = WIDE) -> tuple[tuple[str, str], ...] | None:
    python = [(path, text.encode()) for path, text in files.items()]
    facts = api.collect_facts([*python, ("pytest.ini", ini.encode())])
    return api.facts_about_leaks(facts, python).leaks


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"tests/test_a.py": PLAIN}, ""),
        ({"tests/test_a.py": f"async def test_it():\n    task = {TASK}\n    await task\n"}, ""),
        ({"tests/test_a.py": f"async def test_it():\n    {TASK}\n"}, "`test_it` of tests/test_a.py may leak"),
        ({"tests/test_a.py": PLAIN, "src/app.py": f"def start():\n    {TASK}\n"}, ""),
        (
            {"tests/test_a.py": "async def test_it():\n    start()\n", "src/app.py": f"def start():\n    {TASK}\n"},
            "`start` of src/app.py may leak",
        ),
        (
            {
                "tests/test_a.py": "async def test_it(app):\n    await app.boot()\n",
                "src/app.py": f"def start():\n    {TASK}\n\n\nclass App:\n    async def boot(self):\n        start()\n",
            },
            "`boot` of src/app.py may leak",
        ),
        (
            {
                "tests/conftest.py": "@pytest.fixture\ndef job():\n    return make()\n",
                "src/app.py": f"def make():\n    return {TASK}\n",
                "tests/test_a.py": PLAIN,
            },
            "`job` of tests/conftest.py may leak",
        ),
        (
            {"tests/test_a.py": '@pytest.mark.asyncio(loop_scope="function")\n' + PLAIN},
            "tests/test_a.py sets a loop scope of its own",
        ),
    ],
)
def test_what_may_notice_a_narrower_default_scope_is_found(files: dict[str, str], reason: str) -> None:
    found = leaks(files)
    assert found is not None
    assert [why.partition(" tasks")[0] for _, why in found] == ([reason] if reason else [])


def test_without_a_wide_default_scope_nothing_is_read() -> None:
    assert leaks({"tests/test_a.py": PLAIN}, "[pytest]\nasyncio_default_test_loop_scope = function\n") is None


@pytest.mark.parametrize("option", ["asyncio_default_test_loop_scope", "asyncio_default_fixture_loop_scope"])
def test_both_default_scopes_count(option: str) -> None:
    facts = api.collect_facts([("pytest.ini", f"[pytest]\n{option} = module\n".encode())])
    assert has_wide_default(facts.settings[0])


def test_a_leak_belongs_to_the_settings_of_its_own_suite() -> None:
    files = {"a/test_a.py": PLAIN, "b/test_b.py": f"async def test_it():\n    {TASK}\n"}
    python = [(path, text.encode()) for path, text in files.items()]
    facts = api.collect_facts([*python, ("a/pytest.ini", WIDE.encode()), ("b/pytest.ini", WIDE.encode())])
    assert facts.leak_below("a/pytest.ini") is None
    facts = api.facts_about_leaks(facts, python)
    options = Options(frozenset({"ASH401"}), runner="asyncshim")
    results = {path: api.rewrite_config(f"{path}/pytest.ini", WIDE.encode(), facts, options) for path in "ab"}
    assert results["a"].new == b"[pytest]\n"
    assert results["b"].new == WIDE.encode()
    (finding,) = results["b"].findings
    assert "no longer with the session: `test_it` of b/test_b.py may leak tasks or servers" in finding.message
