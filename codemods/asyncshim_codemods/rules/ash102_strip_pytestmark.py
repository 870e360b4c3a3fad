"""ASH102: the marker in ``pytestmark``, of modules and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.markers import mark_uses, other_backends, removal
from asyncshim_codemods.pytestmark import Slot, slot_edits, slot_of
from asyncshim_codemods.edits import Proposal
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.file_context import FileContext


class StripPytestmark(Rule):
    """A ``pytestmark`` that only says "these tests are coroutines" says nothing that the runner does not see.

    A bare mark goes with its statement, a list loses the element and stays a list, ``+=`` and ``.append`` go with their
    statement when nothing else is added. A list that other code in the file still extends stays, empty. Markers that ask
    for a loop of their own stay (ASH108), and so do expressions that cannot be read without running them. What ASH101
    says about strict mode holds here, too.
    """

    code = "ASH102"
    name = "strip-pytestmark"
    summary = "`pytestmark = pytest.mark.asyncio` is not needed"
    safety = Safety.SAFE
    since = "0.5"
    examples = (
        Example(
            "A module's mark",
            "import pytest\n\npytestmark = pytest.mark.asyncio\n\n\n@pytest.mark.slow\nasync def test_answer():\n    ...\n",
            "import pytest\n\n\n@pytest.mark.slow\nasync def test_answer():\n    ...\n",
        ),
        Example(
            "A list of one stays a list",
            "import pytest\n\npytestmark = [\n    pytest.mark.asyncio,\n    pytest.mark.slow,  # a network\n]\n",
            "import pytest\n\npytestmark = [\n    pytest.mark.slow,  # a network\n]\n",
        ),
        Example(
            "A mark under a condition is left to you",
            "import os\n\nimport pytest\n\npytestmark = pytest.mark.asyncio if os.name else []\n",
        ),
    )

    def check(self, file: FileContext) -> Iterator[Proposal]:
        uses = [(use, slot) for use in mark_uses(file) if (slot := slot_of(file, use)) is not None]
        removable = {use.whole for use, slot in uses if slot.kind is not Slot.UNCLEAR}
        for use, slot in uses:
            if slot.kind is Slot.UNCLEAR:
                yield Proposal(use.name, "this `pytestmark` cannot be read without running it; left as it is", Safety.MANUAL)
                continue
            edits = slot_edits(file, slot, use, removable)
            if edits is None:
                yield Proposal(use.name, "other code uses this `pytestmark`; left as it is", Safety.MANUAL)
                continue
            found = removal(
                file, use, edits, "async tests need no `pytest.mark.asyncio`", other_backends(file, slot.statement)
            )
            if found is not None:
                yield found
