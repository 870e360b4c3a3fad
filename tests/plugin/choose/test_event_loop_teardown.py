"""The end of an ``event_loop`` override: its own tear-down comes first; a loop that a module holds stays open."""

from __future__ import annotations

import pytest

from house.nested import run, run_source

HELD = """
import asyncio, holder, pytest
{head}

@pytest.fixture(scope={scope!r})
def event_loop():
    yield {name}

async def test_one(): assert asyncio.get_running_loop() is {name}
async def test_two(): assert asyncio.get_running_loop() is {name}
def test_open(): assert {name}.run_until_complete(asyncio.sleep(0, 1)) == 1
"""
LAZY = "made = []\ndef loop():\n    made or made.append(asyncio.new_event_loop())\n    return made[0]"
HOLDERS = {  # code of the test module, code of another module, the name of the loop
    "its module": ("HELD = asyncio.new_event_loop()", "", "HELD"),
    "another module": ("", "HELD = asyncio.new_event_loop()", "holder.HELD"),
    "a class": ("class Holder:\n    loop = asyncio.new_event_loop()", "", "Holder.loop"),
    "a list": ("LOOPS = [asyncio.new_event_loop()]", "", "LOOPS[0]"),
    "an object": ("class Holder: pass\nit = Holder()\nit.loop = asyncio.new_event_loop()", "", "it.loop"),
    "a module that makes it when asked": ("", LAZY, "holder.loop()"),
}
CLOSED_AT_THE_END = """
import holder, pytest

@pytest.hookimpl(trylast=True)
def pytest_unconfigure():
    import test_it
    print("CLOSED", test_it.{name}.is_closed())
"""


@pytest.mark.parametrize("scope", ["function", "session"])
@pytest.mark.parametrize(("head", "other", "name"), HOLDERS.values(), ids=HOLDERS)
def test_a_loop_that_a_module_holds_is_closed_when_the_session_ends(
    pytester: pytest.Pytester, scope: str, head: str, other: str, name: str
) -> None:
    pytester.makepyfile(holder=f"import asyncio\n{other}\n", test_it=HELD.format(scope=scope, head=head, name=name))
    pytester.makeconftest(CLOSED_AT_THE_END.format(name=name))
    result = run(pytester, "-s", "-p", "no:randomly", passed=3)
    result.stdout.fnmatch_lines(["CLOSED True"])


def test_loops_that_a_module_holds_no_longer_are_closed_before(pytester: pytest.Pytester) -> None:
    source = """
    import asyncio, pytest
    loops = []
    LOOP = None

    @pytest.fixture
    def event_loop():
        global LOOP
        LOOP = asyncio.new_event_loop()
        yield LOOP

    @pytest.mark.parametrize("number", range(4))
    async def test_it(number):
        assert asyncio.get_running_loop() is LOOP
        assert [known for known in loops if known() and not known().is_closed()] == []
        import weakref
        loops.append(weakref.ref(LOOP))
    """
    run_source(pytester, source, "-p", "no:randomly", passed=4)


WAITING = """
import asyncio, pytest
notes, late = [], []

class Own(asyncio.SelectorEventLoop):
    pass

@pytest.fixture(scope="session")
def report():
    yield
    print("NOTES", *notes)

@pytest.fixture(scope={scope!r})
def event_loop(report):
    loop = {maker}
    yield loop
    assert asyncio.get_event_loop() is loop
    {wait}
    late.append(loop.create_task(note_cancellation()))
    loop.run_until_complete(asyncio.sleep(0))
    {close}

async def note_cancellation():
    try:
        await asyncio.Event().wait()
    finally:
        notes.append("then cancelled")

async def finish():
    for _ in range(20):
        await asyncio.sleep(0)
    notes.append("finished")

async def test_it():
    late.append(asyncio.create_task(finish()))

def test_sync():
    pass
"""
WAITS = {
    "gather": "loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(loop)))",
    "wait": "loop.run_until_complete(asyncio.wait(asyncio.all_tasks(loop)))",
    "one by one": "for task in asyncio.all_tasks(loop): loop.run_until_complete(task)",
    "time": "loop.run_until_complete(asyncio.sleep(0.1))",
}


@pytest.mark.parametrize("scope", ["function", "module", "session"])
@pytest.mark.parametrize("maker", ["asyncio.new_event_loop()", "Own()"])
@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_the_teardown_of_an_override_waits_for_tasks_and_only_what_then_remains_is_cancelled(
    pytester: pytest.Pytester, scope: str, maker: str, wait: str
) -> None:
    source = WAITING.format(scope=scope, maker=maker, wait=wait, close="loop.close()")
    result = run_source(pytester, source, "-s", "-p", "no:randomly", passed=2)
    result.stdout.fnmatch_lines(["*NOTES finished then cancelled"])


@pytest.mark.parametrize("maker", ["asyncio.new_event_loop()", "Own()"])
def test_what_remains_is_cancelled_too_where_the_override_leaves_its_loop_open(
    pytester: pytest.Pytester, maker: str
) -> None:
    source = WAITING.format(scope="session", maker=maker, wait=WAITS["gather"], close="")
    run_source(pytester, source, "-s", passed=2).stdout.fnmatch_lines(["*NOTES finished then cancelled"])


def test_a_close_that_fails_because_the_loop_runs_changes_nothing(pytester: pytest.Pytester) -> None:
    source = (
        WAITING.format(scope="session", maker="Own()", wait=WAITS["gather"], close="loop.close()")
        + """
async def test_closes(event_loop):
    with pytest.raises(RuntimeError, match="Cannot close a running event loop"):
        event_loop.close()
"""
    )
    run_source(pytester, source, "-s", passed=3).stdout.fnmatch_lines(["*NOTES finished then cancelled"])
