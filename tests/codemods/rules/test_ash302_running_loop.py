from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages

LINE = "event_loop = asyncio.get_running_loop()"
HEAD = "import asyncio\n\nimport pytest\n\nx = asyncio, pytest\n\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "async def test_a(a, event_loop):\n    '''Doc.'''\n    event_loop.call_soon(a)",
            f"async def test_a(a):\n    '''Doc.'''\n    {LINE}\n    event_loop.call_soon(a)",
        ),
        (
            "async def test_a(event_loop):\n    '''Doc.'''\n\n    # why\n    event_loop.call_soon(a)",
            f"async def test_a():\n    '''Doc.'''\n\n    {LINE}\n    # why\n    event_loop.call_soon(a)",
        ),
        (
            "async def test_a(event_loop): event_loop.call_soon(a)",
            f"async def test_a(): {LINE}; event_loop.call_soon(a)",
        ),
        (
            "async def test_a(event_loop):\n    'Doc.'; event_loop.call_soon(a)",
            f"async def test_a():\n    'Doc.'; {LINE}; event_loop.call_soon(a)",
        ),
        (
            "class TestA:\n\tasync def test_a(self, event_loop):\n\t\treturn [event_loop for _ in ()]",
            f"class TestA:\n\tasync def test_a(self):\n\t\t{LINE}\n\t\treturn [event_loop for _ in ()]",
        ),
        (
            "@pytest.fixture\nasync def a(event_loop):\n    def b():\n        return event_loop\n    yield b",
            f"@pytest.fixture\nasync def a():\n    {LINE}\n\n    def b():\n        return event_loop\n    yield b",
        ),
        (
            "async def test_a(event_loop):\n    event_loop = event_loop or 1\n    event_loop += 1",
            f"async def test_a():\n    {LINE}\n    event_loop = event_loop or 1\n    event_loop += 1",
        ),
        (
            "async def test_a(event_loop):\n    match event_loop:\n        case None: ...",
            f"async def test_a():\n    {LINE}\n    match event_loop:\n        case None: ...",
        ),
        (
            "async def test_a(event_loop):\n    f'{event_loop!r}'",
            f"async def test_a():\n    {LINE}\n    f'{{event_loop!r}}'",
        ),
    ],
)
def test_the_event_loop_parameter_becomes_a_local_variable(before: str, after: str) -> None:
    result = assert_rewritten(f"{HEAD}{before}\n", f"{HEAD}{after}\n")
    assert [message.partition(" ")[2] for message in messages(result)] == ["ASH302 `event_loop` is the running loop"]


@pytest.mark.parametrize(
    ("head", "new_head", "module"),
    [
        ("import asyncio\n\n\n", "import asyncio\n\n\n", "asyncio"),
        ("import asyncio as aio\n\n\n", "import asyncio as aio\n\n\n", "aio"),
        ("", "import asyncio\n\n\n", "asyncio"),
        ('"""Doc."""\n\n\n', '"""Doc."""\n\nimport asyncio\n\n\n', "asyncio"),
        ("# License.\n\n", "# License.\n\nimport asyncio\n\n\n", "asyncio"),
        (
            "#!/usr/bin/env python\nimport os\nimport sys\n\n\n",
            "#!/usr/bin/env python\nimport asyncio\nimport os\nimport sys\n\n\n",
            "asyncio",
        ),
        ("import abc\nimport sys\n\n\n", "import abc\nimport asyncio\nimport sys\n\n\n", "asyncio"),
        ("import abc\nfrom os import path\n\n\n", "import abc\nimport asyncio\nfrom os import path\n\n\n", "asyncio"),
        (
            "from __future__ import annotations\n\nimport pytest\n\n\n",
            "from __future__ import annotations\n\nimport asyncio\n\nimport pytest\n\n\n",
            "asyncio",
        ),
        (
            "from __future__ import annotations\n\n\n",
            "from __future__ import annotations\n\nimport asyncio\n\n\n",
            "asyncio",
        ),
        ("from asyncio import sleep\n\n\n", "import asyncio\nfrom asyncio import sleep\n\n\n", "asyncio"),
        (
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import asyncio\n\n\n",
            "import asyncio\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import asyncio\n\n\n",
            "asyncio",
        ),
    ],
)
def test_the_import_of_asyncio_is_added_where_it_is_missing(head: str, new_head: str, module: str) -> None:
    assert_rewritten(
        f"{head}async def test_a(event_loop):\n    event_loop.time()\n",
        f"{new_head}async def test_a():\n    {module}.get_running_loop().time()\n",
    )


def test_an_import_of_asyncio_below_the_test_is_enough() -> None:
    assert_rewritten(
        "async def test_a(event_loop): event_loop.time()\n\n\nimport asyncio\n",
        "async def test_a(): asyncio.get_running_loop().time()\n\n\nimport asyncio\n",
    )


