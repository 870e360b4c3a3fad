"""ASH207: features of asyncshim that the chosen runner lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.markers.uses import mark_uses
from asyncshim_codemods.project.own_names import EJECT_ADDS, PORTS, PROVIDED
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import all_parameters, dotted, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext

_MARKERS = ("own_runner", "asyncshim_timeout")
_HOOK = "pytest_asyncio_loop_factories"
_HOOK_RUNNERS = ("asyncshim", "pytest-asyncio")
_BY_NAME = frozenset({"usefixtures", "getfixturevalue", "getfuncargvalue"})


class NotInRunner(Rule):
    """A suite that leaves asyncshim must not use what only asyncshim provides.

    With ``--runner conftest``, ``pytest-asyncio``, ``anyio`` or ``alt-pytest-asyncio`` (or the same in
    ``[tool.asyncshim]``) the rule reports what that runner lacks:

    * the port fixtures (``unused_tcp_port``, ``unused_udp_port`` and their factories): pytest-asyncio has them, and
      ``asyncshim eject`` writes them into the conftest.py if a test uses them;
    * ``asyncio_runner``: the conftest that ``asyncshim eject`` writes has it;
    * the markers ``own_runner`` and ``asyncshim_timeout``;
    * the hook ``pytest_asyncio_loop_factories``: pytest-asyncio has it since 1.4;
    * ``import asyncshim``.

    A fixture that a file of the suite defines itself is not reported. ASH401 reports the options, ASH601 and
    ASH602 the time limits of alt-pytest-asyncio, whose fixtures asyncshim provides, too.
    """

    code = "ASH207"
    name = "not-in-runner"
    summary = "a feature of asyncshim that the chosen runner lacks"
    safety = Safety.MANUAL
    since = "0.1"
    words = (*PROVIDED, *_MARKERS, _HOOK, "asyncshim")
    examples = (
        Example(
            "With the default runner there is nothing to report",
            before="""
                import pytest


                @pytest.mark.own_runner
                async def test_alone(unused_tcp_port):
                    pytest.skip()
            """,
        ),
        Example(
            "A fixture that the suite defines itself",
            before="""
                import pytest

                from ports import reserve


                @pytest.fixture
                def unused_tcp_port():
                    return reserve()
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look for fixtures, markers, hooks and imports that the runner does not know."""
        if file.options.runner == "asyncshim":
            return
        yield from _fixtures(file)
        for name in _MARKERS:
            for use in mark_uses(file, f"pytest.mark.{name}"):
                yield _lacks(file, use.name, f"the marker `{name}`")
        for function in file.index.functions:
            if function.name.value == _HOOK and file.options.runner not in _HOOK_RUNNERS:
                yield _lacks(file, function.name, f"the hook `{_HOOK}`")
        for statement in file.index.imports:
            if "asyncshim" in _modules(statement):
                yield _lacks(file, statement, "the module `asyncshim`")


def _fixtures(file: FileContext) -> Iterator[Proposal]:
    missing = {name for name, runners in PROVIDED.items() if file.options.runner not in runners}
    missing -= file.facts.own_fixtures
    for function in file.index.functions:
        if file.is_fixture(function) or file.is_test(function):
            for parameter in all_parameters(function.params):
                if parameter.name.value in missing and parameter.default is None:
                    yield _lacks(file, parameter.name, _fixture(parameter.name.value))
    for string in file.index.strings:
        name = text_of(string)
        if name in missing and isinstance(holder := file.index.parents[string], cst.Arg):
            call = file.index.parents[holder]
            if isinstance(call, cst.Call) and last_name(call.func) in _BY_NAME:
                yield _lacks(file, string, _fixture(name))


def _fixture(name: str) -> str:
    return f"the fixture `{name}`"


def _lacks(file: FileContext, at: cst.CSTNode, what: str) -> Proposal:
    runner = file.options.runner
    if runner != "conftest":
        return Proposal(at, f"{runner} does not provide {what}", Safety.MANUAL)
    message = f"a conftest.py without plugins does not provide {what}"
    is_port = what in map(_fixture, PORTS)
    return Proposal(at, f"{message}; {EJECT_ADDS}" if is_port else message, Safety.MANUAL)


def _modules(statement: cst.Import | cst.ImportFrom) -> set[str]:
    """Return the top-level names of the modules that a statement imports."""
    if isinstance(statement, cst.Import):
        names = [dotted(alias.name) for alias in statement.names]
    else:
        names = [] if statement.relative else [dotted(statement.module)]
    return {(name or "").partition(".")[0] for name in names}
