"""ASH602: fixtures that give alt-pytest-asyncio another default limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove, Replace
from asyncshim_codemods.markers.time_limits import in_use, limited, mark, number, when_installed
from asyncshim_codemods.project.alt_uses import DEFAULT, DEFAULTS
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.file_context import fixture_name
from asyncshim_codemods.syntax.tree import is_docstring, split_blank_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext

_SUITE = "set `asyncshim_timeout` in pytest's configuration, or the marker in the files that need another limit"
_TESTS_ONLY = "becomes the marker asyncshim_timeout, which does not limit the async fixtures of these tests"


class DefaultAsyncTimeout(Rule):
    """A constant ``default_async_timeout`` of a test module or class becomes the marker ``asyncshim_timeout``.

    In a module it becomes ``pytestmark``, in a class a decorator; the nearest one wins, as with the fixtures. The
    rewrite is unsafe: the fixture also gives the limit of the async fixtures with function scope that these tests use.
    The marker limits only tests; fixtures have the limit of the suite, ``asyncshim_timeout``.

    These need manual review. While one is left, the suite keeps the plugin that enables these fixtures (see ASH603 and
    ASH604), and they keep working:

    * a fixture for the session, or in the ``conftest.py`` of the whole suite: set ``asyncshim_timeout`` in pytest's
      configuration, which limits async fixtures, too;
    * a fixture in another ``conftest.py``: give each module below it ``pytestmark`` with the marker, because pytest
      ignores a ``pytestmark`` in a ``conftest.py``;
    * a fixture for a module or class, or one that computes the limit: use the marker, which takes any expression;
    * a fixture in a module that has a ``pytestmark`` already: add the marker to that list.

    Then remove the fixture.
    """

    code = "ASH602"
    name = "default-async-timeout"
    summary = "a fixture that changes the default limit of alt-pytest-asyncio"
    safety = Safety.UNSAFE
    since = "0.9"
    words = (DEFAULT,)
    examples = (
        Example(
            "The limit of a module",
            before="""
                import pytest


                @pytest.fixture
                def default_async_timeout() -> float:
                    return 0.5


                async def test_answer(client):
                    assert await client.answer() == 42
            """,
            after="""
                import pytest

                pytestmark = pytest.mark.asyncshim_timeout(0.5)


                async def test_answer(client):
                    assert await client.answer() == 42
            """,
            unsafe=True,
        ),
        Example(
            "The limit of the suite",
            before="""
                import pytest


                @pytest.fixture(scope="session")
                def session_default_async_timeout() -> float:
                    return 10
            """,
            path="tests/conftest.py",
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every fixture with one of these names."""
        if file.options.runner == "alt-pytest-asyncio":
            return
        for function in file.index.functions:
            name = fixture_name(file, function) if file.is_fixture(function) else ""
            if name not in DEFAULTS:
                continue
            edits = _edits(file, function) if name == DEFAULT else None
            if edits is not None:
                found = Proposal(function.name, f"`{name}` {_TESTS_ONLY}", Safety.UNSAFE, edits)
                yield when_installed(file, found)
            elif in_use(file.facts) or file.options.runner == "asyncshim":
                yield when_installed(file, Proposal(function.name, f"`{name}`: {_SUITE}", Safety.MANUAL))


def _edits(file: FileContext, function: cst.FunctionDef) -> tuple[Edit, ...] | None:
    """Return the edits that replace the fixture by the marker; None if they are not exact for tests."""
    if not file.is_test_module or len(function.decorators) != 1 or file.is_called_by_name(function):
        return None
    call = file.fixture_call(function)
    if call is not None and any(_is_unusual(file, each) for each in call.args):
        return None
    seconds = _returned(file, function)
    if seconds is None:
        return None
    owner = file.index.scope_of(function).node
    if isinstance(owner, cst.ClassDef):
        edits = limited(file, owner, seconds)
        return None if edits is None or _has_marker(owner) else (Remove(function), *edits)
    taken = file.index.root.bindings.get("pytestmark") or file.is_handed_on(function.name.value)
    made = None if taken or owner is not file.index.module else mark(file, function, seconds)
    if made is None:
        return None
    call, imports = made
    statement = cst.Assign([cst.AssignTarget(cst.Name("pytestmark"))], call)
    line = cst.SimpleStatementLine([statement], leading_lines=_above(file, function))
    return (Replace(function, line), *imports)


def _above(file: FileContext, function: cst.FunctionDef) -> list[cst.EmptyLine]:
    """Return the lines above the statement in the place of the fixture: one blank line below an import."""
    blank, rest = split_blank_lines(function.leading_lines)
    body = file.index.module.body
    above = body[body.index(function) - 1] if body.index(function) else None
    return [*(blank[:1] if isinstance(above, cst.SimpleStatementLine) else blank), *rest]


def _is_unusual(file: FileContext, given: cst.Arg) -> bool:
    name = None if given.keyword is None else given.keyword.value
    is_usual_scope = name == "scope" and file.text(given.value) == "function"
    return not (name == "name" or is_usual_scope)


def _returned(file: FileContext, function: cst.FunctionDef) -> cst.BaseExpression | None:
    """Return the constant that the fixture returns, if it does nothing else and requests nothing."""
    parameters = [each.name.value for each in function.params.params]
    if parameters not in ([], ["self"]):
        return None
    lines = list(function.body.body)
    if lines and is_docstring(lines[0]):
        lines = lines[1:]
    match lines:
        case [cst.SimpleStatementLine(body=[cst.Return(value=cst.BaseExpression() as value)])]:
            return number(file, value, function)
        case [cst.Return(value=cst.BaseExpression() as value)]:
            return number(file, value, function)
        case _:
            return None


def _has_marker(owner: cst.ClassDef) -> bool:
    """Return whether a decorator of the class may limit its tests already."""
    return any("asyncshim_timeout" in cst.Module([]).code_for_node(each) for each in owner.decorators)
