"""ASH403: entries of ``markers``, ``filterwarnings`` and ``required_plugins`` about pytest-asyncio."""

from __future__ import annotations

import re

from asyncshim_codemods.config.review import Decision
from asyncshim_codemods.config.text_value import Split
from asyncshim_codemods.project.requirement import names_pytest_asyncio
from asyncshim_codemods.results import Safety

CODE = "ASH403"

# How pytest splits each of them when it is one string.
LISTS = {"markers": Split.LINES, "filterwarnings": Split.LINES, "required_plugins": Split.WORDS}

_MARKER = re.compile(r"\s*(asyncio|asyncio_event_loop|asyncio_process_pool)\s*(?:[:(]|$)")
# The package by either name, and the options whose absence its releases warned about.
_WARNING = re.compile(r"pytest[-_]asyncio\b|asyncio_default_(?:fixture|test)_loop_scope|asyncio_mode", re.IGNORECASE)
# Own releases of that plugin family, of which a filter may speak too.
_OTHERS = re.compile(r"(?:alt[-_]pytest[-_]asyncio|pytest[-_]asyncio[-_]\w+)", re.IGNORECASE)


def judge_entry(option: str, text: str, runner: str, still_needed: tuple[str, ...]) -> Decision | None:
    """Decide about one entry; ``None`` if it does not name pytest-asyncio."""
    if runner == "pytest-asyncio":
        return None
    decision = _judge(option, text, runner)
    if decision is None or not still_needed or (option == "markers" and runner == "asyncshim"):
        return decision
    about = decision.message.partition(" removed")[0]
    return Decision(CODE, f"{about} kept while pytest-asyncio is needed: {still_needed[0]}", Safety.MANUAL)


def _judge(option: str, text: str, runner: str) -> Decision | None:
    if option == "markers" and (match := _MARKER.match(text)):
        known = "asyncshim registers it" if runner == "asyncshim" else "no test uses it any more"
        return Decision(CODE, f"marker {match.group(1)} removed: {known}")
    if option == "required_plugins" and names_pytest_asyncio(text):
        return Decision(CODE, f"required plugin {text.strip()} removed: the suite no longer needs it")
    if option == "filterwarnings" and _WARNING.search(_OTHERS.sub("", text)):
        return Decision(CODE, "warning filter removed: it names pytest-asyncio, whose warnings no longer come")
    return None
