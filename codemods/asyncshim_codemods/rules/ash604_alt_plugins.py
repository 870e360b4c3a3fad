"""ASH604: alt-pytest-asyncio in ``pytest_plugins``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.markers.time_limits import when_installed
from asyncshim_codemods.project.alt_uses import ENABLING, MODULE
from asyncshim_codemods.project.file_settings import settings_for
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.plugin_lists import loading
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext

_PLUGINS = frozenset({MODULE, f"{MODULE}.plugin", ENABLING})


class AltPlugins(Rule):
    """``pytest_plugins`` need not enable alt-pytest-asyncio: asyncshim runs all async tests and fixtures.

    The rule removes the name as ASH204 does for pytest-asyncio. It keeps the name, and reports why, while the suite
    uses something that the plugin enables: a fixture or an import of it in any file. The limit of 5 seconds for each
    async test and fixture, which the plugin sets, stays: ASH603 writes it, or the limit that the suite has chosen, as
    ``asyncshim_timeout`` into pytest's configuration. Without a configuration of pytest that needs manual review.

    The rewrite is unsafe if some file of the project has context variables: alt-pytest-asyncio runs all tests in one
    context, so that a value that one test sets is there in the next one.
    """

    code = "ASH604"
    name = "alt-plugins"
    summary = "`pytest_plugins` need not enable alt_pytest_asyncio"
    safety = Safety.SAFE
    since = "0.9"
    words = (MODULE,)
    examples = (
        Example(
            "Its module, which enables nothing",
            before="""
                pytest_plugins = ["pytester", "alt_pytest_asyncio.plugin"]
            """,
            after="""
                pytest_plugins = ["pytester"]
            """,
            path="tests/conftest.py",
        ),
        Example(
            "Its limit has no place without a configuration of pytest",
            before="""
                pytest_plugins = ["pytester", "alt_pytest_asyncio.enable"]
            """,
            path="tests/conftest.py",
        ),
        Example(
            "A plugin with a similar name",
            before="""
                pytest_plugins = ["alt_pytest_asyncio_extras"]
            """,
            path="tests/conftest.py",
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every string below a ``pytest_plugins`` statement of the module."""
        if file.options.runner == "alt-pytest-asyncio":
            return
        for string, edits in loading(file, _PLUGINS):
            enables = ENABLING in (text_of(string) or "")
            message, safety = _judge(file, enables=enables)
            if edits is None and safety is not Safety.MANUAL:
                message, safety = f"{MODULE} need not be loaded, but this statement needs manual review", Safety.MANUAL
            if safety is Safety.MANUAL:
                yield Proposal(string, message, safety)
            else:
                yield when_installed(file, Proposal(string, message, safety, edits or ()))


def _judge(file: FileContext, *, enables: bool) -> tuple[str, Safety]:
    facts = file.facts
    for first in facts.alt.uses[:1]:
        more = f" (and {len(facts.alt.uses) - 1} more)" if len(facts.alt.uses) > 1 else ""
        return f"{MODULE} stays loaded: {first}{more}", Safety.MANUAL
    if not enables:
        return f"{MODULE} need not be loaded: asyncshim runs async tests", Safety.SAFE
    if file.options.runner == "asyncshim" and not settings_for(facts.settings, file.path).path:
        message = "pytest has no configuration: add one with `asyncshim_timeout = 5`, then remove this name"
        return f"{MODULE} limits async tests to 5 seconds, and {message}", Safety.MANUAL
    if "ASH603" not in file.options.select and file.options.runner == "asyncshim":
        return f"{MODULE} stays loaded: only ASH603 can keep its default limit, and it is not selected", Safety.MANUAL
    if facts.alt.context_variables:
        where = facts.alt.context_variables
        return f"{MODULE} need not be loaded, but it shares context variables ({where}) between tests", Safety.UNSAFE
    return f"{MODULE} need not be loaded: asyncshim runs async tests", Safety.SAFE
