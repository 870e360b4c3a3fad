from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

import pytest

from asyncshim_codemods.event_loop.resolution import other_file
from asyncshim_codemods.results import Safety
from migrated_suites import unchanged
from rule_tools import assert_unchanged, rewrite

TEST = "import asyncio\n\n\nasync def test_it(event_loop):\n    event_loop.call_later(1)\n"
GAME = "class GameLoop:\n    def call_later(self, seconds):\n        return seconds\n"


def conftest(body: str, top: str = "", signature: str = "") -> str:
    """Return a conftest with a fixture ``event_loop``."""
    head = f"import asyncio\n\nimport pytest\n{top}\n\n@pytest.fixture\n"
    return f"{head}def event_loop({signature}):\n{indent(body, '    ')}\n"


UNRELATED = {
    "a class of the conftest": (conftest("return GameLoop()", GAME), {}),
    "a class of another file": (
        conftest("loop = GameLoop()\nyield loop\nloop.close()", "from game import GameLoop\n"),
        {"game.py": f"import abc\n\n\n{GAME}"},
    ),
    "a class derived from one of another file": (
        conftest("return FastLoop()", "from game import FastLoop\n"),
        {"game.py": f"import abc\n\n\n{GAME}\n\nclass FastLoop(GameLoop):\n    pass\n"},
    ),
    "a function that makes one": (
        conftest("return make()", f"{GAME}\n\ndef make():\n    return GameLoop()\n"),
        {},
    ),
    "a mock": (conftest("return mock.MagicMock()", "from unittest import mock\n"), {}),
    "a loop of Qt": (conftest("return QtCore.QEventLoop()", "from PyQt6 import QtCore\n"), {}),
    "a literal": (conftest("return [1, 2]"), {}),
    "a builtin function": (conftest("return print"), {}),
    "a class": (conftest("return GameLoop", GAME), {}),
    "an assignment expression": (conftest("return (game := GameLoop())", GAME), {}),
    "a thread": (conftest("return threading.Thread(target=print)", "import threading\n"), {}),
    "a class with an unrelated base": (
        conftest("return Simulation()", "import threading\n\n\nclass Simulation(threading.Thread):\n    pass\n"),
        {},
    ),
}

ASYNCIO = {
    "a fresh loop": conftest("loop = asyncio.new_event_loop()\nyield loop\nloop.close()"),
    "the policy's": conftest("return asyncio.get_event_loop_policy().new_event_loop()"),
    "a subclass": conftest("return Jumping()", "class Jumping(asyncio.SelectorEventLoop):\n    pass\n"),
    "a subclass of one": conftest(
        "return B()", "class A(asyncio.SelectorEventLoop):\n    pass\n\n\nclass B(object, A):\n    pass\n"
    ),
    "another implementation": conftest("return qasync.QEventLoop(1)", "import qasync\n"),
    "the loop of another plugin": conftest("return loop", signature="loop"),
    "a call of one of its methods": conftest(
        "loop = make_clock()\nyield loop\nloop.run_until_complete(loop.shutdown_asyncgens())",
        "from clocks import make_clock\n",
    ),
    "made the current loop": conftest(
        "loop = make_clock()\nasyncio.set_event_loop(loop)\nyield loop", "from clocks import make_clock\n"
    ),
}

UNKNOWN = {
    "an imported function": conftest("return make_clock()", "from clocks import make_clock\n"),
    "an attribute": conftest("return server.loop", "from app import server\n"),
    "one or the other": conftest("return asyncio.new_event_loop() if fast else 1", "from app import fast\n"),
    "nothing": conftest("yield"),
    "another fixture": conftest("return clock", signature="clock"),
    "a base class that nobody shows": conftest(
        "return Clock()", "from clocks import Base\n\n\nclass Clock(Base):\n    pass\n"
    ),
    "a class of another file with an unknown base": conftest("return LoopClock()", "from game import LoopClock\n"),
    "an element that is called": conftest("return makers[0]()", "from clocks import makers\n"),
    "a function that calls itself": conftest("return make()", "def make():\n    return make()\n"),
    "a decorated function": conftest("return make()", "from app import wrap\n\n\n@wrap\ndef make():\n    return 1\n"),
    "a class derived from its own name": conftest("return Clock()", "class Clock(Clock):\n    pass\n"),
    "a base class that is computed": conftest(
        "return Clock()", "from clocks import base\n\n\nclass Clock(base[0]):\n    pass\n"
    ),
    "a conftest that cannot be parsed": "def event_loop()\n",
}


@pytest.mark.parametrize(("text", "others"), UNRELATED.values(), ids=UNRELATED)
def test_a_test_keeps_an_event_loop_that_is_no_loop_of_asyncio(text: str, others: Mapping[str, str]) -> None:
    assert_unchanged(TEST, beside={"tests/conftest.py": text, **others}, unsafe=True)
    assert_unchanged(TEST.replace("async ", ""), beside={"tests/conftest.py": text, **others}, unsafe=True)
    assert_unchanged(
        TEST.replace("event_loop.call_later(1)", "pass"), beside={"tests/conftest.py": text, **others}, unsafe=True
    )


