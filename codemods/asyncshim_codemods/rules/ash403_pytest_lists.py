"""ASH403: entries for pytest-asyncio in ``markers``, ``filterwarnings`` and ``required_plugins``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.config.entries import judge_entry
from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.markers.pytestmark import emptied, slot_edits
from asyncshim_codemods.markers.uses import SlotKind, slot_of, use_at
from asyncshim_codemods.markers.warning_filters import FILTER_MARK, filter_of, passed_on
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from asyncshim_codemods.edits.model import AcceptedEdits, Edit
    from asyncshim_codemods.markers.uses import MarkUse
    from asyncshim_codemods.suite.file_context import FileContext

_MESSAGE = "warning filter removed: it names pytest-asyncio, whose warnings no longer come"
_KEPT = "warning filter kept while pytest-asyncio is needed: {}"
_REVIEW = "a warning filter names pytest-asyncio; review it manually"


class PytestLists(Rule):
    """The ``asyncio`` marker, filters for pytest-asyncio's warnings, and pytest-asyncio as a required plugin.

    asyncshim registers the marker itself. pytest stops if a required plugin is not installed, or if the category of a
    filter is in a module that does not exist. The rule removes the option if it has no entries left. It keeps filters
    and required plugins while a file imports pytest-asyncio, an installed plugin requires it, or it may stay installed.

    In code, ``config.addinivalue_line("filterwarnings", …)``, ``pytest.mark.filterwarnings(…)`` as a decorator or in
    ``pytestmark``, ``warnings.filterwarnings(…)`` and ``warnings.simplefilter(…)`` are removed if they name
    pytest-asyncio; ASH109 removes the registration of the marker. Such filters in other places need manual review: in
    ``marks=``, in a list that a loop adds, in ``config.option.pythonwarnings``.
    """

    code = "ASH403"
    name = "pytest-lists"
    summary = "an entry that names pytest-asyncio"
    safety = Safety.SAFE
    words = (
        "asyncio",
        "event_loop",
        "pytest_asyncio",
        "pytest-asyncio",
        "asyncio_mode",
        "asyncio_default_fixture_loop_scope",
        "asyncio_default_test_loop_scope",
    )
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
        if file.options.runner == "pytest-asyncio":
            return
        calls = file.once(_filters)
        kept = file.facts.kept
        for call in calls:
            edits = _edits(file, call, calls)
            if kept is not None:
                yield Proposal(call, _KEPT.format(kept.reason), Safety.MANUAL)
            elif edits is None:
                yield Proposal(call, _REVIEW, Safety.MANUAL)
            else:
                yield Proposal(call, _MESSAGE, Safety.SAFE, edits)
        for string in passed_on(file, calls, _names_it):
            yield Proposal(string, _REVIEW, Safety.MANUAL)

    def finish(self, file: FileContext, done: AcceptedEdits, /) -> Iterator[Proposal]:
        """Remove statements whose list is empty now, as part of the same finding."""
        stays = file.options.runner == "pytest-asyncio" or file.facts.kept is not None
        calls = () if stays else file.once(_filters)
        for call in calls:
            use = _mark_use(file, call)
            edit = None if use is None else emptied(file, use, done)
            if edit is not None:
                yield Proposal(call, _MESSAGE, Safety.SAFE, (edit,))


def _edits(file: FileContext, call: cst.Call, calls: Collection[cst.Call]) -> tuple[Edit, ...] | None:
    """Return the edits that remove the filter, or None if other code may need its value."""
    holder = file.index.parents[call]
    if isinstance(holder, cst.Decorator | cst.Expr):
        return (Remove(holder),)
    use = _mark_use(file, call)
    place = None if use is None else slot_of(file, use)
    if place is None or place.kind is SlotKind.UNCLEAR:
        return None
    return slot_edits(file, place, calls)


def _mark_use(file: FileContext, call: cst.Call) -> MarkUse | None:
    name = call.func
    return (
        use_at(file, name)
        if isinstance(name, cst.Name | cst.Attribute) and file.names.of(name) == FILTER_MARK
        else None
    )


def _filters(file: FileContext) -> tuple[cst.Call, ...]:
    """Return the calls that set one filter, which names pytest-asyncio."""
    return tuple(call for call in file.index.calls if _names_it(filter_of(file, call) or ""))


def _names_it(text: str) -> bool:
    # The remaining imports of pytest_asyncio are not known in this pass.
    return judge_entry("filterwarnings", text, "", ()) is not None
