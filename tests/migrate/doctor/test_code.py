from __future__ import annotations

from pathlib import Path

from asyncshim.migrate.doctor.code import code_facts, facts_of
from asyncshim.migrate.doctor.model import CodeFacts


def test_the_plugins_that_a_conftest_names_are_read_as_text() -> None:
    code = b"pytest_plugins: list[str] = ['a.b', name, 'c']\nif True:\n    pytest_plugins = ['d']\n"
    assert facts_of("conftest.py", code).plugins == ("a.b", "c")


def test_files_without_anything_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_bytes(b"x = 1\n")
    (tmp_path / "helper.py").write_bytes(b"import asyncio\nR = asyncio.Runner()\n")
    assert list(code_facts(tmp_path, ["conftest.py", "helper.py", "gone.py"])) == []


def test_a_conftest_that_cannot_be_read_has_an_error(tmp_path: Path) -> None:
    (found,) = code_facts(tmp_path, ["conftest.py"])
    assert found.error.startswith("cannot be read: ")


def test_a_deeply_nested_file_is_not_parsed() -> None:
    found = facts_of("conftest.py", b"x = " + b"(" * 50_000 + b")" * 50_000)
    assert found == CodeFacts("conftest.py", error="is nested deeply or large, so it was not read")
