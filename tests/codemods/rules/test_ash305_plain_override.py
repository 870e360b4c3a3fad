from __future__ import annotations

from textwrap import dedent, indent

import pytest

from asyncshim_codemods.results import Safety
from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite

AFTER = "async def test_it(): ...\n"


def override(body: str, decorator: str = '@pytest.fixture(scope="session")', top: str = "", signature: str = "") -> str:
    """A module with an override and a test."""
    head = f"import asyncio\n{top}\nimport pytest\n"
    function = f"def event_loop({signature}):\n{indent(dedent(body).strip(), '    ')}\n"
    return f"{head}\n\n{decorator}\n{function}\n\n{AFTER}"


PLAIN = "loop = asyncio.new_event_loop()\nyield loop\nloop.close()"


@pytest.mark.parametrize(
    "body",
    [
        PLAIN,
        '"""One loop for all."""\nloop = asyncio.new_event_loop()\nyield loop\nloop.close()',
        "loop = asyncio.get_event_loop()\nyield loop\nloop.close()",
        "loop = asyncio.get_event_loop_policy().new_event_loop()\nyield loop\nloop.close()",
        "policy = asyncio.get_event_loop_policy()\nloop = policy.new_event_loop()\nyield loop\nloop.close()",
        "return asyncio.new_event_loop()",
        "return asyncio.get_event_loop()",
        "yield asyncio.new_event_loop()",
        "loop: asyncio.AbstractEventLoop = asyncio.new_event_loop()\nreturn loop",
        "loop = asyncio.new_event_loop()\nasyncio.set_event_loop(loop)\nyield loop\nloop.close()",
        "asyncio.set_event_loop(asyncio.new_event_loop())\nloop = asyncio.get_event_loop()\nyield loop",
        "loop = asyncio.new_event_loop()\nyield loop\nloop.close()\nasyncio.set_event_loop(None)",
        "loop = asyncio.new_event_loop()\ntry:\n    yield loop\nfinally:\n    loop.close()",
        "try:\n    x = asyncio.get_running_loop()\nexcept RuntimeError:\n    x = asyncio.new_event_loop()\nyield x",
        "loop = asyncio.new_event_loop()\nyield loop\nif not loop.is_closed():\n    loop.close()",
        "loop = asyncio.new_event_loop()\nyield loop\nif loop.is_running():\n    loop.stop()\nloop.close()",
        "with contextlib.closing(asyncio.new_event_loop()) as loop:\n    yield loop",
        "loop = asyncio.new_event_loop()\nwith contextlib.closing(loop):\n    yield loop",
        "asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())\nreturn asyncio.new_event_loop()",
        "asyncio.set_event_loop_policy(None)\nloop = asyncio.new_event_loop()\nyield loop\nloop.close()",
        "loop = asyncio.new_event_loop()\nresult = loop\nyield result\nresult.close()",
        "loop = asyncio.DefaultEventLoopPolicy().new_event_loop()\nyield loop\nloop.close()",
    ],
)
def test_a_plain_override_is_removed_with_its_imports(body: str) -> None:
    top = "import contextlib\n" if "contextlib" in body else ""
    assert_rewritten(override(body, top=top), AFTER)


@pytest.mark.parametrize(
    ("decorator", "signature"),
    [
        ('@pytest.fixture(scope="module")', ""),
        ('@pytest.fixture(scope="class", autouse=True)', ""),
        ('@pytest.fixture(autouse=True, scope="package")', "request"),
        ('@pytest.yield_fixture(scope="session")', "request"),
    ],
)
def test_every_wide_scope_and_an_unused_request_are_plain(decorator: str, signature: str) -> None:
    assert_rewritten(override(PLAIN, decorator, signature=signature), AFTER)


def test_names_decorators_and_annotations_are_followed() -> None:
    assert_rewritten(
        """
        from asyncio import AbstractEventLoop, new_event_loop
        from typing import Generator

        import pytest_asyncio
        from pytest import fixture as fx


        @pytest_asyncio.fixture(name="event_loop", scope="session")
        def _loop() -> Generator[AbstractEventLoop, None, None]:
            loop = new_event_loop()
            yield loop
            loop.close()


        class TestIt:
            @fx(scope="class")
            def event_loop(self):
                yield new_event_loop()
        """,
        """
        class TestIt:
            pass
        """,
    )


def test_an_async_override_that_returns_the_running_loop_is_plain() -> None:
    text = override("loop = asyncio.get_running_loop()\nyield loop").replace("def event_loop", "async def event_loop")
    assert_rewritten(text, AFTER)


def test_comments_around_an_override_stay() -> None:
    assert_rewritten(
        """
        import asyncio

        import pytest

        # Fixtures.


        # The loop.
        @pytest.fixture(scope="session")
        def event_loop():
            # A new one.
            return asyncio.new_event_loop()


        # Tests.
        async def test_it(): ...
        """,
        """
        # Fixtures.


        # The loop.


        # Tests.
        async def test_it(): ...
        """,
    )


@pytest.mark.parametrize(
    ("decorator", "reason"),
    [
        ("@pytest.fixture", "each test had a loop of its own"),
        ("@pytest.fixture()", "each test had a loop of its own"),
        ('@pytest.fixture(scope="function")', "each test had a loop of its own"),
        ("@pytest.fixture(scope=SCOPE)", "its scope cannot be read"),
    ],
)
def test_a_narrow_or_unknown_scope_needs_unsafe(decorator: str, reason: str) -> None:
    text = override(PLAIN, decorator, top="from app import SCOPE\n")
    result = assert_unchanged(text, "ASH305")
    assert result.findings[0].safety is Safety.UNSAFE
    assert reason in result.findings[0].message
    assert b"event_loop" not in rewrite(text, unsafe=True).new


