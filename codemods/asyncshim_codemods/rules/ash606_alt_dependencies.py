"""ASH606: alt-pytest-asyncio among the dependencies."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class AltDependencies(Described):
    """asyncshim replaces alt-pytest-asyncio in every dependency file that ASH501 edits, in the same way.

    While something of alt-pytest-asyncio is used after the run, in a Python file or in ``addopts``, the rule keeps it,
    says why, and adds asyncshim beside it: asyncshim then runs the suite, with what is rewritten and what is not. Where
    a second entry cannot follow (a table, a list with hashes), the whole migration is not applied, because other rules
    write the marker ``asyncshim_timeout``, which only asyncshim has.

    Constraints, and files that ASH502 only reports, need manual review. With ``--runner alt-pytest-asyncio`` the rule
    does nothing.
    """

    code = "ASH606"
    name = "alt-dependencies"
    summary = "alt-pytest-asyncio is not needed as a dependency"
    safety = Safety.SAFE
    since = "0.5"
    examples = (
        Example(
            "A dependency group",
            before="""
                [dependency-groups]
                test = ["pytest>=8", "alt-pytest-asyncio>=0.9"]
            """,
            after="""
                [dependency-groups]
                test = ["pytest>=8", "asyncshim"]
            """,
            path="pyproject.toml",
        ),
        Example(
            "A distribution with a similar name",
            before="""
                alt-pytest-asyncio-test-driver
            """,
            path="requirements.txt",
        ),
    )
