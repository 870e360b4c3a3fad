"""ASH402: pytest-asyncio in ``addopts``; :mod:`asyncshim_codemods.config` makes the edits."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class PytestAddopts(Described):
    """Words of ``addopts`` that speak to pytest-asyncio go: its options, ``-p pytest_asyncio`` and ``-p no:asyncio``.

    Both forms are edited, the string and the list; the other words keep their order and their quotes.
    """

    code = "ASH402"
    name = "pytest-addopts"
    summary = "`addopts` need not speak to pytest-asyncio"
    safety = Safety.SAFE
    since = "0.17"
    examples = (
        Example(
            "A mode on the command line",
            before="""
                [pytest]
                addopts = -ra --asyncio-mode=strict --strict-markers
            """,
            after="""
                [pytest]
                addopts = -ra --strict-markers
            """,
            path="pytest.ini",
        ),
        Example(
            "Another plugin's words",
            before="""
                [pytest]
                addopts = -p no:doctest
            """,
            path="pytest.ini",
        ),
    )
