"""ASH109: the registration of the marker in code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.markers.uses import mark_uses
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import AcceptedEdits, Edit
    from asyncshim_codemods.suite.file_context import FileContext

_ENTRY = re.compile(r"asyncio\s*(\(|:|$)")


class MarkerRegistration(Rule):
    """``config.addinivalue_line("markers", "asyncio: …")`` is not needed if no test has the marker.

    The rule removes the call, or the whole ``pytest_configure`` if it does nothing else. asyncshim and pytest-asyncio
    register the marker themselves, so marks in other files still work. For a runner that does not register it, the
    rewrite is unsafe.
    """

    code = "ASH109"
    name = "marker-registration"
    summary = "the marker needs no registration"
    safety = Safety.SAFE
    words = ("asyncio",)
    since = "0.1"
    examples = (
        Example(
            "One of two markers",
            before="""
                def pytest_configure(config):
                    config.addinivalue_line("markers", "slow: takes more than a moment")
                    config.addinivalue_line("markers", "asyncio: runs on a loop")
            """,
            after="""
                def pytest_configure(config):
                    config.addinivalue_line("markers", "slow: takes more than a moment")
            """,
            path="tests/conftest.py",
        ),
        Example(
            "A marker with a similar name",
            before="""
                def pytest_configure(config):
                    config.addinivalue_line("markers", "asyncio_slow: takes more than a moment")
            """,
            path="tests/conftest.py",
        ),
        Example(
            "A use in the same file keeps the registration",
            before="""
                import pytest


                def pytest_configure(config):
                    config.addinivalue_line("markers", "asyncio: runs on a loop")


                @pytest.mark.asyncio(loop_factories=["uvloop"])
                async def test_fast():
                    ...
            """,
            path="tests/conftest.py",
        ),
    )

    def check(self, _file: FileContext, /) -> Iterator[Proposal]:
        """Propose nothing: the remaining uses are known only after all other rules."""
        yield from ()

    def finish(self, file: FileContext, done: AcceptedEdits, /) -> Iterator[Proposal]:
        """Look at every registration, if this file keeps no use of the marker."""
        calls = [call for call in file.index.calls if _registers(call) and not done.is_gone(call)]
        if not calls or not all(done.is_gone(use.name) for use in mark_uses(file)):
            return
        knows = file.options.runner in {"asyncshim", "pytest-asyncio"}
        for call in calls:
            statement = file.index.parents[call]
            if isinstance(statement, cst.Expr):
                safety = Safety.SAFE if knows else Safety.UNSAFE
                edits = (self._edit(file, statement),)
                yield Proposal(call.args[1].value, "the marker needs no registration", safety, edits)

    def _edit(self, file: FileContext, statement: cst.Expr) -> Edit:
        line = file.index.parents[statement]
        function = file.index.nearest(line, cst.FunctionDef)
        if (
            function is not None
            and function.name.value == "pytest_configure"
            and file.index.parents[function] is file.index.module
            and list(function.body.body) == [line]
            and isinstance(line, cst.SimpleStatementLine)
            and len(line.body) == 1
        ):
            return Remove(function)
        return Remove(statement)


def _registers(call: cst.Call) -> bool:
    if not (isinstance(call.func, cst.Attribute) and call.func.attr.value == "addinivalue_line"):
        return False
    if len(call.args) != 2:
        return False
    name, entry = (text_of(arg.value) for arg in call.args)
    return name == "markers" and entry is not None and _ENTRY.match(entry.strip()) is not None