@pytest.mark.parametrize("text", ASYNCIO.values(), ids=ASYNCIO)
def test_a_test_with_a_loop_of_asyncio_is_rewritten(text: str) -> None:
    result = rewrite(TEST, beside={"tests/conftest.py": text})
    assert [(each.code, each.fixed) for each in result.findings] == [("ASH302", True)]


@pytest.mark.parametrize("text", UNKNOWN.values(), ids=UNKNOWN)
@pytest.mark.parametrize("body", ["event_loop.call_later(1)", "event_loop.run_until_complete(x())", "pass"])
def test_an_event_loop_of_unknown_origin_makes_the_rewrite_unsafe(text: str, body: str) -> None:
    test = TEST.replace("event_loop.call_later(1)", body)
    if "run_until_complete" in body:
        test = test.replace("async ", "")
    others = {"tests/conftest.py": text, "game.py": "import a\n\n\nclass LoopClock(a.Base):\n    pass\n"}
    (found,) = rewrite(test, beside=others).findings
    assert found.safety is Safety.UNSAFE
    assert "the `event_loop` of tests/conftest.py may not be a loop of asyncio" in found.message


def test_a_class_of_another_file_may_be_a_loop_of_asyncio() -> None:
    text = conftest("return JumpingLoop()", "from game import JumpingLoop\n")
    game = "import asyncio\n\n\nclass JumpingLoop(asyncio.SelectorEventLoop):\n    pass\n"
    found = rewrite(TEST, beside={"tests/conftest.py": text, "game.py": game}).findings
    assert [(each.code, each.fixed) for each in found] == [("ASH302", True)]


def test_the_nearest_definition_of_the_fixture_decides() -> None:
    game, real = conftest("return GameLoop()", GAME), conftest("return asyncio.new_event_loop()")
    above = {"conftest.py": game, "tests/conftest.py": real}
    assert rewrite(TEST, beside=above).changed
    above = {"conftest.py": real, "tests/conftest.py": game}
    assert_unchanged(TEST, beside=above, unsafe=True)
    beside = {"other/conftest.py": game}
    assert rewrite(TEST, beside=beside).changed


def test_the_definition_in_the_class_or_module_of_the_test_counts_first() -> None:
    fixture = "@pytest.fixture\ndef event_loop({}):\n    return {}\n"
    module = f"import asyncio\nimport pytest\n\n\n{GAME}\n\n{fixture.format('', 'GameLoop()')}\n\n{TEST[18:]}"
    assert not rewrite(module, beside={"tests/conftest.py": conftest("return asyncio.new_event_loop()")}).changed
    text = """
import asyncio

import pytest


class TestGame:
    @pytest.fixture
    def event_loop(self):
        return 1

    async def test_it(self, event_loop):
        event_loop.x


class TestOther:
    async def test_it(self, event_loop):
        event_loop.x
"""
    result = rewrite(text)
    assert result.error is None
    assert result.new.decode().count("asyncio.get_running_loop()") == 1
    assert "async def test_it(self, event_loop):\n        event_loop.x" in result.new.decode()


def test_a_plugin_module_of_the_project_defines_the_fixture() -> None:
    plugin = conftest("return GameLoop()", GAME)
    assert_unchanged(TEST, beside={"src/game/testing.py": plugin}, unsafe=True)
    assert rewrite(TEST, beside={"tests/test_game.py": plugin}).changed
    nearer = {"src/game/testing.py": plugin, "conftest.py": conftest("return asyncio.new_event_loop()")}
    assert rewrite(TEST, beside=nearer).changed


def test_usefixtures_of_an_unrelated_event_loop_stays() -> None:
    text = "import pytest\n\n\n@pytest.mark.usefixtures('event_loop')\nasync def test_it(): ...\n"
    assert_unchanged(text, beside={"conftest.py": conftest("return GameLoop()", GAME)}, unsafe=True)
    unknown = {"conftest.py": conftest("return make()", "from clocks import make\n")}
    (found,) = rewrite(text, beside=unknown).findings
    assert found.safety is Safety.UNSAFE


def test_the_report_says_that_the_fixture_is_unrelated() -> None:
    (found,) = rewrite(conftest("return GameLoop()", GAME), path="conftest.py").findings
    assert found.code == "ASH331"
    assert "not a loop of asyncio; rename the fixture" in found.message


def test_a_suite_with_an_unrelated_event_loop_passes_after_migrate(tmp_path: Path) -> None:
    suite = {
        "pytest.ini": "[pytest]\nasyncio_mode = auto\n",
        "tests/conftest.py": conftest("return GameLoop()", "from game import GameLoop\n"),
        "game.py": f"import abc\n\n\n{GAME}",
        "tests/test_game.py": """
            import asyncio


            async def test_async(event_loop):
                await asyncio.sleep(0)
                assert event_loop.call_later(1) == 1


            def test_sync(event_loop):
                assert event_loop.call_later(1) == 1
        """,
    }
    found = unchanged(tmp_path, suite, "--unsafe", arguments=("-o", "pythonpath=."))
    assert found.text("tests/test_game.py").count("(event_loop)") == 2


def test_a_file_that_cannot_be_parsed_has_no_context() -> None:
    assert other_file("a.py", b"def\n") is None
    assert other_file("a.py", b"x = 1\n") is not None
