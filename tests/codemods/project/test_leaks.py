from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from asyncshim_codemods.project.definitions import may_start
from asyncshim_codemods.project.leaks import find_leaks


def leaking(body: str) -> frozenset[str]:
    code = "async def test_it(self, tg, server):\n" + "".join(f"    {line}\n" for line in dedent(body).splitlines())
    assert may_start(code.encode())
    return find_leaks(ast.parse(code)).leaking


@pytest.mark.parametrize(
    "body",
    [
        "asyncio.create_task(serve())",
        "global task\ntask = asyncio.create_task(serve())\nawait task",
        "self.task = asyncio.create_task(serve())",
        "self.tasks.append(asyncio.create_task(serve()))",
        "task = asyncio.create_task(serve())\nassert task",
        "task = asyncio.create_task(serve())\nreturn task",
        "loop.create_task(serve())",
        "asyncio.ensure_future(serve()).add_done_callback(print)",
        "tg.create_task(serve())",
        "await asyncio.wait([asyncio.create_task(serve())], timeout=1)",
        "task = asyncio.create_task(serve())\nawait asyncio.wait([task], return_when='FIRST_COMPLETED')",
        "await asyncio.wait_for(asyncio.shield(serve()), 1)",
        "await keep(asyncio.create_task(serve()))",
        "future = asyncio.gather(serve(), serve())",
        "server = await asyncio.start_server(serve, port=0)",
        "self.server = await loop.create_server(Protocol)",
        "await asyncio.start_server(serve, port=0)",
        "{'one': asyncio.create_task(serve())}",
        "task = asyncio.create_task(serve())\nfor task in task:\n    pass",
        "asyncio.run_coroutine_threadsafe(serve(), loop)",
    ],
)
def test_a_task_or_server_that_is_not_ended_may_leak(body: str) -> None:
    assert leaking(body) == {"test_it"}


@pytest.mark.parametrize(
    "body",
    [
        "await asyncio.create_task(serve())",
        "task = asyncio.create_task(serve())\nawait task",
        "task: asyncio.Task = asyncio.create_task(serve())\ntry:\n    pass\nfinally:\n    task.cancel()",
        "await asyncio.gather(asyncio.create_task(serve()), *[asyncio.create_task(serve()) for _ in 'ab'])",
        "tasks = [asyncio.create_task(serve()) for _ in 'ab']\nawait asyncio.gather(*tasks)",
        "tasks = []\ntasks.append(asyncio.create_task(serve()))\nfor task in tasks:\n    task.cancel()",
        "tasks = {asyncio.create_task(serve())}\nawait asyncio.wait(tasks)",
        "tasks = [asyncio.create_task(serve())]\n[task.cancel() for task in tasks]",
        "await asyncio.wait_for(asyncio.ensure_future(serve()), timeout=1)",
        "async with asyncio.TaskGroup() as group:\n    group.create_task(serve())",
        "async with await asyncio.start_server(serve) as server:\n    pass",
        "server = await asyncio.start_server(serve)\nserver.close()\nawait server.wait_closed()",
        "loop.run_until_complete(loop.create_task(serve()))",
        "assert (task := asyncio.create_task(serve())) and await task",
        "future = asyncio.gather(serve())\nawait future",
        "server = await asyncio.start_server(serve)\nasync with server:\n    pass",
    ],
)
def test_a_task_or_server_that_is_awaited_cancelled_or_closed_does_not_leak(body: str) -> None:
    assert leaking(body) == set()


def test_functions_around_a_leaking_function_leak_too() -> None:
    code = """
    class Server:
        def start(self):
            def inner():
                self.task = loop.create_task(serve())
            inner()

        async def stop(self):
            await asyncio.gather(asyncio.create_task(a()))
    """
    assert find_leaks(ast.parse(dedent(code))).leaking == {"start", "inner"}


def test_a_task_in_a_list_of_the_outer_function_is_ended_there() -> None:
    body = """
    tasks = []
    def spawn():
        tasks.append(asyncio.create_task(serve()))
    spawn()
    await asyncio.gather(*tasks)
    """
    assert leaking(body.strip("\n")) == set()


@pytest.mark.parametrize("code", ["await gather(a())", "await asyncio.gather(a())", "recreate_tasks()", "x = 1"])
def test_files_that_start_no_task_are_not_parsed(code: str) -> None:
    assert not may_start(code.encode())


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("pytest_asyncio.fixture(scope='session')", {"factory", "make"}),
        ("pytest_asyncio.fixture(scope='module')", {"server", "factory", "make"}),
        ("pytest.fixture", {"server", "factory", "make"}),
    ],
)
def test_a_task_of_a_session_fixture_is_not_a_leak(decorator: str, expected: set[str]) -> None:
    code = f"""
    @{decorator}
    async def server():
        TASKS.append(asyncio.create_task(serve()))

    @{decorator}
    def factory():
        def make():
            TASKS.append(asyncio.create_task(serve()))
        return make
    """
    assert find_leaks(ast.parse(dedent(code))).leaking == expected


def test_a_fixture_that_returns_a_starting_function_is_known_by_its_own_name() -> None:
    code = """
    @pytest.fixture
    def factory():
        def make():
            return asyncio.create_task(serve())
        return make

    async def test_it(factory):
        factory()
    """
    found = find_leaks(ast.parse(dedent(code)))
    assert (found.leaking, found.returning) == ({"test_it"}, {"factory", "make"})


@pytest.mark.parametrize(
    ("helper", "returning"),
    [
        ("async def start():\n    return await asyncio.start_server(serve)\n", "await start"),
        ("def start():\n    return asyncio.start_server(serve)\n", "await start"),
        ("def start():\n    return asyncio.create_task(serve())\n", "start"),
        ("async def start():\n    task = asyncio.create_task(serve())\n    return task, 1\n", "await start"),
        ("def start():\n    return make()\n\ndef make():\n    return loop.create_task(serve())\n", "start"),
    ],
)
def test_the_caller_has_to_end_a_task_that_a_helper_returns(helper: str, returning: str) -> None:
    found = find_leaks(ast.parse(helper))
    assert returning in found.returning
    assert not found.leaking
    wait = "await " if returning.startswith("await") else ""
    ends = f"async def test_it():\n    server = {wait}start()\n    server.close()\n"
    keeps = f"async def test_it():\n    global server\n    server = {wait}start()\n"
    forgets = f"async def test_it():\n    {wait}start().address\n" if not wait else keeps
    assert find_leaks(ast.parse(ends), found.returning).leaking == set()
    assert find_leaks(ast.parse(keeps), found.returning).leaking == {"test_it"}
    assert find_leaks(ast.parse(forgets), found.returning).leaking == {"test_it"}


@pytest.mark.parametrize("function", ["async def test_it():", "@pytest.fixture\nasync def server():"])
def test_a_task_that_a_test_or_fixture_returns_leaks(function: str) -> None:
    found = find_leaks(ast.parse(f"{function}\n    return asyncio.create_task(serve())\n"))
    assert (len(found.leaking), len(found.returning)) == (1, 0)


def test_in_a_chain_of_very_many_functions_every_function_may_leak() -> None:
    chain = "".join(f"def f{n}():\n    return f{n + 1}()\n\n\n" for n in range(30))
    tree = ast.parse(f"{chain}def f30():\n    return asyncio.create_task(serve())\n\n\ndef other(): ...\n")
    assert find_leaks(tree).leaking >= {"f0", "f30", "other"}
    assert "other" not in find_leaks(tree, passes=40).leaking
