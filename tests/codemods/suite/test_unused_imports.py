from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.edits.model import Remove
from asyncshim_codemods.edits.rebuild import Rebuild
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.suite.unused_imports import idle_imports, sole_imports
from asyncshim_codemods.syntax.bindings import build_index


def context(text: str) -> FileContext:
    return FileContext("tests/kit.py", build_index(cst.parse_module(text)), ProjectFacts(), Options(frozenset()))


def test_an_import_is_idle_once_its_last_use_is_gone() -> None:
    file = context("import pytest_asyncio\nx = pytest_asyncio\n")
    statement, use = file.index.module.body
    assert not list(idle_imports(file, Rebuild(file.index, [])))
    assert len(list(idle_imports(file, Rebuild(file.index, [Remove(use)])))) == 1
    assert not list(idle_imports(file, Rebuild(file.index, [Remove(use), Remove(statement)])))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("import x\n", 1),
        ("import x\nfrom y import x\n", 2),
        ("import x\nx = 1\n", 0),
        ("try:\n    import x\nexcept ImportError:\n    pass\n", 1),
        ("try:\n    import x\nexcept ImportError:\n    import y as x\n", 0),
    ],
)
def test_imports_bind_a_name_alone_or_not_at_all(text: str, number: int) -> None:
    file = context(text)
    assert len(sole_imports(file, file.index.root.bindings["x"])) == number
