"""ASH102: the marker in ``pytestmark``, of modules and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.markers.pytestmark import emptied
from asyncshim_codemods.markers.roles import Role, edits_for, marks, strip
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import AcceptedEdits
    from asyncshim_codemods.suite.file_context import FileContext

_MESSAGE = "async tests need no `pytest.mark.asyncio`"


class StripPytestmark(Rule):
    """A ``pytestmark`` that only marks tests as coroutines tells a runner nothing new.

    The rule removes a single mark with its statement. A list loses the element and stays a list. ``+=`` and ``.append``
    are removed with their statement if they add nothing else. A list that other code in the file extends stays, empty.
    Markers that request a separate loop stay (ASH108), and so do expressions whose value the rule cannot read. What
    ASH101 says about strict mode and wide loop scopes also applies here.

    asyncshim marks async tests itself, but not synchronous ones. So the rewrite is unsafe for those if the given files
    select tests by the marker: ``-m "not asyncio"`` in the configuration or a workflow, or
    ``get_closest_marker("asyncio")`` in a hook.
    """

    code = "ASH102"
    name = "strip-pytestmark"
    summary = "`pytestmark = pytest.mark.asyncio` is not needed"
    safety = Safety.SAFE
    words = ("asyncio",)
    since = "0.5"
    examples = (
        Example(
            "A module's mark",
            before="""
                import pytest

                pytestmark = pytest.mark.asyncio


                @pytest.mark.slow
                async def test_answer():
                    ...
            """,
            after="""
                import pytest


                @pytest.mark.slow
                async def test_answer():
                    ...
            """,
        ),
        Example(
            "A list of one stays a list",
            before="""
                import pytest

                pytestmark = [
                    pytest.mark.asyncio,
                    pytest.mark.slow,  # a network
                ]
            """,
            after="""
                import pytest

                pytestmark = [
                    pytest.mark.slow,  # a network
                ]
            """,
        ),
        Example(
            "A mark under a condition needs manual review",
            before="""
                import os

                import pytest

                pytestmark = pytest.mark.asyncio if os.name else []
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every ``pytestmark`` statement that holds the marker."""
        found = file.once(marks)
        for use in found.of(Role.PYTESTMARK):
            edits = edits_for(file, use, Role.PYTESTMARK, found.removable)
            if edits is None:
                message = "this `pytestmark` is used or built in a way that needs manual review"
                yield Proposal(use.name, message, Safety.MANUAL)
                continue
            proposal = strip(file, use, Role.PYTESTMARK, edits, _MESSAGE)
            if proposal is not None:
                yield proposal

    def finish(self, file: FileContext, done: AcceptedEdits, /) -> Iterator[Proposal]:
        """Remove statements whose list is empty now, as part of the same finding."""
        for use in file.once(marks).of(Role.PYTESTMARK):
            edit = emptied(file, use, done)
            if edit is not None:
                yield Proposal(use.name, _MESSAGE, Safety.SAFE, (edit,))