@pytest.mark.parametrize(
    "text",
    [
        "async def test_a(loop): loop.event_loop.time()\n",
        "async def test_a(): event_loop.time()\n",
        "async def test_a(event_loop, /): event_loop.time()\n",
        "async def test_a(**event_loop): event_loop['a'].time()\n",
        "class TestA:\n    async def helper(self, event_loop): event_loop.time()\n",
        "class TestA:\n    async def test_a(self): self.event_loop.time()\n",
        "import tools as event_loop\n\nasync def test_a(): event_loop.time()\n",
        "event_loop = make()\n\nasync def test_a(): event_loop.time()\n",
        "async def test_a():\n    event_loop = make()\n    event_loop.time()\n",
        "async def test_a():\n    for event_loop in make(): event_loop.time()\n",
        "async def test_a(event_loop_policy): event_loop_policy.new_event_loop()\n",
        "import pytest\n\n@pytest.fixture\nasync def pool(event_loop=None): return event_loop\n",
        "from unittest import mock\n\n@mock.patch('a')\nasync def test_a(event_loop): event_loop.time()\n",
        "from hypothesis import given\n\n@given(event_loop=x)\nasync def test_a(event_loop): event_loop.time()\n",
        "async def a_test(event_loop): event_loop.time()\n",
        "class TestA:\n    @staticmethod\n    async def make(event_loop): event_loop.time()\n",
        "async def test_a():\n    'event_loop'\n    return dict(event_loop=1)\n",
    ],
)
def test_uses_that_are_not_the_event_loop_fixture_are_kept(text: str) -> None:
    assert_unchanged(text)


@pytest.mark.parametrize(
    "text",
    [
        "async def test_a(event_loop):\n    import asyncio\n    event_loop.time()\n",
        "from tests import asyncio\n\nasync def test_a(event_loop): event_loop.time()\n",
        "asyncio = 1\n\nasync def test_a(event_loop): event_loop.time()\n",
        "async def test_a(event_loop):\n    event_loop.time()\n    for asyncio in (): ...\n",
        "def asyncio(): ...\n\nasync def test_a(event_loop): event_loop.time()\n",
        "class asyncio: ...\n\nasync def test_a(event_loop): event_loop.time()\n",
        "import trio as asyncio\n\nasync def test_a(event_loop): event_loop.time()\n",
        (
            "try:\n    import asyncio\nexcept ImportError:\n    asyncio = None\n\n"
            "async def test_a(event_loop): event_loop.time()\n"
        ),
        "import pytest\n\n@pytest.fixture\nasync def pool(event_loop, asyncio):\n    yield event_loop\n",
    ],
)
def test_a_used_event_loop_is_reported_where_the_name_asyncio_is_taken(text: str) -> None:
    result = assert_unchanged(text, "ASH302", unsafe=True)
    assert result.findings[0].message == "the name `asyncio` means something else here"


@pytest.mark.parametrize(
    "rest",
    [
        "asyncio.run(test_a(1))",
        "TESTS = [test_a]",
        "async def test_b(): await test_a(1)",
        "@decorate(test_a)\ndef f(): ...",
        "test_b = test_a",
        "def f():\n    return test_a",
    ],
)
def test_a_test_called_by_other_code_keeps_its_used_event_loop(rest: str) -> None:
    text = f"import asyncio\n\nasync def test_a(event_loop): event_loop.time()\n\n{rest}\n"
    assert_unchanged(text, "ASH302", select={"ASH302"})


@pytest.mark.parametrize(
    "first", ["def inner():", "async def inner():", "class Inner:", "@decorator\n    def inner():"]
)
def test_a_blank_line_separates_the_new_statement_from_a_nested_definition(first: str) -> None:
    inner = f"    {first}\n        event_loop.time()\n"
    assert_rewritten(
        f"import asyncio\n\n\nasync def test_it(event_loop):\n{inner}",
        f"import asyncio\n\n\nasync def test_it():\n    event_loop = asyncio.get_running_loop()\n\n{inner}",
    )
    assert_rewritten(
        f"import asyncio\n\n\nasync def test_it(event_loop):\n    # Why.\n{inner}",
        f"import asyncio\n\n\nasync def test_it():\n    event_loop = asyncio.get_running_loop()\n\n    # Why.\n{inner}",
    )


