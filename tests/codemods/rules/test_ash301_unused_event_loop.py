from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("async def test_a(event_loop, b): ...", "async def test_a(b): ..."),
        ("async def test_a(b, event_loop): ...", "async def test_a(b): ..."),
        ("async def test_a(b, *, event_loop): ...", "async def test_a(b): ..."),
        ("async def test_a(\n    event_loop,\n    b,\n): ...", "async def test_a(\n    b,\n): ..."),
        (
            "async def test_a(\n    b,  # B\n    event_loop,  # C\n): ...",
            "async def test_a(\n    b,  # B\n    # C\n): ...",
        ),
        ("async def test_a(event_loop: object) -> None: ...", "async def test_a() -> None: ..."),
        ("class TestA:\n    async def test_a(self, event_loop): ...", "class TestA:\n    async def test_a(self): ..."),
        ("@pytest.fixture\nasync def pool(event_loop):\n    yield", "@pytest.fixture\nasync def pool():\n    yield"),
        (
            "async def test_a(event_loop):\n    def inner(event_loop): return event_loop",
            "async def test_a():\n    def inner(event_loop): return event_loop",
        ),
    ],
)
def test_an_unused_event_loop_parameter_is_removed(before: str, after: str) -> None:
    head = "import pytest\n\nx = pytest\n\n\n"
    assert_rewritten(f"{head}{before}\n", f"{head}{after}\n")


def test_the_message_points_at_the_event_loop_parameter() -> None:
    result = assert_rewritten("async def test_a(b, event_loop): ...\n", "async def test_a(b): ...\n")
    assert messages(result) == ["1:21 ASH301 `event_loop` is not used here"]


MARK = "from pytest import mark\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "class Client:\n    async def connect(self, event_loop): ...\n",
        "async def test_a(event_loop, /): ...\n",
        "async def test_a(**event_loop): ...\n",
        "async def test_a(loop): event_loop = loop\n",
        "import pytest\n\n@pytest.fixture\nasync def event_loop(event_loop):\n    yield event_loop\n",
        "import pytest\n\n@pytest.mark.parametrize('event_loop', [1])\nasync def test_a(event_loop): ...\n",
        f"{MARK}@mark.parametrize('a, event_loop', [])\nclass A:\n    async def test_a(self, a, event_loop): ...\n",
        f"{MARK}pytestmark = mark.parametrize(['event_loop'], [])\n\nasync def test_a(event_loop): ...\n",
    ],
)
def test_parameters_that_are_not_the_event_loop_fixture_are_kept(text: str) -> None:
    assert_unchanged(text, select={"ASH301", "ASH302"})


@pytest.mark.parametrize(
    "text",
    [
        "async def test_a(event_loop): ...\n\n\nTESTS = [test_a]\n",
        "class TestB:\n    async def test_a(self, event_loop): ...\n    async def test_b(self): await self.test_a(1)\n",
    ],
)
def test_a_test_called_by_other_code_keeps_its_event_loop_parameter(text: str) -> None:
    result = assert_unchanged(text, "ASH301")
    assert "other code calls this test by name; review it manually" in {found.message for found in result.findings}


def test_python_functions_decides_which_functions_are_tests() -> None:
    text = (
        "async def check_a(event_loop): ...\nasync def it_works(event_loop): ...\nasync def test_b(event_loop): ...\n"
    )
    assert_rewritten(
        text,
        "async def check_a(): ...\nasync def it_works(): ...\nasync def test_b(event_loop): ...\n",
        beside={"pytest.ini": "[pytest]\npython_functions = check it_*\n"},
    )


ASKING = "def pytest_runtest_setup(item):\n    if 'event_loop' not in item.fixturenames:\n        skip()\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("async def test_it(event_loop):\n    ...\n", "ASH301"),
        ("async def test_it(event_loop):\n    event_loop.time()\n", "ASH302"),
        ("def test_it(event_loop):\n    event_loop.run_until_complete(go())\n", "ASH303"),
        ("import pytest\n\n\n@pytest.mark.usefixtures('event_loop')\nasync def test_it():\n    ...\n", "ASH308"),
    ],
)
def test_a_hook_that_inspects_fixturenames_keeps_every_request_of_event_loop(text: str, code: str) -> None:
    for path in ("conftest.py", "tests/conftest.py", "tests/helpers.py"):
        result = assert_unchanged(text, code, beside={path: ASKING})
        assert f"{path} checks which tests request" in result.findings[0].message
        new = rewrite(text, unsafe=True, beside={path: ASKING}).new
        assert b"(event_loop" not in new
        assert b"'event_loop'" not in new
    for path in ("tests/unit/conftest.py", "tests/test_other.py"):
        assert rewrite(text, beside={path: ASKING}).changed


FILLING = """
def fill(test):
    async def inner(**kwargs):
        return await test(**kwargs, event_loop=None)
    return inner

class Filler:
    def fill_too(self, test):
        return lambda: test(event_loop=1)
"""


@pytest.mark.parametrize("body", ["...", "event_loop.time()"])
@pytest.mark.parametrize("decorator", ["fill", "fill()", "helpers.fill", "filler.fill_too", "Filler()"])
def test_a_decorator_that_may_pass_event_loop_keeps_the_parameter(decorator: str, body: str) -> None:
    text = f"from helpers import *\n\n\n@{decorator}\nasync def test_it(event_loop):\n    {body}\n"
    code = "ASH301" if body == "..." else "ASH302"
    result = assert_unchanged(text, code, beside={"tests/helpers.py": FILLING})
    assert "may fill it" in result.findings[0].message
    assert rewrite(text).changed
    inline = f"{FILLING}\n\n@{decorator}\nasync def test_it(event_loop):\n    {body}\n"
    assert {finding.fixed for finding in rewrite(inline).findings} == {False}


