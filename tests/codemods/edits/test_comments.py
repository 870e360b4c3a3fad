from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, rewrite

UNREADABLE = "@pytest.mark.asyncio(**options)\nasync def test_a(): ...\n"
TODO = "# TODO(asyncshim): ASH101 the marker's arguments cannot be read here; review it manually\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"import pytest\n\n\n{UNREADABLE}", f"import pytest\n\n\n{TODO}{UNREADABLE}"),
        (f"import pytest\n\n# About.\n@a\n{UNREADABLE}", f"import pytest\n\n# About.\n{TODO}@a\n{UNREADABLE}"),
    ],
)
def test_todo_writes_a_comment_above_the_statement_of_a_remaining_use(before: str, after: str) -> None:
    result = rewrite(before, todo=True)
    assert result.new.decode() == after
    again = rewrite(result.new, todo=True)
    assert again.new == result.new
    assert not any(found.fixed for found in result.findings)


def test_a_todo_comment_has_the_indentation_of_its_statement() -> None:
    body = "".join(f"    {line}\n" for line in UNREADABLE.splitlines())
    result = rewrite(f"import pytest\n\n\nclass TestA:\n{body}", todo=True)
    assert result.new.decode() == f"import pytest\n\n\nclass TestA:\n    {TODO}{body}"


@pytest.mark.parametrize("depth", [0, 1, 5])
def test_a_todo_comment_has_at_most_100_columns(depth: int) -> None:
    text = "def test_a(event_loop):\n    event_loop.run_forever()\n"
    for level in range(depth):
        text = f"class TestA{level}:\n" + "".join(f"    {line}\n" for line in text.splitlines())
    result = rewrite(text, todo=True)
    (todo,) = (line for line in result.new.decode().splitlines() if "TODO" in line)
    assert len(todo) <= 100
    assert len(todo) > 80
    assert todo.endswith(" ...")
    assert rewrite(result.new, todo=True).new == result.new


def test_a_todo_comment_above_the_first_statement_is_not_written_twice() -> None:
    text = "# License.\nimport pytest_asyncio\n\nmade = partial(pytest_asyncio.fixture)\n"
    once = rewrite("# License.\nfrom pytest_asyncio import is_async_test\n", todo=True)
    assert once.new.startswith(b"# License.\n# TODO(asyncshim): ASH203 ")
    assert rewrite(once.new, todo=True).new == once.new
    assert rewrite(text, todo=True).new.count(b"TODO(asyncshim)") == 1


def test_a_statement_gets_one_todo_comment_for_each_code() -> None:
    text = "from pytest_asyncio.plugin import LoopFactory, Mode\n"
    result = rewrite(text, todo=True)
    assert len(result.findings) == 2
    assert result.new.count(b"TODO(asyncshim)") == 1


def test_an_existing_todo_comment_with_another_reason_is_kept() -> None:
    text = f"import pytest\n\n\n# TODO(asyncshim): ASH101 ask Ada\n{UNREADABLE}"
    assert_unchanged(text, "ASH101", todo=True)


def test_a_rewritten_use_gets_no_todo_comment() -> None:
    result = rewrite("import pytest\n\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n", todo=True)
    assert b"TODO" not in result.new


def test_a_comment_inside_an_annotation_that_is_removed_goes_above_its_statement() -> None:
    body = "    def ask(question):\n        return {}(question)\n\n    return ask\n"
    assert_rewritten(
        "import pytest\n\n\n"
        "@pytest.fixture\ndef ask(event_loop: list[  # the loop of the suite\n    int\n]):\n"
        + body.format("event_loop.run_until_complete"),
        "import pytest\n\n\n"
        "# the loop of the suite\n@pytest.fixture\ndef ask(asyncio_runner):\n" + body.format("asyncio_runner.run"),
        unsafe=True,
    )
