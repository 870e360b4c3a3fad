"""ASH401: the options of pytest-asyncio in pytest's configuration."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class PytestOptions(Described):
    """A suite of plain async tests needs no ``asyncio_*`` option: asyncshim's default mode is auto.

    The rule reads ``pytest.toml``, ``.pytest.toml``, ``pytest.ini``, ``.pytest.ini``, ``pyproject.toml``
    (``[tool.pytest]`` and ``[tool.pytest.ini_options]``), ``tox.ini`` and ``setup.cfg``. It removes the lines of the
    option; comments, order, quotes and line endings stay. The section also stays, even if it is empty, because pytest
    finds its root directory by it. (``[tool.pytest]`` counts only if it has a key; ``minversion = "9.0"`` replaces the
    last one.)

    A default loop scope wider than ``function`` keeps alive the tasks that any test of the suite leaks, also in files
    that were not given. ``asyncio_debug`` enables asyncio's debug mode. The removal of either needs ``--unsafe``. A
    value that pytest-asyncio would reject needs manual review.

    While the dependency files may still install pytest-asyncio after the run, or name no runner at all, the rule writes
    ``asyncio_mode = auto`` and keeps the other options, so that the suite passes under both plugins. That also holds
    for a run with only a part of the suite: it changes no settings. ``--runner`` decides where no file names a runner.

    ``--runner pytest-asyncio`` writes ``asyncio_mode = auto`` and session scopes into the file that pytest chooses,
    ``--runner anyio`` writes ``anyio_mode = auto``; other runners need nothing. For every runner but asyncshim the rule
    reports options of asyncshim: pytest would warn about them, and nothing replaces them.
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
            "A default scope that keeps tasks alive",
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
