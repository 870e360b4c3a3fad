"""ASH101: ``@pytest.mark.asyncio`` on async functions, methods and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits import Proposal, Remove
from asyncshim_codemods.file_context import is_async
from asyncshim_codemods.markers import ASYNCIO, decorated, mark_uses, other_backends, removal, use_at
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.file_context import FileContext


class StripMarker(Rule):
    """Every runner that this migration targets runs ``async def test_…`` without a marker.

    The marker goes, with its arguments; decorators beside it stay where they are, and so do comments, on a line of their
    own where they stood beside the marker. A wider ``loop_scope`` than the suite's default needs no marker either: there
    is one loop for all. What stays: a marker that asks for a loop of its own (see ASH108), and one beside the marker of
    another backend (anyio, trio), where only a person can say who shall run the test.

    In a suite that asks for ``asyncio_mode = strict`` the rewrite is only safe together with ASH401, which takes that
    option out: unset, asyncshim's mode is auto. If ASH401 is not selected this rule becomes unsafe there.
    """

    code = "ASH101"
    name = "strip-marker"
    summary = "`@pytest.mark.asyncio` is not needed on an async test"
    safety = Safety.SAFE
    since = "0.1"
    examples = (
        Example(
            "A marked test",
            "import pytest\n\n\n@pytest.mark.asyncio\n@pytest.mark.slow\nasync def test_answer():\n    assert await answer() == 42\n",
            "import pytest\n\n\n@pytest.mark.slow\nasync def test_answer():\n    assert await answer() == 42\n",
        ),
        Example(
            "A marked class, with a loop scope",
            'import pytest\n\n\n# One pool for all.\n@pytest.mark.asyncio(loop_scope="class")  # shared\nclass TestPool:\n'
            "    async def test_get(self):\n        pytest.skip()\n",
            "import pytest\n\n\n# One pool for all.\n# shared\nclass TestPool:\n"
            "    async def test_get(self):\n        pytest.skip()\n",
        ),
        Example(
            "A marker that chooses the event loop stays",
            'import pytest\n\n\n@pytest.mark.asyncio(loop_factories=["uvloop"])\nasync def test_fast():\n    ...\n',
        ),
        Example(
            "A marker of somebody else's `pytest` stays",
            "from helpers import pytest\n\n\n@pytest.mark.asyncio\nasync def test_answer():\n    ...\n",
        ),
    )

    def check(self, file: FileContext) -> Iterator[Proposal]:
        for use in mark_uses(file):
            owner = decorated(file, use)
            if isinstance(owner, cst.ClassDef) or (
                isinstance(owner, cst.FunctionDef) and is_async(owner) and not file.is_fixture(owner)
            ):
                neighbours = other_backends(file, owner)
                found = removal(file, use, (Remove(use.holder),), "async tests need no `pytest.mark.asyncio`", neighbours)
                if found is not None:
                    yield found
        for node in file.names.doubtful(ASYNCIO):
            if decorated(file, use_at(file, node)) is not None:
                yield Proposal(node, "this may be pytest's marker, but the name is bound in more than one way", Safety.MANUAL)
