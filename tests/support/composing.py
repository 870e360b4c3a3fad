"""Compose test modules of the spellings that legacy suites have: markers, fixtures, ``event_loop``, and layout.

Each part of a module can run on its own, so that outcomes before and after a rewrite can be compared. All choices come
from the given ``Random``: the same seed composes the same module.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a module imports pytest and pytest-asyncio, and what it calls their names."""

    imports: str
    mark: str
    fixture: str
    param: str
    async_fixture: str


_PT = ("pytest.mark", "pytest.fixture", "pytest.param")
DIALECTS = [
    Dialect("import pytest\nimport pytest_asyncio\n", *_PT, "pytest_asyncio.fixture"),
    Dialect("import pytest as pt\nimport pytest_asyncio as pa\n", "pt.mark", "pt.fixture", "pt.param", "pa.fixture"),
    Dialect(
        "from pytest import fixture, mark as m, param\nfrom pytest_asyncio import fixture as afix\n",
        "m", "fixture", "param", "afix",
    ),
    Dialect("import pytest, pytest_asyncio\n", *_PT, "pytest_asyncio.fixture"),
    Dialect(
        "import pytest\n\ntry:\n    import pytest_asyncio\nexcept ImportError:\n    pytest_asyncio = None\n",
        *_PT, "pytest_asyncio.fixture",
    ),
    Dialect(
        "import pytest\n\ntry:\n    from pytest_asyncio import fixture as afix\nexcept ImportError:\n"
        "    from pytest import fixture as afix\n",
        *_PT, "afix",
    ),
    Dialect(
        (
            "import sys\n\nif sys.version_info >= (3, 8):\n    import pytest\n    import pytest_asyncio\n"
            "else:\n    pytest = None\n"
        ),
        *_PT, "pytest_asyncio.fixture",
    ),
    Dialect("import pytest\nfrom pytest_asyncio import *\n", *_PT, "pytest.fixture"),
    Dialect(
        "import pytest; import pytest_asyncio as pytest_asyncio\n",
        *_PT, "pytest_asyncio.fixture",
    ),
    Dialect(
        "from pytest import mark\nimport pytest, pytest_asyncio.plugin\n",
        "mark", "pytest.fixture", "pytest.param", "pytest_asyncio.fixture",
    ),
]  # fmt: skip
"""The last two spell it in one line, and with a submodule."""

CALLS = [
    "",
    "",
    "",
    "()",
    '(loop_scope="module")',
    '(scope="session")',
    '(loop_scope="function")',
    "(loop_scope='class')",
]
COMMENTS = [
    "",
    "",
    "",
    "  # why",
    "  # noqa",
    "  # asyncshim: ignore",
    "  # asyncshim: ignore[ASH101]",
    "  # asyncshim: ignore[ASH30]",
]
SLOW = ["{mark}.slow", "{mark}.skipif(False, reason='x')", "{mark}.slow()"]

