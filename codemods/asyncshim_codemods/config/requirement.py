"""One requirement of the packaging world (PEP 508): its name, and what replaces it when the name changes."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = re.compile(r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_SEPARATORS = re.compile(r"[-_.]+")

OLD = "pytest-asyncio"

# What is written for each runner; ``None`` where the suite needs no distribution at all. A lower bound only where
# older releases lack what plain async tests need: anyio's automatic mode.
RUNNER_REQUIREMENTS: Mapping[str, str | None] = {
    "asyncshim": "asyncshim",
    "alt-pytest-asyncio": "alt-pytest-asyncio",
    "pytest-asyncio": "pytest-asyncio",
    "anyio": "anyio>=4.12",
    "conftest": None,
}


def normalized(name: str) -> str:
    """The one spelling that all spellings of a distribution's name share."""
    return _SEPARATORS.sub("-", name).lower()


def name_of(requirement: str) -> str | None:
    """The normalized name that a requirement begins with; ``None`` for a URL, a path or an option."""
    match = _NAME.match(requirement)
    if match is None or requirement[match.end() : match.end() + 3] == "://":
        return None
    return normalized(match["name"])


def names_pytest_asyncio(requirement: str) -> bool:
    """Whether that is a requirement of pytest-asyncio, in any spelling of its name."""
    return name_of(requirement) == OLD
