"""ASH604: alt-pytest-asyncio in ``pytest_plugins``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.markers.time_limits import when_installed
from asyncshim_codemods.project.alt_uses import ENABLING, MODULE, doubt_about_removal
from asyncshim_codemods.project.facts import settings_for
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

    Two things end with the plugin. Tasks that a test leaves running live until the session ends; without it they end
    with the test. All tests run in one context, so that a context variable that one test sets is set in the next one.
    The rewrite is unsafe if the suite may leak tasks, or if some file of the project has context variables.
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
    if doubt := doubt_about_removal(facts.alt, facts.leak_below(settings_for(facts.settings, file.path).path)):
        return f"{MODULE} need not be loaded: asyncshim runs async tests, but {doubt}", Safety.UNSAFE
    return f"{MODULE} need not be loaded: asyncshim runs async tests", Safety.SAFE
