"""ASH402: options for pytest-asyncio in ``addopts``."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class PytestAddopts(Described):
    """Plain async tests need no options of pytest-asyncio in ``addopts``.

    These are ``--asyncio-mode``, ``--asyncio-debug``, ``-p pytest_asyncio`` and ``-p no:asyncio``. Each may be one word
    or two, in a string or in a list. The rule removes the words and the spaces between them, a line of the value if
    nothing else is on it, and the option if it has no words left.

    If plugins do not load automatically (``--disable-plugin-autoload``, ``PYTEST_DISABLE_PLUGIN_AUTOLOAD`` in a file of
    the project), ``-p pytest_asyncio`` becomes ``-p asyncshim``. ``-p no:asyncio`` also disables asyncshim: without it
    asyncshim runs tests that did not run before, so its removal needs ``--unsafe``, as does that of
    ``--asyncio-debug``. ASH502 reports options on command lines elsewhere. If another runner is chosen, the rule
    reports ``-p asyncshim`` and ``--asyncshim-…``.
    """

    code = "ASH402"
    name = "pytest-addopts"
    summary = "`addopts` has options for pytest-asyncio"
    safety = Safety.SAFE
    since = "0.17"
    examples = (
        Example(
            "Options in a string",
            before="""
                [pytest]
                addopts = -q --asyncio-mode=auto --strict-markers
                    -p pytest_asyncio
            """,
            after="""
                [pytest]
                addopts = -q --strict-markers
            """,
            path="pytest.ini",
        ),
        Example(
            "Options in a list",
            before="""
                [tool.pytest.ini_options]
                addopts = ["-q", "--asyncio-mode", "auto", "-x"]
            """,
            after="""
                [tool.pytest.ini_options]
                addopts = ["-q", "-x"]
            """,
            path="pyproject.toml",
        ),
        Example(
            "Plugins are loaded by name",
            before="""
                [pytest]
                addopts = --disable-plugin-autoload -p pytest_asyncio
            """,
            after="""
                [pytest]
                addopts = --disable-plugin-autoload -p asyncshim
            """,
            path="tox.ini",
        ),
        Example(
            "Another plugin's option",
            before="""
                [pytest]
                addopts = --anyio-mode=auto -p no:asyncio_tools
            """,
            path="pytest.ini",
        ),
    )
