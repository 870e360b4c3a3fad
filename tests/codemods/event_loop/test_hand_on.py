from __future__ import annotations

import pytest

from rule_tools import messages, rewrite

APP = """
import asyncio
import dataclasses


class Base:
    def __init__(self, loop=None):
        self._loop = loop or asyncio.get_event_loop()


class Client(Base):
    def __init__(self, url="", *, loop=None):
        super().__init__(loop=loop)
        self.queue = asyncio.Queue()


class Plain:
    loop = None


@dataclasses.dataclass
class Record:
    loop: object
    seen: list = dataclasses.field(default_factory=list)


class Defaulting:
    def __init__(self, *, loop=None):
        if loop is None:
            loop = asyncio.get_running_loop()
        self.loop = loop


class Checking:
    def __init__(self, loop):
        assert not loop.is_running()


class CheckingLater(Checking):
    pass


class Setting:
    @property
    def loop(self):
        return self._loop

    @loop.setter
    def loop(self, loop):
        loop.run_until_complete(self.start())
"""
ASYNC = "async def test_it(client):\n    assert client\n"


def conftest(body: str, *, imports: str = "from app import *", decorator: str = "pytest.fixture") -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"import asyncio\n\nimport pytest\n{imports}\n\n\n@{decorator}\ndef client(event_loop):\n{lines}"


def migrated(text: str, *, tests: str = ASYNC, app: str = APP, path: str = "tests/conftest.py", unsafe: bool = False):
    beside = {"src/app/core.py": app, "tests/test_it.py": tests}
    result = rewrite(text, path=path, beside=beside, unsafe=unsafe)
    return result, result.new.decode().split("\n\n\n")[-1]


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("return Client(loop=event_loop)", "return Client(loop=asyncio.get_running_loop())"),
        ("return Client('x', loop=event_loop)", "return Client('x', loop=asyncio.get_running_loop())"),
        ("yield Client(loop=event_loop)", "yield Client(loop=asyncio.get_running_loop())"),
        ("return Record(event_loop)", "return Record(asyncio.get_running_loop())"),
        ("return Defaulting(loop=event_loop)", "return Defaulting(loop=asyncio.get_running_loop())"),
        ("c = Base(event_loop)\nreturn c", "c = Base(asyncio.get_running_loop())\n    return c"),
        ("loop = event_loop\nreturn Base(loop)", "loop = asyncio.get_running_loop()\n    return Base(loop)"),
        (
            "c = Plain()\nc.loop = event_loop\nreturn c",
            "event_loop = asyncio.get_running_loop()\n    c = Plain()\n    c.loop = event_loop\n    return c",
        ),
    ],
)
def test_a_fixture_that_only_passes_the_loop_on_becomes_async(body: str, after: str) -> None:
    names = "from app import Base, Client, Defaulting, Plain, Record"
    result, fixture = migrated(conftest(body, imports=names))
    assert fixture == f"@pytest.fixture\nasync def client():\n    {after}\n"
    assert [found.code for found in result.findings] == ["ASH303"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return Checking(event_loop)", "`Checking` may check whether the loop runs"),
        ("return CheckingLater(event_loop)", "`CheckingLater` may check whether the loop runs"),
        ("return Client(Checking(event_loop))", "`Checking` may check whether the loop runs"),
        ("return Missing(event_loop)", "`Missing` may check whether the loop runs"),
        ("s = Setting()\ns.loop = event_loop\nreturn s", "`s` may check whether the loop runs"),
        # Without an argument the constructor asks for the loop itself.
        ("b = Base()\nb.loop = event_loop\nreturn b", "`b` may check whether the loop runs"),
    ],
)
def test_a_receiver_that_may_look_at_the_loop_makes_the_rewrite_unsafe(body: str, why: str) -> None:
    text = conftest(body, imports="from app import Base, Checking, CheckingLater, Client, Missing, Setting")
    result, fixture = migrated(text)
    assert fixture.startswith("@pytest.fixture\ndef client(event_loop):")
    assert why in messages(result)[0]
    assert migrated(text, unsafe=True)[1].startswith("@pytest.fixture\nasync def client():")


@pytest.mark.parametrize(
    "tests",
    [
        "def test_it(client):\n    assert client\n",
        "def test_it(\n    tmp_path,  # a folder (new)\n    client: Client,\n):\n    assert client\n",
        "@pytest.fixture\ndef user(client):\n    return client\n\n" + ASYNC,
        "@pytest.fixture()\ndef user(client):\n    return client\n\n" + ASYNC,
        ASYNC + "\n@pytest.mark.usefixtures('client')\ndef test_other():\n    pass\n",
        ASYNC + "\n@pytest.mark.usefixtures('client')\nclass TestIt:\n    def test_other(self):\n        pass\n",
        "pytestmark = pytest.mark.usefixtures('client')\n\ndef test_other():\n    pass\n",
    ],
)
def test_a_fixture_that_synchronous_code_requests_stays_synchronous(tests: str) -> None:
    text = conftest("return Client(loop=event_loop)", imports="from app import Client")
    result, fixture = migrated(text, tests=tests)
    assert "def client(event_loop)" in fixture
    (message,) = messages(result)
    assert message.startswith("8:12 ASH304 `client` stays synchronous: synchronous code requests `client`; ")