@pytest.mark.parametrize(
    "use",
    [
        "eval('event_loop')",
        "eval(f'{name}')",
        "builtins.eval('event_loop')",
        "exec('event_loop.time()')",
        "locals()['event_loop']",
        "vars()",
        "dir()",
        "sys._getframe().f_locals['event_loop']",
        "inspect.currentframe().f_locals['event_loop']",
        "inspect.stack()[0].frame.f_locals['event_loop']",
        "'{event_loop}'.format(**locals()) == str(event_loop)",
    ],
)
def test_an_event_loop_read_by_name_at_run_time_keeps_its_name(use: str) -> None:
    head = "import asyncio\nimport builtins\n\n\n"
    assert_rewritten(
        f"{head}async def test_it(event_loop):\n    {use}\n",
        f"{head}async def test_it():\n    event_loop = asyncio.get_running_loop()\n    {use}\n",
        unsafe=True,
    )


@pytest.mark.parametrize("backend", ["trio", "anyio", "twisted"])
@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.{}\nasync def test_it(event_loop): event_loop.time()\n",
        "pytestmark = pytest.mark.{}\n\nasync def test_it(event_loop): event_loop.time()\n",
        "@pytest.mark.{}\nclass TestIt:\n    async def test_it(self, event_loop): event_loop.time()\n",
        "class TestIt:\n    pytestmark = [pytest.mark.{}]\n\n    async def test_it(self, event_loop): event_loop()\n",
        (
            "@pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.{})])\n"
            "async def test_it(event_loop, n): event_loop.time()\n"
        ),
    ],
)
def test_a_used_event_loop_is_reported_in_a_test_of_another_backend(text: str, backend: str) -> None:
    text = "import asyncio\nimport pytest\n\n" + text.format(backend)
    (found,) = assert_unchanged(text, "ASH302").findings
    assert f"`pytest.mark.{backend}` applies to it, and its loop may not be asyncio's" in found.message


def test_another_test_with_another_backend_does_not_matter() -> None:
    text = """
    import asyncio
    import pytest


    @pytest.mark.trio
    async def test_a(): ...


    async def test_it({}):{}
        event_loop.call_soon(test_a)
    """
    assert_rewritten(text.format("event_loop", ""), text.format("", f"\n        {LINE}"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "async def test_a(request):\n    loop = request.getfixturevalue('event_loop')\n    loop.time()\n",
            "async def test_a(request):\n    loop = asyncio.get_running_loop()\n    loop.time()\n",
        ),
        (
            "@pytest.fixture\nasync def client(request):\n    return Client(request.getfixturevalue('event_loop'))\n",
            "@pytest.fixture\nasync def client(request):\n    return Client(asyncio.get_running_loop())\n",
        ),
    ],
)
def test_an_async_function_that_requests_the_loop_by_name_takes_the_running_one(before: str, after: str) -> None:
    assert_rewritten(HEAD + before, HEAD + after, unsafe=True)
    assert_unchanged(HEAD + before, "ASH302")


def test_a_request_by_name_where_asyncio_means_something_else_needs_manual_review() -> None:
    text = "async def test_a(request, asyncio):\n    request.getfixturevalue('event_loop').time()\n"
    result = assert_unchanged(text, "ASH302", unsafe=True)
    assert messages(result) == ["2:29 ASH302 the name `asyncio` means something else here"]


@pytest.mark.parametrize("head", ["", '    """Doc."""\n', "    x = 1\n"])
def test_an_alias_that_is_the_only_use_gets_the_running_loop_itself(head: str) -> None:
    rest = "    await loop.create_future()\n    loop.stop()\n"
    assert_rewritten(
        f"import asyncio\n\n\nasync def test_a(event_loop):\n{head}    loop = event_loop\n{rest}",
        f"import asyncio\n\n\nasync def test_a():\n{head}    loop = asyncio.get_running_loop()\n{rest}",
    )


@pytest.mark.parametrize(
    "line", ["loop = other = event_loop", "self.loop = event_loop", "loop = event_loop\n    event_loop.stop()"]
)
def test_other_assignments_of_the_loop_keep_its_name(line: str) -> None:
    assert_rewritten(
        f"import asyncio\n\n\nasync def test_a(event_loop, self):\n    {line}\n",
        f"import asyncio\n\n\nasync def test_a(self):\n    event_loop = asyncio.get_running_loop()\n    {line}\n",
    )


@pytest.mark.parametrize(
    "function",
    [
        "def helper(event_loop):\n    loop = event_loop\n",
        "async def helper(event_loop):\n    loop = event_loop\n    loop.stop()\n",
        "async def test_a(event_loop=None):\n    loop = event_loop\n",
        "class A:\n    event_loop = 1\n    loop = event_loop\n",
        "async def test_a(loop):\n    event_loop = loop\n",
        "async def test_a(*event_loop):\n    loop = event_loop\n",
        "async def test_a(event_loop, /):\n    loop = event_loop\n",
        "event_loop = 1\nloop = event_loop\n",
        "async def test_a(x):\n    loop = x.event_loop\n",
    ],
)
def test_an_alias_of_something_else_is_kept(function: str) -> None:
    assert_unchanged(f"import asyncio\n\n\n{function}", select={"ASH302"})
