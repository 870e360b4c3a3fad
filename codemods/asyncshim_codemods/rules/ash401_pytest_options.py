"""ASH401: the options of pytest-asyncio in pytest's configuration."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class PytestOptions(Described):
    """A suite of plain async tests needs no ``asyncio_*`` option: asyncshim's mode is auto when none is set.

    Looked at are ``pytest.toml``, ``.pytest.toml``, ``pytest.ini``, ``.pytest.ini``, ``pyproject.toml`` (both
    ``[tool.pytest]`` and ``[tool.pytest.ini_options]``), ``tox.ini`` and ``setup.cfg``. The option's own lines go;
    comments, order, quotes and line ends stay, and so does the section, even an empty one: it decides what pytest takes
    for the root. (``[tool.pytest]`` counts only while it has a key; ``minversion = "9.0"`` takes the last one's place.)

    A default loop scope wider than ``function`` decides how long tasks live that any test of the suite leaves running,
    also those in files that were not given; ``asyncio_debug`` turns asyncio's debug mode on: removing these needs
    ``--unsafe``. A value that pytest-asyncio would refuse is left for a person.

    ``--runner pytest-asyncio`` writes ``asyncio_mode = auto`` and session scopes into the file that pytest chooses,
    ``--runner anyio`` writes ``anyio_mode = auto``; other runners need nothing. Under any runner but asyncshim, options
    of asyncshim are reported: pytest would warn about them, and what they do has to come from elsewhere.
    """

    code = "ASH401"
    name = "pytest-options"
    summary = "an option of pytest-asyncio that plain async tests do not need"
    safety = Safety.SAFE
    since = "0.17"
    examples = (
        Example(
            "Mode and default scope",
            before="""
                [tool.pytest.ini_options]
                addopts = "-q"
                asyncio_mode = "strict"
                asyncio_default_fixture_loop_scope = "function"
                testpaths = ["tests"]  # fast ones
            """,
            after="""
                [tool.pytest.ini_options]
                addopts = "-q"
                testpaths = ["tests"]  # fast ones
            """,
            path="pyproject.toml",
        ),
        Example(
            "The last option of its section",
            before="""
                [pytest]
                # everything here is async
                asyncio_mode = auto
            """,
            after="""
                [pytest]
                # everything here is async
            """,
            path="pytest.ini",
        ),
        Example(
            "A default scope that lets tasks live on",
            before="""
                [pytest]
                asyncio_default_test_loop_scope = session
            """,
            after="""
                [pytest]
            """,
            unsafe=True,
            path="pytest.ini",
        ),
        Example(
            "An option of the same name in another tool's table",
            before="""
                [tool.runner]
                asyncio_mode = "auto"
            """,
            path="pyproject.toml",
        ),
    )
