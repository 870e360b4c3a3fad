"""ASH403: entries about pytest-asyncio in pytest's lists; :mod:`asyncshim_codemods.config` makes the edits."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class PytestLists(Described):
    """``markers``, ``filterwarnings`` and ``required_plugins`` lose the entries that name pytest-asyncio.

    The marker is registered by the runner, warnings of a module that is gone cannot appear (and a filter that names its
    classes would fail to import), and a required plugin that is not installed stops pytest. The last entry of a list
    takes the option with it.
    """

    code = "ASH403"
    name = "pytest-lists"
    summary = "an entry that names pytest-asyncio"
    safety = Safety.SAFE
    since = "0.1"
    examples = (
        Example(
            "A registered marker",
            before="""
                [tool.pytest.ini_options]
                markers = [
                    "asyncio: a coroutine",
                    "slow: takes more than a moment",
                ]
            """,
            after="""
                [tool.pytest.ini_options]
                markers = [
                    "slow: takes more than a moment",
                ]
            """,
            path="pyproject.toml",
        ),
        Example(
            "Another marker",
            before="""
                [tool.pytest.ini_options]
                markers = ["slow: takes more than a moment"]
            """,
            path="pyproject.toml",
        ),
    )
