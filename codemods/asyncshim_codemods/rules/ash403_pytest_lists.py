"""ASH403: entries for pytest-asyncio in ``markers``, ``filterwarnings`` and ``required_plugins``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.config.entries import judge_entry
from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext

_MARK = "pytest.mark.filterwarnings"


class PytestLists(Rule):
    """The ``asyncio`` marker, filters for pytest-asyncio's warnings, and pytest-asyncio as a required plugin.

    asyncshim registers the marker itself. pytest stops if a required plugin is not installed, or if the category of a
    filter is in a module that does not exist. The rule removes the option if it has no entries left. It keeps filters
    and required plugins while a file imports pytest-asyncio or an installed plugin requires it.

    In code, ``config.addinivalue_line("filterwarnings", …)``, ``@pytest.mark.filterwarnings(…)`` and
    ``warnings.filterwarnings(…)`` are removed if they name pytest-asyncio; ASH109 removes the registration of the
    marker.
    """

    code = "ASH403"
    name = "pytest-lists"
    summary = "an entry that names pytest-asyncio"
    safety = Safety.SAFE
    words = ("asyncio", "event_loop", "pytest_asyncio", "pytest-asyncio")
    since = "0.1"
    examples = (
        Example(
            "A marker and a filter",
            before="""
                [tool.pytest.ini_options]
                markers = [
                    "asyncio: runs on a loop",
                    "slow: takes more than a moment",
                ]
                filterwarnings = ["error", "ignore::pytest_asyncio.plugin.MultipleEventLoopsRequestedError"]
            """,
            after="""
                [tool.pytest.ini_options]
                markers = [
                    "slow: takes more than a moment",
                ]
                filterwarnings = ["error"]
            """,
            path="pyproject.toml",
        ),
        Example(
            "A required plugin",
            before="""
                [pytest]
                required_plugins = pytest-asyncio>=0.21 pytest-cov
            """,
            after="""
                [pytest]
                required_plugins = pytest-cov
            """,
            path="pytest.ini",
        ),
        Example(
            "A filter in code",
            before="""
                def pytest_configure(config):
                    config.addinivalue_line("filterwarnings", "error")
                    config.addinivalue_line("filterwarnings", "ignore:.*:DeprecationWarning:pytest_asyncio")
            """,
            after="""
                def pytest_configure(config):
                    config.addinivalue_line("filterwarnings", "error")
            """,
            path="tests/conftest.py",
        ),
        Example(
            "Other markers and filters",
            before="""
                [pytest]
                markers = asyncio_slow: takes more than a moment
                filterwarnings = ignore:There is no current event loop
            """,
            path="pytest.ini",
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every filter for warnings that Python code sets for pytest."""
        for call in file.index.calls:
            text = _filter(file, call)
            # The remaining imports of pytest_asyncio are not known in this pass.
            verdict = judge_entry("filterwarnings", text, file.options.runner, ()) if text else None
            holder = file.index.parents[call]
            if verdict is not None and isinstance(holder, cst.Decorator | cst.Expr):
                yield Proposal(call, verdict.message, Safety.SAFE, (Remove(holder),))
            elif verdict is not None:
                yield Proposal(call, "a warning filter names pytest-asyncio; review it manually", Safety.MANUAL)


def _filter(file: FileContext, call: cst.Call) -> str | None:
    """Return the one filter that the call sets."""
    texts = [text_of(arg.value) for arg in call.args]
    if file.names.of(call.func) == "warnings.filterwarnings":
        return ":".join(text for text in texts if text is not None)
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "addinivalue_line":
        return texts[1] if len(texts) == 2 and texts[0] == "filterwarnings" else None
    return texts[0] if len(texts) == 1 and file.names.of(call.func) == _MARK else None
