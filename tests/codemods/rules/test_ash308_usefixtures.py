from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from rule_tools import assert_rewritten, assert_unchanged, rewrite


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('@pytest.mark.usefixtures("event_loop", "db", "x")\n', '@pytest.mark.usefixtures("db", "x")\n'),
        ('@pytest.mark.usefixtures("event_loop", "event_loop")\n', ""),
        ('@pytest.mark.slow\n@pytest.mark.usefixtures("event_loop")  # why\n', "@pytest.mark.slow\n# why\n"),
        (
            '@pytest.mark.usefixtures(\n    "event_loop",  # for all\n    "db",\n)\n',
            '@pytest.mark.usefixtures(\n    # for all\n    "db",\n)\n',
        ),
    ],
)
def test_usefixtures_of_event_loop_is_removed_from_an_async_test(before: str, after: str) -> None:
    text = "import pytest\n\n\n{}async def test_it():\n    pytest.skip()\n"
    assert_rewritten(text.format(before), text.format(after))


def test_usefixtures_of_event_loop_is_removed_from_async_classes_and_modules() -> None:
    assert_rewritten(
        """
        import pytest

        pytestmark = [pytest.mark.usefixtures("event_loop"), pytest.mark.slow]


        @pytest.mark.usefixtures("event_loop")
        class TestIt:
            pytestmark = pytest.mark.usefixtures("event_loop")

            def helper(self):
                ...

            async def test_it(self):
                ...
        """,
        """
        import pytest

        pytestmark = [pytest.mark.slow]


        class TestIt:
            def helper(self):
                ...

            async def test_it(self):
                ...
        """,
    )


def test_unrelated_imports_and_base_classes_do_not_matter() -> None:
    text = """
    import pytest
    from app import Client, make_tests
    {}

    class Base: ...


    class TestIt(Base, object):
        async def test_it(self):
            pytest.skip()
    """
    assert_rewritten(text.format('\n    pytestmark = pytest.mark.usefixtures("event_loop")\n'), text.format(""))


@pytest.mark.parametrize(
    ("top", "mark"),
    [
        ("LOOP = 'event_loop'\n", "pytest.mark.usefixtures(LOOP)"),
        ("needs = pytest.mark.usefixtures\n", "needs('event_loop')"),
    ],
)
def test_usefixtures_through_names_of_the_file_is_removed(top: str, mark: str) -> None:
    text = f"import pytest\n\n{top}\n\n{{}}async def test_it():\n    pytest.skip()\n"
    assert_rewritten(text.format(f"@{mark}\n"), text.format(""))


@pytest.mark.parametrize(
    "text",
    [
        '@pytest.mark.usefixtures("event_loop", "db")\ndef test_it(): ...\n',
        '@pytest.mark.usefixtures("event_loop")\nclass TestIt:\n    async def test_a(_): ...\n    def test_b(_): ...\n',
        '@pytest.mark.usefixtures("event_loop")\nclass TestIt(Base):\n    async def test_a(self): ...\n',
        '@pytest.mark.usefixtures("event_loop")\nclass TestA:\n    async def test_a(_): ...\nclass TestB(TestA): ...\n',
        '@pytest.mark.usefixtures("event_loop")\nclass TestIt: ...\n',
        'pytestmark = pytest.mark.usefixtures("event_loop")\n\nasync def test_a(): ...\ndef test_b(): ...\n',
        '@pytest.mark.usefixtures("event_loop")\nasync def helper(): ...\n',
        'from cases import *\npytestmark = pytest.mark.usefixtures("event_loop")\nasync def test_a(): ...\n',
        'from cases import test_b\npytestmark = pytest.mark.usefixtures("event_loop")\nasync def test_a(): ...\n',
        'test_b = make()\npytestmark = pytest.mark.usefixtures("event_loop")\nasync def test_a(): ...\n',
        'from cases import TestB\npytestmark = pytest.mark.usefixtures("event_loop")\nasync def test_a(): ...\n',
        'pytestmark = pytest.mark.usefixtures("event_loop")\nclass TestA(Cases):\n    async def test_a(_): ...\n',
    ],
)
def test_usefixtures_of_event_loop_beside_sync_code_needs_unsafe(text: str) -> None:
    text = "import pytest\n" + text
    result = assert_unchanged(text, "ASH308")
    assert result.findings[0].safety is Safety.UNSAFE
    assert b"event_loop" not in rewrite(text, unsafe=True).new


@pytest.mark.parametrize(
    "text",
    [
        'needs_loop = pytest.mark.usefixtures("event_loop")\n\n\n@needs_loop\nasync def test_it(): ...\n',
        'PARAM = pytest.param(1, marks=pytest.mark.usefixtures("event_loop"))\n',
        'def pytest_collection_modifyitems(items):\n    items[0].add_marker(pytest.mark.usefixtures("event_loop"))\n',
        '@pytest.mark.usefixtures(*["db", "event_loop"])\nasync def test_it(): ...\n',
    ],
    ids=["alias", "parameter", "hook", "star"],
)
def test_usefixtures_of_event_loop_in_other_places_is_reported(text: str) -> None:
    result = assert_unchanged("import pytest\n\n" + text, "ASH308", unsafe=True)
    assert result.findings[0].safety is Safety.MANUAL


@pytest.mark.parametrize(
    "text",
    [
        '@pytest.mark.usefixtures("event_loop_policy")\nasync def test_it(): ...\n',
        '@pytest.mark.usefixtures("db")\nasync def test_it(event_loop=None): ...\n',
        "@pytest.mark.usefixtures(event_loop)\nasync def test_it(): ...\n",
        '@pytest.mark.skipif("event_loop")\nasync def test_it(): ...\n',
        '@mark.usefixtures("event_loop")\nasync def test_it(): ...\n',
        "@pytest.mark.usefixtures\nasync def test_it(event_loop=1): ...\n",
    ],
)
def test_marks_that_do_not_request_event_loop_are_kept(text: str) -> None:
    assert_unchanged("import pytest\n\n\n" + text)


def test_usefixtures_of_a_parametrized_event_loop_is_kept() -> None:
    text = 'import pytest\n\n\n@pytest.mark.usefixtures("event_loop")\nasync def test_it(): ...\n'
    override = "import pytest\n@pytest.fixture(params=[1, 2])\ndef event_loop(request): ...\n"
    assert_unchanged(text, "ASH308", unsafe=True, beside={"conftest.py": override})


def test_the_mark_on_a_test_that_becomes_async_goes_in_the_same_run() -> None:
    result = assert_rewritten(
        """
        import pytest


        async def helper(): ...


        @pytest.mark.usefixtures("event_loop")
        def test_a(event_loop):
            event_loop.run_until_complete(helper())
        """,
        """
        async def helper(): ...


        async def test_a():
            await helper()
        """,
    )
    assert [(found.code, found.line, found.fixed) for found in result.findings] == [
        ("ASH205", 1, True),
        ("ASH308", 7, True),
        ("ASH303", 8, True),
    ]


def test_no_to_do_comment_is_added_for_a_mark_that_goes_in_the_same_run() -> None:
    text = (
        "import pytest\n\n\nasync def helper(): ...\n\n\n@pytest.mark.slow\n@pytest.mark.usefixtures('event_loop')\n"
        "def test_a(event_loop):\n    event_loop.run_until_complete(helper())\n"
    )
    assert b"TODO" not in rewrite(text, todo=True).new
