"""What may span the ``yield`` of an async-generator fixture, as a suite sees it (pytest-asyncio#1191, #124)."""

from __future__ import annotations

import pytest

from house.nested import run, run_source

HEAD = """\
import asyncio, pytest
notes = []
async def forever():
    try:
        await asyncio.Event().wait()
    finally:
        notes.append("cancelled")
"""
SCOPES = pytest.mark.parametrize("scope", ["function", "module", "session"])


@SCOPES
def test_a_task_group_may_span_the_yield(pytester: pytest.Pytester, scope: str) -> None:
    source = f"""
@pytest.fixture(scope="{scope}")
async def group():
    async with asyncio.TaskGroup() as group:
        yield group
    assert set(notes) == {{"done"}}
async def work():
    await asyncio.sleep(0)
    notes.append("done")
async def test_one(group):
    group.create_task(work())
    await group.create_task(work())
async def test_two(group):
    group.create_task(work())
    await group.create_task(work())
"""
    run_source(pytester, HEAD + source, passed=2)


@SCOPES
def test_a_timeout_that_does_not_expire_may_span_the_yield(pytester: pytest.Pytester, scope: str) -> None:
    source = f"""
@pytest.fixture(scope="{scope}")
async def limited():
    async with asyncio.timeout(60) as timeout:
        yield timeout
    assert not timeout.expired()
async def test_it(limited): assert limited.when() is not None
def test_sync(limited): pass
"""
    run_source(pytester, HEAD + source, passed=2)


def test_anyio_task_groups_and_cancel_scopes_may_span_the_yield(pytester: pytest.Pytester) -> None:
    source = """
import anyio
@pytest.fixture
async def group():
    async with anyio.create_task_group() as group:
        yield group
        group.cancel_scope.cancel()
    notes.append("left")
@pytest.fixture
async def limited():
    with anyio.fail_after(60):
        yield
async def test_it(group, limited):
    started = anyio.Event()
    async def child():
        started.set()
        await forever()
    group.start_soon(child)
    with anyio.fail_after(60):
        await started.wait()
def test_left(): assert notes == ["cancelled", "left"]
"""
    run_source(pytester, HEAD + source, passed=2)


FAILING_CHILD = """
async def child(go):
    await go.wait()
    raise LookupError("of the child")
@pytest.fixture(scope="{scope}")
async def go():
    go = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(child(go))
        group.create_task(forever())
        yield go
        notes.append("never")
async def test_it(go):
    go.set()
    for _ in range(10):
        await asyncio.sleep(0)
    notes.append("the test went on")
"""


def test_a_child_that_fails_while_the_test_runs_is_the_error_of_the_fixture_at_its_teardown(
    pytester: pytest.Pytester,
) -> None:
    source = """
async def test_next(): assert notes == ["cancelled", "the test went on"]
"""
    result = run_source(pytester, HEAD + FAILING_CHILD.format(scope="function") + source, passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_it*", "*LookupError: of the child*"])
    result.stdout.no_fnmatch_line("*CancelledError*")


def test_a_failing_child_of_a_wider_fixture_is_an_error_of_the_last_test(pytester: pytest.Pytester) -> None:
    source = """
async def test_between(): notes.append("between")
def test_last(): assert notes == ["cancelled", "the test went on", "between"]
"""
    result = run_source(pytester, HEAD + FAILING_CHILD.format(scope="module") + source, passed=3, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_last*", "*LookupError: of the child*"])


def test_a_fixture_may_handle_the_failure_of_its_children(pytester: pytest.Pytester) -> None:
    source = """
async def child(): raise LookupError("of the child")
@pytest.fixture
async def group():
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except* LookupError as errors:
        notes.extend(map(str, errors.exceptions))
async def test_it(group):
    group.create_task(child())
    await asyncio.sleep(0)
def test_handled(): assert notes == ["of the child"]
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_timeout_that_expires_while_the_test_runs_is_the_error_of_the_fixture(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def limited():
    async with asyncio.timeout(0.001) as timeout:
        yield timeout
async def test_it(limited):
    while not limited.expired():
        await asyncio.sleep(0.001)
    notes.append("the test went on")
def test_sync(limited): pass
def test_next(): assert notes == ["the test went on"]
"""
    result = run_source(pytester, HEAD + source, passed=3, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_it*", "E*TimeoutError"])


def test_an_anyio_scope_that_expires_or_fails_is_an_error_of_the_fixture(pytester: pytest.Pytester) -> None:
    source = """
import anyio
async def child(): raise LookupError("of the child")
@pytest.fixture
async def group():
    async with anyio.create_task_group() as group:
        yield group
@pytest.fixture
async def limited():
    with anyio.fail_after(0.001):
        yield
async def test_fails(group):
    group.start_soon(child)
    for _ in range(10):
        await asyncio.sleep(0)
async def test_expires(limited): await asyncio.sleep(0.01)
async def test_next(): pass
"""
    result = run_source(pytester, HEAD + source, passed=3, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_fails*",
            "*LookupError: of the child*",
            "*ERROR at teardown of test_expires*",
            "E*TimeoutError",
        ]
    )


def test_nested_fixtures_each_keep_their_own_scope(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def outer():
    async with asyncio.TaskGroup() as group:
        yield group
    notes.append("outer left")
@pytest.fixture
async def inner(outer):
    async with asyncio.TaskGroup() as group:
        task = outer.create_task(forever())
        yield group
        task.cancel()
    notes.append("inner left")
async def test_it(outer, inner):
    await asyncio.gather(outer.create_task(asyncio.sleep(0)), inner.create_task(asyncio.sleep(0)))
def test_order(): assert notes == ["inner left", "cancelled", "outer left"]
"""
    run_source(pytester, HEAD + source, passed=2)


def test_the_task_of_a_fixture_is_the_same_in_both_halves_and_hidden_in_between(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="session")
async def hosted():
    task = asyncio.current_task()
    yield task
    assert asyncio.current_task() is task
async def test_it(hosted):
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert others == set()
    assert hosted is not asyncio.current_task()
async def test_cancels_everything(hosted):
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
"""
    run_source(pytester, HEAD + source, passed=2)


def test_async_exit_stacks_may_span_the_yield(pytester: pytest.Pytester) -> None:
    source = """
import contextlib
@contextlib.asynccontextmanager
async def resource(name):
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        task = group.create_task(forever())
        yield name
        task.cancel()
    notes.append(name)
@pytest.fixture(scope="module")
async def stack():
    async with contextlib.AsyncExitStack() as stack:
        yield stack
@pytest.fixture
async def two(stack):
    async with resource("two"):
        yield "two"
async def test_it(stack, two): assert two == "two"
async def test_again(stack, two): assert notes == ["cancelled", "two"]
"""
    run_source(pytester, HEAD + source, passed=2)


def test_a_value_sent_by_the_loop_while_no_test_runs_arrives(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import asyncio, pytest
        @pytest.fixture(scope="session")
        async def ticks():
            ticks = []
            async def tick():
                while True:
                    ticks.append(1)
                    await asyncio.sleep(0)
            async with asyncio.TaskGroup() as group:
                task = group.create_task(tick())
                yield ticks
                task.cancel()
    """)
    pytester.makepyfile("""
        import asyncio
        async def test_one(ticks):
            before = len(ticks)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert len(ticks) > before
        def test_sync(ticks): pass
        async def test_two(ticks):
            before = len(ticks)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert len(ticks) > before
    """)
    run(pytester, passed=3)
