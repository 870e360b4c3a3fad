"""Small suites for the rules about ``event_loop``."""

from __future__ import annotations

from textwrap import dedent, indent

from asyncshim_codemods.results import Safety
from rule_tools import rewrite


def fixture(
    body: str, *, top: str = "", decorator: str = "@pytest.fixture", parameters: str = "event_loop, pool"
) -> str:
    """Return a module with one fixture."""
    return f"import pytest\n{top}\n\n{decorator}\ndef server({parameters}):\n{indent(dedent(body).strip(), '    ')}\n"


def awaited(body: str, **choices: str) -> str:
    """Return the module of `fixture` with an async fixture."""
    parameters = choices.pop("parameters", "pool")
    return fixture(body, parameters=parameters, **choices).replace("\ndef server", "\nasync def server")


def verdict(text: str, **choices: object) -> tuple[str, Safety, str]:
    """Return code, safety and message of the only finding."""
    (finding,) = rewrite(text, **choices).findings  # type: ignore[arg-type]
    return finding.code, finding.safety, finding.message


AFTER = "async def test_it(): ...\n"
PLAIN = "loop = asyncio.new_event_loop()\nyield loop\nloop.close()"
CLEAN_UP_IMPORTS = "import asyncio\nimport contextlib\nimport gc\n\nimport pytest\n"


def override(body: str, decorator: str = '@pytest.fixture(scope="session")', top: str = "", signature: str = "") -> str:
    """Return a module with an override and a test."""
    head = f"import asyncio\n{top}\nimport pytest\n"
    function = f"def event_loop({signature}):\n{indent(dedent(body).strip(), '    ')}\n"
    return f"{head}\n\n{decorator}\n{function}\n\n{AFTER}"


def cleaning_override(clean_up: str, decorator: str = '@pytest.fixture(scope="session")') -> str:
    """Return a module whose override runs *clean_up* after its ``yield``."""
    body = f"loop = asyncio.new_event_loop()\nyield loop\n{dedent(clean_up).strip()}"
    return f"{CLEAN_UP_IMPORTS}\n\n{decorator}\ndef event_loop():\n{indent(body, '    ')}\n\n\n{AFTER}"


def without_override(text: str) -> str:
    """Return the module of `cleaning_override` without the override and its imports."""
    unused = [name for name in ("contextlib", "gc") if f"{name}." not in text]
    return "".join(f"import {name}\n" for name in unused) + ("\n\n" if unused else "") + AFTER


def hook(name: str, factory: str) -> str:
    return f'def pytest_asyncio_loop_factories():\n    return {{"{name}": {factory}}}\n'


def policy(value: str, top: str = "import uvloop\n", decorator: str = '@pytest.fixture(scope="session")') -> str:
    """Return a conftest with a policy fixture."""
    return f"import pytest\n{top}\n\n{decorator}\ndef event_loop_policy():\n    {value}\n"


def module_with(call: str) -> str:
    return f"import asyncio\n\n\nasync def test_it(event_loop):\n    event_loop.set_debug(True)\n    x = {call}\n"
