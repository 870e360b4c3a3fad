from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.api import collect_facts
from asyncshim_codemods.markers.uses import Keeps, decorated, is_local_alias, keeps, mark_uses
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index


def context(source: str, scope: str = "") -> FileContext:
    ini = f"[pytest]\nasyncio_default_test_loop_scope = {scope}\n" if scope else "[pytest]\n"
    facts = collect_facts([("pytest.ini", ini.encode())])
    return FileContext("tests/test_a.py", build_index(cst.parse_module(source)), facts, Options(frozenset()))


@pytest.mark.parametrize(
    ("arguments", "scope", "expected"),
    [
        ("", "session", Keeps.NOTHING),
        ("()", "session", Keeps.NOTHING),
        ("(loop_scope='session')", "session", Keeps.NOTHING),
        ("(loop_scope='module')", "session", Keeps.NARROW_LOOP),
        ("(scope='class')", "module", Keeps.NARROW_LOOP),
        ("(loop_scope='session')", "module", Keeps.NOTHING),
        ("(loop_scope='module')", "", Keeps.NOTHING),
        ("(loop_scope=SCOPE)", "", Keeps.NOTHING),
        ("(loop_scope=SCOPE)", "module", Keeps.UNCLEAR),
        ("(loop_scope='planet')", "module", Keeps.UNCLEAR),
        ("(loop_factories=[1])", "", Keeps.FACTORIES),
        ("(accept_global_loop=True)", "module", Keeps.NOTHING),
        ("(1)", "", Keeps.UNCLEAR),
        ("(**x)", "", Keeps.UNCLEAR),
        ("(policy=1)", "", Keeps.UNCLEAR),
    ],
)
def test_the_arguments_of_the_marker_are_read(arguments: str, scope: str, expected: Keeps) -> None:
    file = context(f"import pytest\nx = pytest.mark.asyncio{arguments}\n", scope)
    (use,) = mark_uses(file)
    assert keeps(file, use.call) is expected


def test_a_use_is_the_name_with_its_call_and_its_holder() -> None:
    file = context("import pytest\n@pytest.mark.asyncio()\ndef f(): ...\nx = [pytest.mark.asyncio]\n")
    called, bare = sorted(mark_uses(file), key=lambda use: use.call is None)
    assert isinstance(called.holder, cst.Decorator)
    assert decorated(file, called) is file.index.functions[0]
    assert isinstance(bare.holder, cst.Element)
    assert decorated(file, bare) is None


def test_an_assigned_name_is_an_alias_and_not_a_use() -> None:
    file = context("import pytest\naio = pytest.mark.asyncio\n@aio\ndef f(): ...\n")
    assert len(list(mark_uses(file))) == 1
    alias = next(name for name in file.index.names["aio"] if name not in file.index.stores)
    assert is_local_alias(file, alias)
    assert not is_local_alias(file, file.index.names["pytest"][0])
