from __future__ import annotations

import pickle

from asyncshim_codemods.api import collect_facts
from asyncshim_codemods.project.facts import ProjectFacts


def facts_of(**files: str) -> ProjectFacts:
    return collect_facts((name.replace("__", "/") + ".py", text.encode()) for name, text in files.items())


def test_facts_can_be_pickled() -> None:
    facts = facts_of(tests__conftest="import pytest\n@pytest.fixture\ndef event_loop(): ...\n")
    assert pickle.loads(pickle.dumps(facts)) == facts


def test_an_imported_name_is_known_for_relevant_files() -> None:
    facts = facts_of(
        tests__conftest="import pytest_asyncio\n",
        tests__marks="import pytest_asyncio\n",
        tests__plain="x = 1\n",
        tests__a="from tests.conftest import a\nfrom .plain import b\nimport tests.marks\nfrom app.core import d\n",
    )
    assert facts.imported_elsewhere("tests/conftest.py", "a")
    assert not facts.imported_elsewhere("tests/conftest.py", "b")
    assert facts.imported_elsewhere("tests/marks.py", "whatever")
    assert not facts.imported_elsewhere("other/conftest.py", "a")


def test_imports_of_other_files_are_dropped() -> None:
    facts = facts_of(tests__a="from app.core import d\nfrom tests.b import c\n", tests__b="import pytest_asyncio\n")
    assert {module for module, _ in facts.imported} == {"tests.b", "tests.b.c"} - {"tests.b.c"}


def test_settings_come_from_the_nearest_folder() -> None:
    facts = collect_facts(
        [
            ("pytest.ini", b"[pytest]\nasyncio_mode = strict\n"),
            ("sub/pyproject.toml", b"[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n"),
        ]
    )
    assert facts.settings_for("tests/test_a.py").mode == "strict"
    assert facts.settings_for("sub/tests/test_a.py").mode == "auto"


def test_in_strict_mode_files_with_async_code_are_newly_active() -> None:
    files = [
        ("tests/test_a.py", b"async def test_a(): ...\n"),
        ("tests/conftest.py", b"from pytest import fixture\n\n@fixture\nasync def pool(): ...\n"),
        ("tests/test_b.py", b"def test_b(): ...\n"),
        ("app.py", b"async def main(): ...\n"),
    ]
    strict, auto = (b"[pytest]\nasyncio_mode = strict\n", b"[pytest]\nasyncio_mode = auto\n")
    assert collect_facts([*files, ("pytest.ini", strict)]).newly_active == {"tests/test_a.py", "tests/conftest.py"}
    assert collect_facts([*files, ("pytest.ini", auto)]).newly_active == frozenset()
    assert collect_facts(files).newly_active == frozenset()