MODULE_MARKS = [
    "pytestmark = {aio}{comment}",
    "pytestmark = [{aio}]{comment}",
    "pytestmark = [\n    {aio},{comment}\n    {slow},\n]",
    "pytestmark = ({aio}, {slow})",
    "pytestmark = ({aio},)",
    "pytestmark: object = {aio}{comment}",
    "pytestmark: list = [{aio}, {slow}]",
    "if True:\n    pytestmark = {aio}{comment}",
    "if True:\n    pytestmark = [{aio}]\nelse:\n    pytestmark = {slow}",
    "if True:\n    pytestmark = {aio}\nelse:\n    pytestmark = []",
    "try:\n    pytestmark = {aio}\nexcept Exception:\n    pytestmark = []",
    "pytestmark = []\npytestmark.append({aio}){comment}",
    "pytestmark = []\npytestmark += [{aio}]{comment}",
    "pytestmark = [{slow}]\npytestmark.extend([{aio}, {slow}])",
    "pytestmark = [{slow}] + [{aio}]",
    "pytestmark = {aio} if True else {slow}",
    "pytestmark = {aio}; x{n} = 1",
    "x{n} = 1; pytestmark = {aio}",
    "pytestmark = \\\n    {aio}",
    "with open(__file__):\n    pytestmark = {aio}",
    "for _{n} in (1,):\n    pytestmark = {aio}",
    "pytestmark = mark_{n} = {aio}",
    "aio{n} = {aio}{comment}\npytestmark = aio{n}",
    "aio{n} = {aio}\npytestmark = [aio{n}, {slow}]",
    "if True:\n    aio{n} = {aio}\n    pytestmark = aio{n}",
    "marks{n} = [{aio}]\npytestmark = marks{n}",
    "pytestmark = [*[{aio}], {slow}]",
    "(pytestmark) = {aio}",
    "pytestmark, x{n} = {aio}, 1",
]
DECORATORS = [
    "@{aio}{comment}",
    "@{aio}{comment}",
    "@{aio}{comment}",
    "@{slow}{comment}",
    "# a comment",
    "@{aio}(  # open\n    loop_scope='module',  # inner\n)",
    "@({aio})",
    "@ \\\n{aio}",
    "@{mark}.usefixtures('event_loop'){comment}",
    "@{mark}.usefixtures('event_loop', 'tmp_path')",
    "@{mark}.usefixtures('tmp_path', \"event_loop\")  # both",
    "@{mark}.usefixtures(*['event_loop'])",
]
ALIASES = [
    "aio{n} = {aio}{comment}\n\n\n@aio{n}\nasync def test_alias_{n}(): pass",
    "aio{n} = {aio}\n\n\n@aio{n}\n@{slow}\nasync def test_alias_{n}(event_loop):\n    event_loop.time()",
    "aio{n} = {aio}\naio2_{n} = aio{n}\n\n\n@aio2_{n}\nasync def test_alias_{n}(): pass",
    "mark{n} = {mark}\n\n\n@mark{n}.asyncio\nasync def test_alias_{n}(): pass",
    "class TestAlias{n}:\n    aio = {aio}\n\n    @aio\n    async def test_it(self): pass",
    "class TestAlias{n}:\n    aio = {aio}{comment}\n    pytestmark = aio\n\n    async def test_it(self): pass",
    "if True:\n    aio{n} = {aio}\n\n    @aio{n}\n    async def test_alias_{n}(): pass",
    (
        "try:\n    aio{n} = {aio}\nexcept Exception:\n    aio{n} = lambda f: f\n\n\n@aio{n}\n"
        "async def test_alias_{n}(): pass"
    ),
    "aio{n} = {aio}; y{n} = 2\n\n\n@aio{n}{comment}\nasync def test_alias_{n}(): pass",
    "aio{n}: object = {aio}\n\n\n@aio{n}\nasync def test_alias_{n}(): pass",
    "aio{n} = {aio}\n\n\ndef test_alias_{n}():\n    assert aio{n}",
    "aio{n} = {aio}\n\n\n@{mark}.parametrize('n', [1, {param}(2, marks=aio{n})])\nasync def test_alias_{n}(n): pass",
    "aio{n} = unused{n} = {aio}",
    "aio{n} = {aio}",
]
PARAMETRIZED = [
    "@{mark}.parametrize('n', [1, {param}(2, marks={aio})]){comment}\nasync def test_param_{n}(n): pass",
    "@{mark}.parametrize('n', [{param}(2, marks=[{aio}, {slow}], id='two')])\nasync def test_param_{n}(n): pass",
    "@{mark}.parametrize('n', [{param}(1, marks=({aio},)), {param}(2)])\nasync def test_param_{n}(n, event_loop): pass",
    (
        "@{mark}.parametrize(\n    'n',\n    [\n        {param}(1, marks={aio}),  # one\n"
        "        {param}(\n            2,\n            marks=[{aio}],\n        ),\n"
        "    ],\n)\n@{aio}\nasync def test_param_{n}(n): pass"
    ),
    "@{mark}.parametrize('event_loop', [1, 2])\nasync def test_param_{n}(event_loop):\n    assert event_loop in (1, 2)",
]
PARAMETERS = [
    "", "", "event_loop", "event_loop", "event_loop, tmp_path", "tmp_path, event_loop", "event_loop: object",
    "*, event_loop", "tmp_path, *, event_loop", "event_loop, /", "tmp_path, event_loop, /, request", "event_loop=None",
    "event_loop, *args", "*args, event_loop", "event_loop, **kwargs", "tmp_path, event_loop: 'object', *, request",
    "\n    tmp_path,\n    event_loop,  # the loop\n", "event_loop , ", "request, event_loop", "asyncio_, event_loop",
]  # fmt: skip
ASYNC_BODIES = [
    "pass",
    "event_loop.time()",
    "'''Doc.'''\nevent_loop.time()",
    "'''Doc.'''",
    "assert event_loop is not None",
    "await asyncio.sleep(0)",
    "await asyncio.sleep(0, loop=event_loop) if False else None",
    "event_loop.call_soon(print)",
    "task = event_loop.create_task(asyncio.sleep(0))\nawait task",
    "def inner():\n    return event_loop.time()\ninner()",
    "async def inner(event_loop):\n    pass\nawait inner(event_loop)",
    "loop = event_loop\nloop.time()",
    "del event_loop",
    "assert asyncio.get_running_loop() is event_loop",
    "event_loop.run_until_complete",
    "if True: event_loop.time(); x = 1",
    "return event_loop.time() and None",
    "assert [event_loop for _ in ()] == []",
    "await asyncio.gather(asyncio.sleep(0), event_loop.create_task(asyncio.sleep(0)))",
]
SYNC_BODIES = [
    "pass",
    "event_loop.run_until_complete(asyncio.sleep(0))",
    "assert event_loop.run_until_complete(asyncio.sleep(0, 1)) == 1",
    "event_loop.run_until_complete(helper())",
    "event_loop.run_until_complete(helper()); x = 1",
    "async def inner():\n    await asyncio.sleep(0)\nevent_loop.run_until_complete(inner())",
    "for _ in range(2):\n    event_loop.run_until_complete(helper())",
    ("assert event_loop.run_until_complete(helper()) or [event_loop.run_until_complete(helper()) for _ in ()] == []"),
    "event_loop.run_until_complete(asyncio.wait_for(helper(), 1))",
    "event_loop.create_task(helper())\nevent_loop.run_until_complete(helper())",
    "event_loop.run_until_complete(event_loop.create_task(helper()))",
    "with open(__file__): event_loop.run_until_complete(helper())",
    "loop = event_loop\nloop.run_until_complete(helper())",
    "event_loop.call_soon(event_loop.stop)\nevent_loop.run_forever()",
    "event_loop.time()",
    "try:\n    event_loop.run_until_complete(helper())\nfinally:\n    pass",
    "x = lambda: event_loop.run_until_complete(helper())\nx()",
    "event_loop.run_until_complete(\n    helper(),  # inner\n)",
    "assert not event_loop.is_closed()",
    "event_loop.run_until_complete(asyncio.gather(helper(), helper(), return_exceptions=True))",
]
FIXTURES = [
    (
        "@{async_fixture}{comment}\nasync def fix_{n}({parameters}):\n    yield 1\n\n\n"
        "async def test_fix_{n}(fix_{n}): pass"
    ),
    (
        "@{async_fixture}()\nasync def fix_{n}({parameters}):\n    return 1\n\n\n@{aio}\n"
        "async def test_fix_{n}(fix_{n}): pass"
    ),
    (
        "@{async_fixture}(scope='module')\nasync def fix_{n}():\n    yield 1\n\n\n@{aio}\n"
        "async def test_fix_{n}(fix_{n}): pass"
    ),
    (
        "@{async_fixture}(scope='module', loop_scope='module'){comment}\nasync def fix_{n}():\n"
        "    return asyncio.get_running_loop()\n\n\n"
        "@{aio}(loop_scope='module')\nasync def test_fix_{n}(fix_{n}): pass"
    ),
    "@{async_fixture}\ndef fix_{n}():\n    return 1\n\n\ndef test_fix_{n}(fix_{n}): pass",
    (
        "@{fixture}\n@{aio}\nasync def fix_{n}({parameters}):\n    return 1\n\n\n@{aio}\n"
        "async def test_fix_{n}(fix_{n}): pass"
    ),
    (
        "@{fixture}\ndef fix_{n}(event_loop):\n    event_loop.run_until_complete(helper())\n"
        "    yield 1\n    event_loop.run_until_complete(helper())\n\n\n"
        "def test_fix_{n}(fix_{n}): pass"
    ),
    (
        "@{fixture}(scope='module')\ndef fix_{n}(tmp_path_factory):\n    return 1\n\n\n"
        "async def test_fix_{n}(fix_{n}): pass"
    ),
    "@{fixture}(autouse=True)\ndef fix_{n}(event_loop): pass",
    "@{fixture}\ndef loop_{n}(event_loop):\n    return event_loop\n\n\n@{aio}\nasync def test_fix_{n}(loop_{n}): pass",
    (
        "@{fixture}\ndef fix_{n}(request):\n    return request.getfixturevalue('event_loop')\n\n\n"
        "@{aio}\nasync def test_fix_{n}(fix_{n}): pass"
    ),
    (
        "@{fixture}(name='named_{n}')\nasync def fix_{n}(event_loop):\n"
        "    return event_loop.time()\n\n\n@{aio}\nasync def test_fix_{n}(named_{n}): pass"
    ),
    "fix_{n} = {fixture}(lambda event_loop: event_loop)\n\n\n@{aio}\nasync def test_fix_{n}(fix_{n}): pass",
    (
        "@{async_fixture}(name='named_{n}', params=[1, 2])\nasync def fix_{n}(request, event_loop):\n"
        "    yield request.param\n\n\n"
        "@{aio}\nasync def test_fix_{n}(named_{n}, event_loop):\n    event_loop.time()"
    ),
    (
        "@{fixture}\ndef fix_{n}(event_loop) -> 'object':\n"
        "    yield event_loop.run_until_complete(helper())\n\n\ndef test_fix_{n}(fix_{n}, event_loop):\n"
        "    event_loop.run_until_complete(helper())"
    ),
]
OVERRIDES = [
    "@{fixture}\ndef event_loop():\n    loop = asyncio.new_event_loop()\n    yield loop\n    loop.close()",
    (
        "@{fixture}(scope='module')\ndef event_loop():\n    loop = asyncio.new_event_loop()\n"
        "    yield loop\n    loop.close()"
    ),
    (
        "@{fixture}(scope='session'){comment}\ndef event_loop(request):\n"
        "    loop = asyncio.get_event_loop_policy().new_event_loop()\n    yield loop\n    loop.close()"
    ),
    (
        "@{fixture}(scope='module')\ndef event_loop():\n    loop = asyncio.new_event_loop()\n"
        "    asyncio.set_event_loop(loop)\n    yield loop\n"
        "    loop.run_until_complete(loop.shutdown_asyncgens())\n    loop.close()"
    ),
    "@{fixture}\ndef event_loop_policy():\n    return asyncio.DefaultEventLoopPolicy()",
]
CLASSES = [
    (
        "class Base{n}:\n    {aio_line}\n    async def test_base(self, {parameters}): pass\n\n\n"
        "class Test{n}(Base{n}):\n    {marks}\n    async def test_own(self, event_loop):\n"
        "        event_loop.time()"
    ),
    (
        "class Test{n}:\n    class TestInner:\n        {marks}\n\n        {aio_line}\n"
        "        async def test_inner(self, event_loop): pass"
    ),
    "@{mark}.usefixtures('event_loop')\nclass Test{n}:\n    async def test_a(self): pass\n\n    def test_b(self): pass",
    (
        "@{aio}\nclass Test{n}:\n    @{mark}.usefixtures('event_loop')\n"
        "    def test_b(self, event_loop):\n        event_loop.run_until_complete(helper())"
    ),
    (
        "@{aio}{comment}\nclass Test{n}:\n    {marks}\n    @staticmethod\n"
        "    async def test_s(): pass\n\n    async def test_c(self, *, event_loop): pass"
    ),
    (
        "class Test{n}:\n    {marks}\n\n    @{async_fixture}\n    async def fix(self, event_loop):\n"
        "        yield event_loop\n\n    async def test_a(self, fix): pass"
    ),
    "class Test{n}: {marks}",
    "class Test{n}:\n    {marks}",
    (
        "@{mark}.usefixtures('event_loop')\nclass Test{n}:\n"
        "    pytestmark = [{aio}, {mark}.usefixtures('event_loop')]\n    async def test_a(self): pass"
    ),
    (
        "class Test{n}:\n    pytestmark = {mark}.usefixtures('event_loop')\n    def test_a(self): pass\n"
        "    async def test_b(self, event_loop): event_loop.time()"
    ),
]
OTHERS = [
    "def outer_{n}():\n    @{aio}\n    async def inner(event_loop): pass\n    return inner",
    (
        "if True:\n    @{aio}\n    async def test_cond_{n}(event_loop):\n        event_loop.time()\n"
        "else:\n    async def test_cond_{n}(): pass"
    ),
    "try:\n    import missing_{n}\nexcept ImportError:\n    @{aio}\n    async def test_try_{n}(event_loop): pass",
    "@{aio}\ndef test_sync_{n}(): pass",
    "@{aio}\ndef test_sync_{n}(event_loop):\n    event_loop.run_until_complete(helper())",
    "def test_value_{n}(request):\n    request.getfixturevalue('event_loop').run_until_complete(helper())",
    "def add_{n}(item):\n    item.add_marker({aio})",
    "x{n} = [1,2 ,\n  3 ] # kept",
    "text{n} = '''\nevent_loop\n@pytest.mark.asyncio\n'''",
    "async def test_plain_{n}(): pass",
    "@{mark}.usefixtures('event_loop')\ndef test_uses_{n}(): pass",
    "@{mark}.usefixtures('event_loop')\nasync def test_uses_{n}(event_loop):\n    event_loop.time()",
    "@{mark}.usefixtures('event_loop')\ndef test_uses_{n}(event_loop):\n    event_loop.run_until_complete(helper())",
    (
        "@{mark}.usefixtures('event_loop')\n@{fixture}\ndef fix_uses_{n}(event_loop):\n"
        "    event_loop.run_until_complete(helper())"
    ),
    "test_assigned_{n} = {aio}(lambda: None)",
    "async def _test_{n}(event_loop): pass\n\n\ntest_named_{n} = {aio}(_test_{n})",
    (
        "async def test_called_{n}(event_loop=None): pass\n\n\nasync def test_calls_{n}(event_loop):\n"
        "    await test_called_{n}(event_loop)"
    ),
    (
        "def lonely_{n}(event_loop):\n    return event_loop\n\n\n"
        "async def test_lonely_{n}(event_loop):\n    assert lonely_{n}(event_loop)"
    ),
    "# TODO(asyncshim): ASH302 an old note\n@{aio}\nasync def test_todo_{n}(event_loop):\n    event_loop.time()",
    "import functools as functools_{n}\n\n\n@functools_{n}.cache\ndef cached_{n}(): return {aio}",
    "\fasync def test_feed_{n}(event_loop): pass",
    "@{aio}\nasync def test_line_{n}(event_loop): x = 1; event_loop.time()",
    "@{aio}\n\n# between\n@{slow}\nasync def test_between_{n}(): pass",
]  # fmt: skip
GROUPS = [MODULE_MARKS, ALIASES, PARAMETRIZED, FIXTURES, CLASSES, OTHERS]
HELPER = "async def helper():\n    await asyncio.sleep(0)"
ENDS = ["\n", "\n", "\n", "", "\n\n", "\n# end\n", "\n# end", "\n\f\n", "\n    # indented\n"]


