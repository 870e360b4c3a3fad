"""ASH204: pytest-asyncio in ``pytest_plugins``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.plugin_lists import loading
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import AcceptedEdits
    from asyncshim_codemods.suite.file_context import FileContext

_PLUGINS = {"pytest_asyncio", "pytest_asyncio.plugin"}


class PytestPlugins(Rule):
    """``pytest_plugins`` need not name the runner: pytest loads installed plugins automatically.

    The rule removes a string or an element that names pytest-asyncio, or the whole statement if it names nothing else.
    From a string with commas it removes single entries. It reports a statement in another form. It reports every
    statement if the project disables the loading of installed plugins.

    ``pytest.importorskip("pytest_asyncio")`` is removed as well: without pytest-asyncio it would skip the whole module.
    """

    code = "ASH204"
    name = "pytest-plugins"
    summary = "`pytest_plugins` need not name pytest_asyncio"
    safety = Safety.SAFE
    words = ("pytest_asyncio",)
    since = "0.1"
    examples = (
        Example(
            "One of two plugins",
            before="""
                pytest_plugins = ["pytester", "pytest_asyncio"]
            """,
            after="""
                pytest_plugins = ["pytester"]
            """,
            path="tests/conftest.py",
        ),
        Example(
            "The only one",
            before="""
                import os

                pytest_plugins = "pytest_asyncio.plugin"

                os.environ["REGION"] = "eu"
            """,
            after="""
                import os

                os.environ["REGION"] = "eu"
            """,
            path="tests/conftest.py",
        ),
        Example(
            "A plugin with a similar name",
            before="""
                pytest_plugins = ["pytest_asyncio_cooperative"]
            """,
            path="tests/conftest.py",
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every string below a ``pytest_plugins`` statement of the module."""
        for string, edits in loading(file, _PLUGINS):
            message = "pytest_asyncio need not be loaded by name"
            if not (file.facts.plugin_autoload and file.settings.plugin_autoload):
                message = (
                    "pytest_asyncio is loaded by name, because plugins do not load automatically here; name the new one"
                )
                yield Proposal(string, message, Safety.MANUAL)
            elif edits is None:
                yield Proposal(string, f"{message}, but this statement needs manual review", Safety.MANUAL)
            else:
                yield Proposal(string, message, Safety.SAFE, edits)

    def finish(self, file: FileContext, done: AcceptedEdits, /) -> Iterator[Proposal]:
        """Look at every ``importorskip`` of it, once it is known what still uses its value."""
        for call in file.index.calls:
            if not (call.args and text_of(call.args[0].value) in _PLUGINS):
                continue
            if file.names.of(call.func) != "pytest.importorskip" or done.is_gone(call):
                continue
            statement = file.index.parents[call]
            if _is_unused(file, statement, done):
                message = "this would skip the module when pytest_asyncio is gone"
                yield Proposal(call.func, message, Safety.SAFE, (Remove(statement),))
            else:
                message = "this would skip the module when pytest_asyncio is gone, but its value is used"
                yield Proposal(call.func, message, Safety.MANUAL)


def _is_unused(file: FileContext, statement: cst.CSTNode, done: AcceptedEdits) -> bool:
    """Return whether nothing uses the value of the call in ``statement``."""
    match statement:
        case cst.Expr():
            return True
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            if file.facts.used_elsewhere(file.path, name):
                return False
            return all(done.is_gone(use) for use in file.names.uses_in(name, file.index.scope_of(statement)))
        case _:
            return False