@pytest.mark.parametrize("names", ["NAMES", "*CASES", "cases()", "['a', *NAMES]"])
def test_parametrize_with_unreadable_names_keeps_the_event_loop_parameter(names: str) -> None:
    text = f"import pytest\n\n\n@pytest.mark.parametrize({names}, [])\nasync def test_it(event_loop):\n    ...\n"
    (found,) = assert_unchanged(text, "ASH301").findings
    assert found.message == "`event_loop` is not used here, but `parametrize` may fill it"
    assert rewrite(text, unsafe=True).changed


@pytest.mark.parametrize(
    ("call", "gives"),
    [
        ("metafunc.parametrize('event_loop', LOOPS)", True),
        ("metafunc.parametrize(argnames='a, event_loop', argvalues=[])", True),
        ("metafunc.parametrize(['event_loop'], [])", True),
        ("metafunc.parametrize('backend', ['event_loop'])", False),
        ("metafunc.parametrize('my_event_loop', [])", False),
        ("pytest.mark.parametrize('event_loop', [])", False),
    ],
)
def test_a_hook_that_parametrizes_event_loop_keeps_the_parameter(call: str, *, gives: bool) -> None:
    hook = {"conftest.py": f"def pytest_generate_tests(metafunc):\n    {call}\n"}
    text = "async def test_it({}):\n    ...\n"
    if gives:
        assert_unchanged(text.format("event_loop"), beside=hook, unsafe=True)
    else:
        assert_rewritten(text.format("event_loop"), text.format(""), beside=hook)


def test_a_decorator_that_only_forwards_arguments_does_not_matter() -> None:
    text = """
    import unknown


    def repeat(test):
        async def inner(**kwargs):
            await test(**kwargs)
        return inner


    @repeat
    @unknown.thing
    @pytest.mark.slow
    async def test_it({}):
        ...
    """
    assert_rewritten(text.format("event_loop"), text.format(""), beside={"tests/helpers.py": FILLING})


@pytest.mark.parametrize("importing", ["from tests.test_module import test_it", "import tests.test_module"])
def test_a_test_imported_by_another_file_keeps_its_event_loop_parameter(importing: str) -> None:
    text = "async def test_it(event_loop):\n    ...\n"
    result = assert_unchanged(text, "ASH301", beside={"tests/test_b.py": importing})
    assert "other code may call this test with it" in result.findings[0].message
    assert rewrite(text, beside={"tests/test_b.py": "from tests.test_module import CONSTANT"}).changed


def test_a_fixture_imported_by_another_file_loses_its_event_loop_parameter() -> None:
    text = "import pytest\n\n\n@pytest.fixture\nasync def pool({}):\n    yield 1\n"
    beside = {"tests/test_b.py": "from tests.test_module import pool\n"}
    assert_rewritten(text.format("event_loop"), text.format(""), beside=beside)


@pytest.mark.parametrize(
    "text", ["def test_it({}):\n    ...\n", "import pytest\n\n\n@pytest.fixture\ndef pool({}):\n    yield 1\n"]
)
def test_an_unused_event_loop_parameter_of_sync_code_needs_unsafe(text: str) -> None:
    (found,) = assert_unchanged(text.format("event_loop"), "ASH301").findings
    assert found.message.endswith("is not used here, but synchronous code may need the current loop that it sets")
    assert_rewritten(text.format("event_loop"), text.format(""), unsafe=True)


def test_a_test_method_called_through_super_keeps_its_event_loop_parameter() -> None:
    text = "class Base:\n    async def test_it(self, event_loop):\n        ...\n"
    beside = "class TestIt(Base):\n    async def test_it(self, event_loop):\n        await super().{}(event_loop)\n"
    assert_unchanged(text, "ASH301", beside={"tests/test_b.py": beside.format("test_it")})
    assert rewrite(text, beside={"tests/test_b.py": beside.format("test_other")}).changed


@pytest.mark.parametrize("use", ["eval('event_loop')", "locals()['event_loop']", "sys._getframe().f_locals[name]"])
def test_a_synchronous_function_that_may_read_the_parameter_by_its_name_keeps_it(use: str) -> None:
    text = f"import pytest\n\n\n@pytest.fixture\ndef loop_name(event_loop):\n    return {use}\n"
    (found,) = assert_unchanged(text, "ASH301", unsafe=True).findings
    assert found.message == "synchronous code may read `event_loop` by its name; review it manually"


@pytest.mark.parametrize(
    "use", ["funcargs['event_loop']", "funcargs.get('event_loop')", "funcargs.pop('event_loop', None)"]
)
def test_a_parameter_that_the_test_reads_from_funcargs_stays(use: str) -> None:
    text = f"async def test_it(event_loop, request):\n    assert request.node.{use}\n"
    (found,) = assert_unchanged(text, "ASH301", unsafe=True).findings
    assert "`funcargs` holds it only while it is requested" in found.message


@pytest.mark.parametrize(
    "use", ["frame.f_locals['event_loop']", "item.funcargs['event_loop']", "'event_loop' in item.funcargs"]
)
def test_a_parameter_that_other_code_may_read_from_the_test_is_removed_only_with_unsafe(use: str) -> None:
    beside = {"tests/conftest.py": f"def look(item, frame):\n    return {use}\n"}
    text = "async def test_it(event_loop): ...\n"
    (found,) = assert_unchanged(text, "ASH301", beside=beside).findings
    assert "tests/conftest.py checks which tests request it" in found.message
    assert rewrite(text, beside=beside, unsafe=True).new == b"async def test_it(): ...\n"
