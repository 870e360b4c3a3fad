"""ASH501: pytest-asyncio as a dependency; :mod:`asyncshim_codemods.config` makes the edits."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class Dependencies(Described):
    """The dependency on pytest-asyncio becomes one on the chosen runner, in whichever file it stands.

    That comes last: it is refused while a file still imports ``pytest_asyncio`` or an installed plugin requires it. Both
    spellings of the name are known; environment markers and comments stay, version limits go, because they speak of
    another project's releases.
    """

    code = "ASH501"
    name = "dependencies"
    summary = "pytest-asyncio is not needed as a dependency"
    safety = Safety.SAFE
    since = "0.1"
    examples = (
        Example(
            "A requirements file",
            before="""
                pytest>=8
                pytest-asyncio==0.21.1  # runs the tests
            """,
            after="""
                pytest>=8
                asyncshim  # runs the tests
            """,
            path="requirements-dev.txt",
        ),
        Example(
            "A plugin whose name only contains it",
            before="""
                alt-pytest-asyncio
            """,
            path="requirements-dev.txt",
        ),
    )
