from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from rule_tools import assert_rewritten, assert_unchanged, messages


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "def test_it(event_loop):\n    event_loop.call_soon(event_loop.stop)\n    event_loop.run_forever()\n",
            "1:13 ASH331 sync code keeps `event_loop`: the loop is used for more than `run_until_complete`",
        ),
        (
            "class TestIt:\n    def test_it(self, event_loop):\n        self.loop = event_loop\n",
            "2:23 ASH331 sync code keeps `event_loop`: the loop is used for more than `run_until_complete`",
        ),
        (
            "def test_it(request):\n    request.getfixturevalue('event_loop').close()\n",
            "2:29 ASH331 requests `event_loop` by name; `asyncio_runner` is there for sync code",
        ),
        (
            "def test_it(request):\n    assert 'event_loop' not in request.fixturenames\n",
            "2:12 ASH331 checks whether a test requests `event_loop`; migrated tests do not request it",
        ),
        (
            "def hook(item):\n    return 'event_loop' in item.fixturenames\n",
            "2:12 ASH331 checks whether a test requests `event_loop`; migrated tests do not request it",
        ),
        (
            "from tests.conftest import event_loop\n",
            "1:28 ASH331 imports an `event_loop` override; remove both if it only makes a default loop",
        ),
        (
            "import pytest\n\n\n@pytest.fixture\ndef event_loop():\n    Clock()\n",
            "5:5 ASH331 a custom `event_loop`: it does more than make a loop: `Clock()`",
        ),
        (
            "import pytest\n\n\n@pytest.fixture(params=[1])\ndef event_loop_policy(request):\n    return 1\n",
            "5:5 ASH331 a custom `event_loop_policy`",
        ),
    ],
)
def test_uses_of_event_loop_that_no_rule_rewrites_are_reported(text: str, message: str) -> None:
    result = assert_unchanged(text, "ASH331", unsafe=True)
    assert messages(result) == [message]
    assert result.findings[0].safety is Safety.MANUAL


def test_a_todo_comment_is_written_once() -> None:
    before = """\
import asyncio

import pytest


# Our clock.
@pytest.fixture
def event_loop():
    yield asyncio.SelectorEventLoop(Clock())


async def test_it(event_loop):
    ...
"""
    todo = "# TODO(asyncshim): ASH331 a custom `event_loop`: it does more than make a loop"
    after = before.replace("# Our clock.\n", f"# Our clock.\n{todo} ...\n")
    assert_rewritten(before, after.replace("test_it(event_loop)", "test_it()"), todo=True)


@pytest.mark.parametrize(
    "text",
    [
        "def test_it(name):\n    assert name == 'event_loop'\n",
        "def test_it(request):\n    assert 'event_loop' in request.session.name\n",
        "def test_it():\n    print('event_loop')\n",
        "from loops import event_loop_policy, get_event_loop\n",
        "def test_it(loop):\n    'event_loop'\n    loop.run_forever()\n",
        "from loops import run as event_loop\n\n\nevent_loop.run_forever()\n",
        "event_loop = 1\n\n\ndef test_it():\n    event_loop.run_forever()\n",
    ],
)
def test_names_that_only_resemble_event_loop_are_not_reported(text: str) -> None:
    assert_unchanged(text, unsafe=True)


@pytest.mark.parametrize(
    "text",
    [
        "async def test_it(event_loop, x):\n    # type: (Loop, int) -> None\n    await event_loop.create_task(x)\n",
        "async def test_it(event_loop, x):  # type: (Loop, int) -> None\n    ...\n",
        "async def test_it(event_loop,  # type: Loop\n    x):  # type: int\n    # type: (...) -> None\n    ...\n",
        "def test_it(event_loop):\n    # type: (Loop) -> None\n    event_loop.run_until_complete(work())\n",
    ],
)
def test_a_type_comment_that_lists_parameters_keeps_event_loop(text: str) -> None:
    (found,) = assert_unchanged(text, "ASH331", unsafe=True).findings
    assert found.message == "a comment gives the types of all parameters: remove `event_loop` from both"


@pytest.mark.parametrize(
    "head",
    [
        "async def test_it({}x):  # type: ignore[no-untyped-def]\n",
        "async def test_it({}x):\n    # type: (...) -> None\n",
        "async def test_it({}x):\n    y = []  # type: list[int]\n",
        "async def test_it({}x):\n    # typed: (Loop, int)\n",
    ],
)
def test_other_type_comments_do_not_keep_event_loop(head: str) -> None:
    text = head + "    ...\n"
    assert_rewritten(text.format("event_loop, "), text.format(""))
