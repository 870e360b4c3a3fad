"""Modules that hold names and words of pytest-asyncio but do not use it: no rule reports anything in them."""

from __future__ import annotations

from textwrap import dedent

import pytest

_MODULES = {
    "a string": "MARK = 'pytest.mark.asyncio'\nFIXTURE = 'pytest_asyncio.fixture'\n",
    "a docstring": '"""Say ``@pytest.mark.asyncio`` and ``import pytest_asyncio``, ask for event_loop."""\n',
    "a comment": "# @pytest.mark.asyncio\n# pytest_asyncio.fixture, event_loop\nx = 1\n",
    "a doctest": 'def f():\n    """\n    >>> @pytest.mark.asyncio\n    ... async def test(event_loop): ...\n    """\n',
    "a parameter called pytest": """
        def make(pytest):
            @pytest.mark.asyncio
            async def test_it():
                ...
    """,
    "a helper's pytest": "from helpers import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    ...\n",
    "a mark of one's own": "mark = Mark()\n\n\n@mark.asyncio\nasync def test_it():\n    ...\n",
    "a mark of an object": "class Suite:\n    def add(self):\n        return self.mark.asyncio\n",
    "a longer mark": "import pytest\n\n\n@pytest.mark.asyncio_cooperative\nasync def test_it():\n    ...\n",
    "anyio's mark": "import pytest\n\n\n@pytest.mark.anyio\nasync def test_it():\n    ...\n",
    "trio's mark": "import pytest\n\npytestmark = pytest.mark.trio\n\n\nasync def test_it(nursery):\n    ...\n",
    "a deleted name": "import pytest\n\ndel pytest\n\n\nasync def test_it():\n    ...\n",
    "a mark of another name": "import pytest\n\npytestmark = [pytest.mark.slow]\n\n\nasync def test_it():\n    ...\n",
    "an alias of another mark": "import pytest\n\nslow = pytest.mark.slow\n\n\n@slow\nasync def test_it():\n    ...\n",
    "another mark of one case": "import pytest\n\nCASES = [pytest.param(1, marks=pytest.mark.slow)]\n",
    "another mark in a hook": """
        import pytest


        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.slow)
    """,
    "another registration": "def pytest_configure(config):\n    config.addinivalue_line('markers', 'asyncio_x: x')\n",
    "a filter for others": "def pytest_configure(config):\n    config.addinivalue_line('filterwarnings', 'error')\n",
    "a variable called pytest_asyncio": "pytest_asyncio = None\n\n\ndef test_it():\n    assert not pytest_asyncio\n",
    "another module of that name": "from x import pytest_asyncio\n\n\n@pytest_asyncio.fixture\ndef x():\n    ...\n",
    "a package of that name": "from .pytest_asyncio import fixture\n\n\n@fixture\nasync def x():\n    ...\n",
    "a longer package": "import pytest_asyncio_cooperative\n\nx = pytest_asyncio_cooperative.fixture\n",
    "a decorator called fixture": "def fixture(f):\n    return f\n\n\n@fixture\nasync def x(event_loop):\n    ...\n",
    "pytest's fixture": "import pytest\n\n\n@pytest.fixture(scope='session')\nasync def x():\n    yield 1\n",
    "pytest's fixture by name": "from pytest import fixture\n\n\n@fixture()\nasync def x():\n    yield 1\n",
    "imports without a use": "import asyncio\nimport os\n\nimport pytest\n",
    "another plugin": "pytest_plugins = ['pytester', 'pytest_asyncio_cooperative']\n",
    "plugins in a function": "def plugins():\n    pytest_plugins = 'pytest_asyncio'\n    return pytest_plugins\n",
    "a list that names it": "KNOWN = ['pytest_asyncio', 'anyio']\n",
    "a function called event_loop": "def event_loop():\n    return 1\n",
    "a variable called event_loop": "import asyncio\n\nevent_loop = asyncio.new_event_loop()\nevent_loop.close()\n",
    "a key": "SETTINGS = {'event_loop': 'uvloop'}\n\n\ndef test_it():\n    assert SETTINGS['event_loop']\n",
    "an attribute": "class Server:\n    def run(self):\n        self.event_loop.run_until_complete(self.serve())\n",
    "a field": "class Server:\n    event_loop: object\n    loops: list['event_loop']\n",
    "a default": "async def test_it(event_loop=None):\n    assert event_loop is None\n",
    "a keyword with a default": "async def test_it(*, event_loop=None):\n    assert event_loop is None\n",
    "a star": "async def test_it(*event_loop, **events):\n    assert not event_loop\n",
    "a helper's parameter": "def run(event_loop, x):\n    return event_loop.run_until_complete(x)\n",
    "a lambda's parameter": "RUN = lambda event_loop, x: event_loop.run_until_complete(x)\n",
    "an inner test": "def make():\n    def test_it(event_loop):\n        event_loop.close()\n    return test_it\n",
    "a longer fixture": "import pytest\n\n\n@pytest.fixture\ndef my_event_loop():\n    return 1\n",
    "a use of another fixture": "import pytest\n\n\n@pytest.mark.usefixtures('loop')\nasync def test_it():\n    ...\n",
    "a request for another fixture": "def test_it(request):\n    request.getfixturevalue('my_event_loop')\n",
    "a capture": "def test_it(x):\n    match x:\n        case [event_loop, *_]:\n            event_loop.close()\n",
    "a walrus": "def test_it(make):\n    if event_loop := make():\n        event_loop.close()\n",
    "a with": "async def test_it(make):\n    async with make() as event_loop:\n        event_loop.time()\n",
    "an except": "def test():\n    try:\n        pass\n    except OSError as event_loop:\n        print(event_loop)\n",
    "a comprehension": "def test_it(loops):\n    assert [event_loop.time() for event_loop in loops]\n",
    "another loop's argument": "import asyncio\n\n\nasync def test_it(loop):\n    asyncio.Future(loop=loop)\n",
    "asyncio.run": "import asyncio\n\n\ndef test_it():\n    asyncio.run(asyncio.sleep(0))\n",
    "unittest": """
        import unittest


        class TestIt(unittest.IsolatedAsyncioTestCase):
            async def test_it(self):
                self.event_loop = None
    """,
    "a parametrized name": """
        import pytest


        @pytest.mark.parametrize("event_loop", ["uvloop", "asyncio"])
        def test_it(event_loop):
            assert event_loop
    """,
}

UNRELATED = [pytest.param(dedent(text).lstrip("\n"), id=title) for title, text in _MODULES.items()]
