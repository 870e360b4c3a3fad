"""ASH603: the options of alt-pytest-asyncio in pytest's configuration."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class AltPytestOptions(Described):
    """``default_async_timeout`` becomes ``asyncshim_timeout``, and nothing need enable alt-pytest-asyncio.

    The rule renames the option, and ``--default-async-timeout`` in ``addopts``; where both are given, the option of
    the file counts, as in alt-pytest-asyncio. It removes ``-p alt_pytest_asyncio.enable`` from ``addopts`` (or writes
    ``-p asyncshim`` if plugins do not load automatically), and alt-pytest-asyncio from ``required_plugins``.

    The plugin limits every async test and fixture to 5 seconds. If the suite enables it and sets no other limit, the
    rule adds ``asyncshim_timeout = 5``.

    All of this stays, and the report says why, while a Python file uses something of alt-pytest-asyncio after the run,
    or if the run does not install asyncshim. The removal of the plugin is unsafe if the suite may leak
    tasks, which live until the session ends with the plugin, or if some file of the project has context variables,
    which all tests share with the plugin. It is safe only in a run for the whole suite. A limit that is not a positive
    number needs manual review.
    """

    code = "ASH603"
    name = "alt-options"
    summary = "an option of alt-pytest-asyncio"
    safety = Safety.SAFE
    since = "0.5"
    examples = (
        Example(
            "The default limit",
            before="""
                [pytest]
                addopts = -q -p alt_pytest_asyncio.enable
            """,
            after="""
                [pytest]
                asyncshim_timeout = 5
                addopts = -q
            """,
            unsafe=True,
            path="pytest.ini",
        ),
        Example(
            "Another limit",
            before="""
                [tool.pytest.ini_options]
                addopts = ["-p", "alt_pytest_asyncio.enable", "-q"]
                default_async_timeout = "2.5"  # seconds
            """,
            after="""
                [tool.pytest.ini_options]
                addopts = ["-q"]
                asyncshim_timeout = "2.5"  # seconds
            """,
            unsafe=True,
            path="pyproject.toml",
        ),
        Example(
            "A limit on the command line",
            before="""
                [pytest]
                addopts = -q --default-async-timeout=2
            """,
            after="""
                [pytest]
                addopts = -q --asyncshim-timeout=2
            """,
            path="tox.ini",
        ),
        Example(
            "Another plugin's option",
            before="""
                [pytest]
                timeout = 5
                addopts = -p alt_pytest_asyncio_extras
            """,
            path="pytest.ini",
        ),
    )
