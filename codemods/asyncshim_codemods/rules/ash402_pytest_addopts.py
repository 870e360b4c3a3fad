"""ASH402: words for pytest-asyncio in ``addopts``."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class PytestAddopts(Described):
    """``--asyncio-mode``, ``--asyncio-debug``, ``-p pytest_asyncio`` and ``-p no:asyncio`` in ``addopts``.

    Each may be one word or two, in a string or in a list. The words go with the blanks between them, a line of the
    value goes when nothing else is on it, and the option goes when it is left without words.

    Where plugins do not load by themselves (``--disable-plugin-autoload``, ``PYTEST_DISABLE_PLUGIN_AUTOLOAD`` in a
    file of the project), ``-p pytest_asyncio`` becomes ``-p asyncshim``. ``-p no:asyncio`` switches asyncshim off as
    well: taking it away makes asyncshim run what it did not run before, so that needs ``--unsafe``, and so does
    ``--asyncio-debug``. Options on command lines elsewhere are reported by ASH502. ``-p asyncshim`` and
    ``--asyncshim-…`` are reported where another runner is asked for.
    """

    code = "ASH402"
    name = "pytest-addopts"
    summary = "`addopts` need not speak to pytest-asyncio"
    safety = Safety.SAFE
    since = "0.17"
    examples = (
        Example(
            "Words of a string",
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
            "Elements of a list",
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