class Composer:
    """Composes parts of one module in one dialect."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.dialect = random.choice(DIALECTS)
        self._numbers = count(1)

    def fill(self, template: str) -> str:
        """Return the template with this module's names."""
        number = next(self._numbers)
        for word in ("{aio}", "{slow}", "{comment}", "{parameters}", "{marks}", "{aio_line}"):
            while word in template:
                template = template.replace(word, self._word(word, template), 1)
        dialect = self.dialect
        for key, value in {
            "mark": dialect.mark, "fixture": dialect.fixture, "param": dialect.param,
            "async_fixture": dialect.async_fixture, "n": str(number),
        }.items():  # fmt: skip
            template = template.replace("{" + key + "}", value)
        return template

    def _word(self, word: str, template: str) -> str:
        choice = self.random.choice
        match word:
            case "{aio}":
                # A template that calls the marker itself gives no arguments here.
                called = template.partition("{aio}")[2][:1] == "("
                return "{mark}.asyncio" + ("" if called else choice(CALLS))
            case "{slow}":
                return choice(SLOW)
            case "{comment}":
                return choice(COMMENTS)
            case "{parameters}":
                return choice(
                    [each for each in PARAMETERS if "\n" not in each and "/" not in each and "asyncio_" not in each]
                )
            case "{marks}":
                one_line = [each for each in MODULE_MARKS if "\n" not in each]
                return self.fill(choice(one_line)) if self.random.random() < 0.7 else "x = 1"
            case _:
                return self.fill("@{aio}{comment}") if self.random.random() < 0.6 else "# a comment"

    def function(self) -> str:
        """Return a test of one of the kinds of parameters, bodies and decorators."""
        number = next(self._numbers)
        is_async = self.random.random() < 0.6
        parameters = self.random.choice(PARAMETERS)
        body = self.random.choice(ASYNC_BODIES if is_async else SYNC_BODIES)
        if "event_loop" in body and "event_loop" not in parameters and self.random.random() < 0.9:
            parameters = "event_loop"
        decorators = [self.fill(self.random.choice(DECORATORS)) for _ in range(self.random.randrange(3))]
        head = f"{'async def' if is_async else 'def'} test_{number}({parameters}):"
        return "\n".join([*decorators, head, textwrap.indent(body, "    ")])

    def method(self) -> str:
        """Return a class with tests in it."""
        tests = [self._method() for _ in range(self.random.randrange(1, 3))]
        head = [self.fill(self.random.choice(DECORATORS))] if self.random.random() < 0.3 else []
        marks = [self.fill(self.random.choice(MODULE_MARKS))] if self.random.random() < 0.5 else []
        body = textwrap.indent("\n".join([*marks, *tests]), "    ")
        return "\n".join([*head, f"class TestClass{next(self._numbers)}:", body])

    def _method(self) -> str:
        text = self.function()
        place = text.index("def test_")
        return text[:place] + text[place:].replace("(", "(self, ", 1)

    def part(self) -> str:
        """Return one piece of a module."""
        kind = self.random.randrange(12)
        if kind < 4:
            return self.function()
        if kind < 6:
            return self.method()
        return self.fill(self.random.choice(GROUPS[kind - 6]))