@pytest.mark.parametrize(
    "body",
    [
        "loop = asyncio.new_event_loop()\nloop.set_debug(True)\nyield loop\nloop.close()",
        "loop = asyncio.new_event_loop()\nloop.set_exception_handler(print)\nyield loop",
        "loop = asyncio.new_event_loop()\nloop.slow_callback_duration = 1\nyield loop",
        "loop = asyncio.new_event_loop()\nloop.run_until_complete(prepare())\nyield loop",
        "loop = MyLoop()\nyield loop\nloop.close()",
        "loop = asyncio.new_event_loop()\nyield loop\nassert not asyncio.all_tasks(loop)",
        "loop = asyncio.new_event_loop()\nyield loop\nprint(loop)",
        "loop = asyncio.new_event_loop()\nyield loop\nyield loop",
        "loop = asyncio.new_event_loop()\nloop.close = print\nyield loop",
        "loop = asyncio.new_event_loop()\nyield\nloop.close()",
        "loop = asyncio.new_event_loop()\nyield loop, 1",
        "nest_asyncio.apply()\nyield asyncio.new_event_loop()",
        "loop = make()\nyield loop",
        "yield from make()",
        "pass",
        "while True:\n    yield asyncio.new_event_loop()",
        "loop = asyncio.new_event_loop()\ntry:\n    yield loop\nexcept ValueError:\n    raise SystemExit",
        "global loop\nloop = asyncio.new_event_loop()\nyield loop",
        "loop = asyncio.new_event_loop()\nwith patch():\n    yield loop",
        "if DEBUG:\n    asyncio.set_event_loop(None)\nyield asyncio.new_event_loop()",
    ],
)
def test_an_override_that_does_more_is_left_to_a_person(body: str) -> None:
    result = assert_unchanged(override(body, top="from app import *\n"), "ASH331", unsafe=True)
    assert result.findings[0].message.startswith("an `event_loop` of the suite's own, left as it is: ")


@pytest.mark.parametrize(
    ("decorator", "signature", "reason"),
    [
        ('@pytest.fixture(scope="session", params=[1, 2])', "request", "it has several values"),
        ("@pytest.fixture(**OPTIONS)", "", "it has several values"),
        ('@pytest.fixture(scope="session")', "database", "it requests other fixtures"),
        ('@pytest.fixture(scope="session")', "event_loop", "it requests other fixtures"),
        ('@other\n@pytest.fixture(scope="session")', "", "it has another decorator"),
    ],
)
def test_an_override_of_another_form_is_left_to_a_person(decorator: str, signature: str, reason: str) -> None:
    result = assert_unchanged(override(PLAIN, decorator, signature=signature), "ASH331", unsafe=True)
    assert result.findings[0].message.endswith(reason)


def test_an_override_that_uses_its_request_is_left_to_a_person() -> None:
    body = "loop = asyncio.new_event_loop()\nrequest.cls.loop = loop\nyield loop\nloop.close()"
    assert_unchanged(override(body, '@pytest.fixture(scope="class")', signature="request"), "ASH331", unsafe=True)


@pytest.mark.parametrize(
    "text",
    [
        override(PLAIN, "@other"),
        override(PLAIN, ""),
        override(PLAIN, '@pytest.fixture(name="loop", scope="session")'),
        override(PLAIN).replace("def event_loop", "def my_loop"),
    ],
    ids=["no fixture", "bare function", "renamed", "another name"],
)
def test_what_is_no_override_is_not_looked_at(text: str) -> None:
    assert_unchanged(text, unsafe=True)


@pytest.mark.parametrize(
    ("beside", "code", "safety"),
    [
        ({"tests/test_a.py": "from tests.conftest import event_loop\n"}, "ASH305", Safety.MANUAL),
        ({"tests/test_a.py": "from .conftest import event_loop as event_loop\n"}, "ASH305", Safety.MANUAL),
        ({"tests/test_a.py": "import tests.conftest\n"}, "ASH305", Safety.UNSAFE),
        ({"tests/test_a.py": "from tests.conftest import other\n"}, "ASH305", Safety.SAFE),
        ({"conftest.py": override("loop = MyLoop()\nyield loop")}, "ASH305", Safety.UNSAFE),
        ({"conftest.py": override(PLAIN)}, "ASH305", Safety.SAFE),
        ({"other/conftest.py": override("loop = MyLoop()\nyield loop")}, "ASH305", Safety.SAFE),
    ],
    ids=["import", "relative import", "whole import", "other name", "special above", "plain above", "special beside"],
)
def test_what_other_files_do_with_it_counts(beside: dict[str, str], code: str, safety: Safety) -> None:
    result = rewrite(override(PLAIN), path="tests/conftest.py", beside=beside)
    found = [each for each in result.findings if each.code.startswith("ASH3")]
    assert [(each.code, each.safety) for each in found] == [(code, safety)]
    assert result.changed is (safety is Safety.SAFE)


def test_an_override_that_is_used_by_name_stays() -> None:
    text = override(PLAIN).replace(AFTER, "def loops():\n    return event_loop\n")
    assert "uses it by name" in messages(assert_unchanged(text, "ASH305", unsafe=True))[0]
    text = override(PLAIN, top='__all__ = ["event_loop"]\n')
    assert "`__all__` names it" in messages(assert_unchanged(text, "ASH305", unsafe=True))[0]


def test_an_override_of_two_minds_stays() -> None:
    text = dedent("""
    import asyncio
    import pytest

    event_loop = None

    @pytest.fixture(scope="session")
    def event_loop():
        return asyncio.new_event_loop()
    """)
    assert "more than one way" in messages(assert_unchanged(text, "ASH305", unsafe=True))[0]
