"""Reports of failures that asyncshim itself causes: a reason, the user's lines, no note about hidden frames."""

from __future__ import annotations

import sys

import pytest

HEAD = "import asyncio, pytest, pytest_asyncio\n"
LENT = """
import asyncio, asyncshim, pytest, sys
loop = asyncio.new_event_loop()
sys.exit(pytest.main(["test_it.py", "-p", "no:cacheprovider"], plugins=[asyncshim.Plugin(loop)]))
"""
# Source, options, and texts of the report: each refusal, and each failure that is raised outside of the user's code.
REFUSALS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "an unmarked test in strict mode": (
        """\
async def test_it(): pass
""",
        ("--asyncio-mode=strict",),
        ("asyncio_mode is strict and it has no @pytest.mark.asyncio",),
    ),
    "a coroutine that is returned": (
        """\
async def wait(): pass
def test_it(): return wait()
""",
        (),
        ("the test returned a coroutine",),
    ),
    "a method of a TestCase": (
        """\
import unittest
class TestIt(unittest.TestCase):
    async def test_it(self): pass
""",
        (),
        ("derive its class from unittest.IsolatedAsyncioTestCase",),
    ),
    "positional arguments of the marker": (
        """\
@pytest.mark.asyncio('module')
async def test_it(): pass
""",
        (),
        ("mark.asyncio accepts only keyword",),
    ),
    "two scopes": (
        """\
@pytest.mark.asyncio(scope='module', loop_scope='module')
async def test_it(): pass
""",
        (),
        ("defines both",),
    ),
    "an unknown scope": (
        """\
@pytest.mark.asyncio(loop_scope='x')
async def test_it(): pass
""",
        (),
        ("unexpected loop scope value",),
    ),
    "wrong loop factories": (
        """\
@pytest.mark.asyncio(loop_factories=1)
async def test_it(): pass
""",
        (),
        ("'loop_factories' must be",),
    ),
    "loop factories without a hook": (
        """\
@pytest.mark.asyncio(loop_factories=['a'])
async def test_it(): pass
""",
        (),
        ("requires at least one pytest_asyncio_loop_factories",),
    ),
    "wrong arguments of asyncshim_timeout": (
        """\
@pytest.mark.asyncshim_timeout('x')
async def test_it(): pass
""",
        (),
        ("takes one number of seconds",),
    ),
    "no policy": (
        """\
class TestIt:
    pytestmark = pytest.mark.asyncio_event_loop(policy=1)
    async def test_it(self): pass
""",
        (),
        ("must be one event loop policy",),
    ),
    "an old feature in a test": (
        """\
@pytest.mark.asyncio
async def test_it(): pass
""",
        ("--asyncshim-legacy=error",),
        ("ASH101",),
    ),
    "an old feature in a fixture": (
        """\
@pytest_asyncio.fixture
async def value(): pass
def test_it(value): pass
""",
        ("--asyncshim-legacy=error",),
        ("ASH201",),
    ),
    "an old feature in an override": (
        """\
@pytest.fixture
def event_loop(): return asyncio.new_event_loop()
async def test_it(): pass
""",
        ("--asyncshim-legacy=error",),
        ("ASH305",),
    ),
    "a leaked task": (
        """\
async def test_it(): asyncio.create_task(asyncio.sleep(60))
""",
        ("--asyncshim-leaks=error",),
        ("asyncshim_leaks",),
    ),
    "a leaked task of a module": (
        """\
@pytest.mark.asyncio(loop_scope='module')
async def test_it(): asyncio.create_task(asyncio.sleep(60))
""",
        ("--asyncshim-leaks=error",),
        ("asyncshim_leaks",),
    ),
    "a narrow loop scope of a fixture": (
        """\
@pytest_asyncio.fixture(scope='module', loop_scope='function')
async def value(): pass
async def test_it(value): pass
""",
        ("--asyncshim-runner=loop_scope",),
        ("ScopeMismatch",),
    ),
    "a fixture that a coroutine asks for": (
        """\
@pytest.fixture
async def value(): pass
async def ask(request): request.getfixturevalue('value')
async def test_it(request): await asyncio.create_task(ask(request))
""",
        (),
        ("cannot be set up by request.getfixturevalue()", "> *await asyncio.create_task(ask(request))*"),
    ),
    "a coroutine in a running loop": (
        """\
async def test_it(asyncio_runner): asyncio_runner.run(asyncio.sleep(0))
""",
        (),
        ("cannot be driven", "> *asyncio_runner.run(*"),
    ),
    "a loop that a test stops": (
        """\
async def test_it():
    asyncio.get_running_loop().stop()
    await asyncio.Event().wait()
""",
        (),
        ("Event loop stopped before Future completed", "> *asyncio.Event().wait()*"),
    ),
    "a loop that a fixture stops": (
        """\
@pytest.fixture
async def value():
    asyncio.get_running_loop().stop()
    await asyncio.Event().wait()
async def test_it(value): pass
""",
        (),
        ("Event loop stopped before Future completed", "> *asyncio.Event().wait()*"),
    ),
    "a loop that a generator fixture stops": (
        """\
@pytest.fixture
async def value():
    asyncio.get_running_loop().stop()
    await asyncio.Event().wait()
    yield
async def test_it(value): pass
""",
        (),
        ("Event loop stopped before Future completed", "> *asyncio.Event().wait()*"),
    ),
    "a fixture that does not yield": (
        """\
@pytest.fixture
async def value():
    if 0: yield
async def test_it(value): pass
""",
        (),
        ("did not yield a value", "> *@pytest.fixture*"),
    ),
    "a fixture that yields twice": (
        """\
@pytest.fixture
async def value():
    yield
    yield
async def test_it(value): pass
""",
        (),
        ("Yield only once", "> *@pytest.fixture*"),
    ),
    "a test that another task cancels": (
        """\
async def test_it():
    task = asyncio.current_task()
    asyncio.get_running_loop().call_soon(task.cancel)
    await asyncio.Event().wait()
""",
        (),
        ("CancelledError", "> *asyncio.Event().wait()*"),
    ),
    "a test that runs too long": (
        """\
async def wait(): await asyncio.Event().wait()
async def test_it(): await wait()
""",
        ("--asyncshim-timeout=0.05",),
        (
            "exceeded its limit of 0.05 s",
            "> *async def test_it(): await wait()*",
            "> *async def wait(): await asyncio.E*",
        ),
    ),
    "a fixture that runs too long": (
        """\
@pytest.fixture
async def value(): await asyncio.Event().wait()
async def test_it(value): pass
""",
        ("--asyncshim-timeout=0.05",),
        ("exceeded its limit of 0.05 s", "> *async def value(): await asyncio.E*"),
    ),
    "a tear-down that runs too long": (
        """\
@pytest.fixture
async def value():
    yield
    await asyncio.Event().wait()
async def test_it(value): pass
""",
        ("--asyncshim-timeout=0.05",),
        ("exceeded its limit of 0.05 s", "> *await asyncio.Event().wait()*"),
    ),
    "a set-up that runs too long": (
        """\
@pytest.fixture
async def value():
    await asyncio.Event().wait()
    yield
async def test_it(value): pass
""",
        ("--asyncshim-timeout=0.05",),
        ("exceeded its limit of 0.05 s", "> *await asyncio.Event().wait()*"),
    ),
    "a test that does not obey its limit": (
        """\
async def test_it():
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        pass
""",
        ("--asyncshim-timeout=0.05",),
        ("exceeded its limit of 0.05 s", "> *await asyncio.Event().wait()*"),
    ),
}
STYLES = ["auto", "short", "long"]
NOTE = "entries are hidden"


@pytest.mark.usefixtures("idle_clock")
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_why_without_a_note_about_hidden_frames(
    pytester: pytest.Pytester, name: str, style: str
) -> None:
    source, options, texts = REFUSALS[name]
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest(*options, f"--tb={style}")
    outcomes = result.parseoutcomes()
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == 1
    shown = result.stdout.str()
    assert NOTE not in shown
    assert "src/asyncshim" not in shown  # no frame of ours
    for text in texts:
        if text.startswith(">"):
            result.stdout.fnmatch_lines([text if style != "short" else f" *{text[2:]}"])
        else:
            assert text in shown


def test_a_lent_loop_that_stands_still_is_reported_without_that_note(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(main=LENT, test_it=HEAD + "async def test_it(): pass\n")
    shown = pytester.run(sys.executable, "main.py").stdout.str()
    assert "the event loop given to asyncshim.Plugin is not running" in shown
    assert NOTE not in shown
