"""ASH401: the options of pytest-asyncio in pytest's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext

_MODE = "asyncio_mode"


class PytestOptions(Rule):
    """A suite of plain async tests needs no ``asyncio_*`` option: asyncshim's default mode is auto.

    The rule reads ``pytest.toml``, ``.pytest.toml``, ``pytest.ini``, ``.pytest.ini``, ``pyproject.toml``
    (``[tool.pytest]`` and ``[tool.pytest.ini_options]``), ``tox.ini`` and ``setup.cfg``. It removes the lines of the
    option; comments, order, quotes and line endings stay. The section also stays, even if it is empty, because pytest
    finds its root directory by it. (``[tool.pytest]`` counts only if it has a key; ``minversion = "9.0"`` replaces the
    last one. Before pytest 9 it has no effect: it does not count beside ``[tool.pytest.ini_options]``, with strings
    in place of arrays, or if the file limits pytest to older releases.)

    A default loop scope wider than ``function`` keeps alive the tasks that any test of the suite leaks. Its removal is
    safe if the whole suite is given and no test or fixture in it may leak tasks or servers or sets a loop scope of its
    own; else it needs ``--unsafe``. So does the removal of ``asyncio_debug``, which enables asyncio's debug mode. A
    value that pytest-asyncio would reject needs manual review.

    While the dependency files may still install pytest-asyncio after the run, or name no runner at all, the rule writes
    ``asyncio_mode = auto`` and keeps the other options, so that the suite passes under both plugins. That also holds
    for a run with only a part of the suite: it changes no settings. ``--runner`` decides where no file names a runner.
    A folder without any settings for pytest and any list of dependencies has no file for that option, and ``migrate``
    creates none: the suite is written for the runner of the run, and the summary says so.

    ``--runner pytest-asyncio`` writes ``asyncio_mode = auto`` and session scopes into the file that pytest chooses,
    ``--runner anyio`` writes ``anyio_mode = auto``; other runners need nothing. No auto mode of pytest-asyncio is
    written beside tests of another async plugin, which it would take. No scopes are written if a dependency file
    limits pytest-asyncio to releases before 0.26, which do not know them, or if unknown options are errors and no
    dependency file lists it. For every runner but asyncshim the rule reports options of asyncshim: pytest would warn
    about them, and nothing replaces them.

    Code that sets the mode needs manual review: ``config.option.asyncio_mode = "auto"`` and similar code in a conftest.
    """

    code = "ASH401"
    name = "pytest-options"
    summary = "an option of pytest-asyncio that plain async tests do not need"
    safety = Safety.SAFE
    words = (_MODE,)
    since = "0.17"
    examples = (
        Example(
            "Mode and default scope",
            before="""
                [tool.pytest.ini_options]
                addopts = "-q"
                asyncio_mode = "strict"
                asyncio_default_fixture_loop_scope = "function"
                testpaths = ["tests"]  # fast ones
            """,
            after="""
                [tool.pytest.ini_options]
                addopts = "-q"
                testpaths = ["tests"]  # fast ones
            """,
            path="pyproject.toml",
        ),
        Example(
            "The last option of its section",
            before="""
                [pytest]
                # everything here is async
                asyncio_mode = auto
            """,
            after="""
                [pytest]
                # everything here is async
            """,
            path="pytest.ini",
        ),
        Example(
            "A default scope that keeps tasks alive",
            before="""
                [pytest]
                asyncio_default_test_loop_scope = session
            """,
            after="""
                [pytest]
            """,
            unsafe=True,
            path="pytest.ini",
        ),
        Example(
            "An option of the same name in another tool's table",
            before="""
                [tool.runner]
                asyncio_mode = "auto"
            """,
            path="pyproject.toml",
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Report code that sets the mode: an attribute, an item or a call with its name."""
        if file.options.runner == "pytest-asyncio":
            return
        message = (
            f"this code sets `{_MODE}`, which plain async tests do not need; remove it when pytest-asyncio is gone"
        )
        for node in file.index.attributes.get(_MODE, ()):
            if isinstance(file.index.parents[node], cst.AssignTarget):
                yield Proposal(node, message, Safety.MANUAL)
        for string in file.index.strings:
            if text_of(string) == _MODE and _is_written(file, string):
                yield Proposal(string, message, Safety.MANUAL)


def _is_written(file: FileContext, string: cst.SimpleString) -> bool:
    """Return whether the string is the key of an assigned item, or the name in ``setattr``."""
    holder = file.index.parents[string]
    if isinstance(holder, cst.Arg):
        call = file.index.parents[holder]
        return isinstance(call, cst.Call) and last_name(call.func) == "setattr"
    subscript = file.index.nearest(string, cst.Subscript)
    return subscript is not None and isinstance(file.index.parents[subscript], cst.AssignTarget)