def compose_parts(random: Random, *, overrides: bool = True) -> list[str]:
    """Return the parts of a module, imports first; each subset that has the imports is a module, too."""
    composer = Composer(random)
    parts = [composer.dialect.imports + "import asyncio\n", HELPER]
    if random.random() < 0.15:
        parts[0] = f'"""Doc."""\n{parts[0]}'
    if overrides and random.random() < 0.15:
        parts.append(composer.fill(random.choice(OVERRIDES)))
    parts += [composer.part() for _ in range(random.randrange(1, 8))]
    return parts


def layout(random: Random, text: str) -> bytes:
    """Return the text as bytes in one of the layouts that files have: line ends, tabs, BOM, encoding, end."""
    text = text.rstrip("\n") + random.choice(ENDS)
    if random.random() < 0.1:
        text = text.replace("    ", "\t")
    if random.random() < 0.1:
        text = text.replace("\n\n\n", "\n\n\f\n")
    if random.random() < 0.25:
        text = text.replace("\n", "\r\n")
    encoding = "utf-8"
    kind = random.randrange(20)
    newline = "\r\n" if "\r\n" in text else "\n"
    if kind == 0:
        encoding, text = "latin-1", f"# -*- coding: latin-1 -*-{newline}# é{newline}{text}"
    elif kind == 1:
        encoding = "utf-8-sig"
    elif kind == 2:
        text = f"#!/usr/bin/env python{newline}# vim: set fileencoding=utf-8 :{newline}{text}"
    return text.encode(encoding)


