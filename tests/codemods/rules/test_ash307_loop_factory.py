from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from loop_suites import hook, policy
from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite

CONFTEST = "tests/conftest.py"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (policy("yield uvloop.EventLoopPolicy()"), "import uvloop\n\n\n" + hook("uvloop", "uvloop.new_event_loop")),
        (
            policy("return EventLoopPolicy()", top="from uvloop import EventLoopPolicy\n"),
            "import uvloop\n\n\n" + hook("uvloop", "uvloop.new_event_loop"),
        ),
        (
            policy("return asyncio.WindowsSelectorEventLoopPolicy()", top="import asyncio\n"),
            "import asyncio\n\n\n" + hook("selector", "asyncio.SelectorEventLoop"),
        ),
        (
            policy("return w.EventLoopPolicy()", top="import winloop as w\n"),
            "import winloop as w\n\n\n" + hook("winloop", "w.new_event_loop"),
        ),
    ],
)
def test_a_policy_fixture_becomes_the_hook(before: str, after: str) -> None:
    assert_rewritten(before, after, unsafe=True, path=CONFTEST)


@pytest.mark.parametrize(
    ("body", "factory"),
    [
        ("loop = uvloop.new_event_loop()\n    yield loop\n    loop.close()", "uvloop.new_event_loop"),
        ("yield uvloop.Loop()", "uvloop.new_event_loop"),
        ("uvloop.install()\n    yield asyncio.new_event_loop()", "uvloop.new_event_loop"),
        (
            "asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())\n    yield asyncio.get_event_loop()",
            "uvloop.new_event_loop",
        ),
        (
            "policy = uvloop.EventLoopPolicy()\n    loop = policy.new_event_loop()\n    yield loop\n    loop.close()",
            "uvloop.new_event_loop",
        ),
        (
            """if sys.platform == 'win32':
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    yield asyncio.new_event_loop()""",
            "asyncio.SelectorEventLoop",
        ),
        (
            """loop = uvloop.new_event_loop()
    yield loop
    for task in asyncio.all_tasks(loop):
        task.cancel()""",
            "uvloop.new_event_loop",
        ),
    ],
)
def test_an_override_with_another_class_becomes_the_hook(body: str, factory: str) -> None:
    top = "import asyncio\nimport sys\n\nimport pytest\nimport uvloop\n"
    text = f"{top}\n\n@pytest.fixture\ndef event_loop():\n    {body}\n"
    result = rewrite(text, path=CONFTEST, unsafe=True)
    name = "uvloop" if "uvloop" in factory else "selector"
    assert result.new.decode().endswith("\n\n\n" + hook(name, factory))
    assert "fixture" not in result.new.decode()
    assert rewrite(result.new, path=CONFTEST, unsafe=True).new == result.new
    assert_unchanged(text, "ASH307", path=CONFTEST)


def test_two_fixtures_with_the_same_loop_class_become_one_hook() -> None:
    assert_rewritten(
        """
        import pytest
        import uvloop


        # As in production.
        @pytest.fixture(scope="session")
        def event_loop_policy():
            return uvloop.EventLoopPolicy()


        @pytest.fixture(scope="session")
        def event_loop(request):
            loop = uvloop.new_event_loop()
            yield loop
            loop.close()
        """,
        """
        import uvloop


        # As in production.
        def pytest_asyncio_loop_factories():
            return {"uvloop": uvloop.new_event_loop}
        """,
        unsafe=True,
        path=CONFTEST,
    )


def test_a_fixture_with_the_default_policy_is_removed() -> None:
    before = policy("return asyncio.DefaultEventLoopPolicy()", top="import asyncio\n") + "\n\nx = 1\n"
    assert_rewritten(before, "x = 1\n", unsafe=True, path=CONFTEST)
    assert_rewritten(before, "x = 1\n", unsafe=True, path="tests/test_it.py")


@pytest.mark.parametrize(
    ("text", "choices", "reason"),
    [
        (
            policy("return uvloop.EventLoopPolicy()"),
            {"path": "tests/test_it.py"},
            "pytest reads hooks only in a conftest",
        ),
        (policy("return uvloop.EventLoopPolicy()"), {"runner": "anyio"}, "anyio has no such hook"),
        (
            policy("return uvloop.EventLoopPolicy()") + "\n\ndef pytest_asyncio_loop_factories(): ...\n",
            {},
            "`pytest_asyncio_loop_factories` already exists",
        ),
    ],
)
def test_a_loop_class_fixture_is_kept_where_the_hook_would_not_work(
    text: str, choices: dict[str, str], reason: str
) -> None:
    result = assert_unchanged(text, "ASH307", unsafe=True, **{"path": CONFTEST, **choices})
    assert result.findings[0].safety is Safety.MANUAL
    assert reason in messages(result)[0]


def test_a_policy_through_an_ambiguous_name_is_left_to_ash331() -> None:
    text = policy("return uvloop.EventLoopPolicy()", "from uvloop import *\nuvloop = 1\n")
    assert_unchanged(text, "ASH331", unsafe=True, path=CONFTEST)


def test_fixtures_that_choose_different_loop_classes_are_kept() -> None:
    text = """
    import asyncio

    import pytest
    import uvloop


    @pytest.fixture
    def event_loop_policy():
        return asyncio.DefaultEventLoopPolicy()


    @pytest.fixture
    def event_loop():
        yield uvloop.new_event_loop()
    """
    assert_unchanged(text, "ASH307", "ASH307", unsafe=True, path=CONFTEST)


def test_a_policy_fixture_of_one_test_class_is_kept() -> None:
    text = """
    import pytest
    import uvloop


    class TestIt:
        @pytest.fixture
        def event_loop_policy(self):
            return uvloop.EventLoopPolicy()
    """
    assert_unchanged(text, "ASH307", unsafe=True, path=CONFTEST)


def test_the_words_of_a_policy_stay_with_the_hook() -> None:
    assert_rewritten(
        """
        import pytest
        import uvloop


        # uvloop is 20 % faster.
        @pytest.fixture(scope="session")  # in CI
        def event_loop_policy():
            '''Use uvloop.'''
            # Windows cannot.
            return uvloop.EventLoopPolicy()  # see #12
        """,
        """
        import uvloop


        # uvloop is 20 % faster.
        # in CI
        def pytest_asyncio_loop_factories():
            '''Use uvloop.'''
            # Windows cannot.
            # see #12
            return {"uvloop": uvloop.new_event_loop}
        """,
        unsafe=True,
        path="tests/conftest.py",
    )


def test_a_docstring_about_the_policy_fixture_goes_with_it() -> None:
    assert_rewritten(
        """
        import pytest
        import uvloop


        @pytest.fixture(scope="session")
        def event_loop_policy():
            '''Override the event_loop_policy fixture.'''
            return uvloop.EventLoopPolicy()
        """,
        """
        import uvloop


        def pytest_asyncio_loop_factories():
            return {"uvloop": uvloop.new_event_loop}
        """,
        unsafe=True,
        path="tests/conftest.py",
    )