@pytest.mark.parametrize(
    ("tests", "why"),
    [
        ("", "no async test of the given files requests `client`"),
        (ASYNC + "\ndef test_name(request):\n    request.getfixturevalue('client')\n", "`getfixturevalue`"),
        (ASYNC + "\ndef test_name(request, name):\n    request.getfixturevalue(name)\n", "`getfixturevalue`"),
    ],
)
def test_a_fixture_whose_requests_cannot_all_be_seen_is_unsafe(tests: str, why: str) -> None:
    text = conftest("return Client(loop=event_loop)", imports="from app import Client")
    result, fixture = migrated(text, tests=tests)
    assert "def client(event_loop)" in fixture
    assert why in messages(result)[0]


def test_a_fixture_of_a_plugin_module_is_unsafe() -> None:
    text = conftest("return Client(loop=event_loop)", imports="from app import Client")
    result, _ = migrated(text, path="src/app/testing.py")
    assert "other projects may request `client` of this module" in messages(result)[0]


@pytest.mark.parametrize(("tests", "is_safe"), [(ASYNC, True), (ASYNC + "\ndef test_sync():\n    pass\n", False)])
def test_an_autouse_fixture_becomes_async_if_there_are_no_synchronous_tests(tests: str, is_safe: bool) -> None:
    text = conftest(
        "return Client(loop=event_loop)", imports="from app import Client", decorator="pytest.fixture(autouse=True)"
    )
    result, fixture = migrated(text, tests=tests)
    assert ("async def client()" in fixture) is is_safe
    assert is_safe or "it is `autouse`" in messages(result)[0]


def test_tests_that_request_event_loop_themselves_do_not_keep_the_fixture_synchronous() -> None:
    text = conftest("return Client(loop=event_loop)", imports="from app import Client")
    tests = "def test_it(client, event_loop):\n    event_loop.run_until_complete(client.go())\n"
    _, fixture = migrated(text, tests=tests)
    assert "async def client()" in fixture


def test_a_fixture_that_also_does_other_things_with_the_loop_is_left_to_ash304() -> None:
    text = conftest(
        "client = Client(loop=event_loop)\nevent_loop.set_debug(True)\nreturn client", imports="from app import Client"
    )
    result, _ = migrated(text)
    assert [found.code for found in result.findings] == ["ASH304"]


def test_standard_containers_only_keep_the_loop() -> None:
    text = conftest("return SimpleNamespace(loop=event_loop)", imports="from types import SimpleNamespace")
    _, fixture = migrated(text)
    assert "async def client():\n    return SimpleNamespace(loop=asyncio.get_running_loop())" in fixture


def test_a_class_with_a_base_that_nobody_shows_may_look_at_the_loop() -> None:
    app = "from elsewhere import Base\n\n\nclass Client(Base):\n    pass\n"
    text = conftest("return Client(event_loop)", imports="from app import Client")
    result, _ = migrated(text, app=app)
    assert "`Client` may check whether the loop runs" in messages(result)[0]


def test_a_fixture_with_a_computed_name_is_unsafe() -> None:
    decorator = "pytest.fixture(name=NAME)"
    text = conftest("return Client(loop=event_loop)", imports="from app import NAME, Client", decorator=decorator)
    assert "its name is not known" in messages(migrated(text)[0])[0]


def test_a_suite_with_other_names_for_its_tests_makes_it_unsafe() -> None:
    text = conftest("return Client(loop=event_loop)", imports="from app import Client")
    beside = {"src/app/core.py": APP, "tests/test_it.py": ASYNC, "pytest.ini": "[pytest]\npython_functions = check_*\n"}
    result = rewrite(text, path="tests/conftest.py", beside=beside)
    assert "`python_functions` decides which functions are tests" in messages(result)[0]


@pytest.mark.parametrize(("beside", "is_safe"), [("", True), ("\n\ndef test_sync():\n    pass\n", False)])
def test_an_autouse_fixture_of_a_test_module_becomes_async_if_its_tests_are(beside: str, is_safe: bool) -> None:
    text = conftest(
        "return Client(loop=event_loop)", imports="from app import Client", decorator="pytest.fixture(autouse=True)"
    )
    result = rewrite(f"{text}\n\n{ASYNC}{beside}", beside={"src/app/core.py": APP})
    assert (b"async def client():" in result.new) is is_safe
    assert is_safe or "it is `autouse`" in messages(result)[0]