def compose_module(random: Random) -> bytes:
    """Return a whole module."""
    gap = "\n" * random.randrange(1, 4)
    return layout(random, gap.join(compose_parts(random)))


CONFIGURATIONS = [
    "[pytest]\n",
    "[pytest]\nasyncio_mode = auto\n",
    "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = session\n",
    "[pytest]\nasyncio_mode = auto\nasyncio_default_test_loop_scope = module\nmarkers =\n    slow: takes long\n",
    "[pytest]\nmarkers =\n    slow: takes long\n    asyncio: runs on a loop\naddopts = --asyncio-mode=auto\n",
]
CONFTESTS = [
    "",
    "import pytest\n\n\n@pytest.fixture\ndef shared(event_loop):\n    return event_loop\n",
    ("import asyncio\n\nimport pytest\n\n\n@pytest.fixture(scope='session')\ndef event_loop():\n"
    "    loop = asyncio.new_event_loop()\n    yield loop\n    loop.close()\n"),
    ("import asyncio\n\nimport pytest\n\n\n@pytest.fixture(scope='session')\ndef event_loop(request):\n"
    "    loop = asyncio.get_event_loop_policy().new_event_loop()\n    asyncio.set_event_loop(loop)\n    yield loop\n"
    "    loop.run_until_complete(loop.shutdown_asyncgens())\n    loop.close()\n"),
    ("import pytest_asyncio\n\n\n@pytest_asyncio.fixture(scope='session', autouse=True)\nasync def pool(event_loop):\n"
    "    yield event_loop\n"),
    ("import asyncio\n\nimport pytest\n\n\n@pytest.fixture(autouse=True)\ndef ready(event_loop):\n"
    "    event_loop.run_until_complete(asyncio.sleep(0.001))\n    yield\n"),
    "pytest_plugins = ['pytest_asyncio']\n",
]  # fmt: skip


def compose_project(random: Random, tests: int) -> dict[str, bytes]:
    """Return the files of a small project, by path: configuration, conftest and test modules."""
    project = {
        "pytest.ini": random.choice(CONFIGURATIONS).encode(),
        "conftest.py": random.choice(CONFTESTS).encode(),
    }
    for number in range(tests):
        # One file in four defines a loop of its own, which other files must not see.
        gap = "\n" * random.randrange(1, 4)
        parts = compose_parts(random, overrides=random.random() < 0.25)
        project[f"test_composed_{number}.py"] = layout(random, gap.join(parts))
    return project
