"""Small suites for the rules about ``event_loop``, and what the rules say of them."""

from __future__ import annotations

from textwrap import dedent, indent

from asyncshim_codemods.results import Safety
from rule_tools import rewrite


def fixture(
    body: str, *, top: str = "", decorator: str = "@pytest.fixture", parameters: str = "event_loop, pool"
) -> str:
    """A module with one fixture."""
    return f"import pytest\n{top}\n\n{decorator}\ndef server({parameters}):\n{indent(dedent(body).strip(), '    ')}\n"


def awaited(body: str, **choices: str) -> str:
    """The same as an async fixture."""
    parameters = choices.pop("parameters", "pool")
    return fixture(body, parameters=parameters, **choices).replace("\ndef server", "\nasync def server")


def verdict(text: str, **choices: object) -> tuple[str, Safety, str]:
    """Code, safety and message of the one finding."""
    (finding,) = rewrite(text, **choices).findings  # type: ignore[arg-type]
    return finding.code, finding.safety, finding.message
