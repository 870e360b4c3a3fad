"""ASH401: pytest-asyncio's options in pytest's configuration; :mod:`asyncshim_codemods.config` makes the edits."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class PytestOptions(Described):
    """The options of pytest-asyncio go, or become those of the runner that was chosen with ``--runner``.

    For asyncshim nothing has to be said: unset, its mode is auto, and one loop serves every scope. The file is
    ``pytest.toml``, ``.pytest.toml``, ``pytest.ini``, ``.pytest.ini``, ``pyproject.toml`` (either table), ``tox.ini`` or
    ``setup.cfg``. One line is edited, and the file is parsed before and after to see that only the intended option
    differs.
    """

    code = "ASH401"
    name = "pytest-options"
    summary = "`asyncio_mode` and its kin are not needed"
    safety = Safety.SAFE
    since = "0.17"
    examples = (
        Example(
            "The mode and the loop scopes",
            before="""
                [tool.pytest.ini_options]
                testpaths = ["tests"]
                asyncio_mode = "strict"
                asyncio_default_fixture_loop_scope = "session"
            """,
            after="""
                [tool.pytest.ini_options]
                testpaths = ["tests"]
            """,
            path="pyproject.toml",
        ),
        Example(
            "Options of other plugins",
            before="""
                [pytest]
                anyio_mode = auto
            """,
            path="pytest.ini",
        ),
    )
