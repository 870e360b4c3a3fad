from __future__ import annotations

import pytest

from loop_suites import CLEAN_UP_IMPORTS, cleaning_override
from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite


def test_the_message_about_an_override_with_clean_up_names_both_reasons() -> None:
    text = cleaning_override("gc.collect()\nloop.close()", "@pytest.fixture")
    assert messages(rewrite(text)) == [
        "9:5 ASH306 a Runner does the same teardown; but each test had a separate loop, and now all tests share one"
    ]


def test_a_finally_block_counts_as_clean_up() -> None:
    text = f"""{CLEAN_UP_IMPORTS}

@pytest.fixture(scope="module")
def event_loop():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.close()


print(contextlib, gc)
"""
    assert_rewritten(text, "import contextlib\nimport gc\n\nprint(contextlib, gc)\n", unsafe=True)


@pytest.mark.parametrize(
    "text",
    [
        cleaning_override("gc.collect()\nloop.close()", "@contextlib.contextmanager"),
        cleaning_override("gc.collect()\nloop.close()", '@pytest.fixture(name="loop")'),
        cleaning_override("gc.collect()\nloop.close()").replace("def event_loop", "def my_loop"),
    ],
)
def test_fixtures_that_are_not_overrides_are_kept(text: str) -> None:
    assert_unchanged(text, unsafe=True)


def test_an_override_imported_by_another_file_is_kept() -> None:
    text = cleaning_override("gc.collect()\nloop.close()")
    beside = {"tests/test_a.py": "from tests.conftest import event_loop\n"}
    result = rewrite(text, path="tests/conftest.py", beside=beside, unsafe=True)
    assert messages(result) == [
        "9:5 ASH306 a Runner does the same teardown, but another file imports it by name: remove that import first"
    ]
    assert not result.changed
