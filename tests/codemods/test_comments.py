from __future__ import annotations

import pytest

from asyncshim_codemods.comments import is_suppressed, suppressed_codes
from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite

MARKED = "import pytest\n\n@pytest.mark.slow\n@pytest.mark.asyncio{}\nasync def test_a(event_loop): ...\n"


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# asyncshim: ignore", set[str]()),
        ("# asyncshim: ignore[ASH101]", {"ASH101"}),
        ("#asyncshim:ignore[ASH101, ASH2]", {"ASH101", "ASH2"}),
        ("# why  # asyncshim: ignore[ASH101]", {"ASH101"}),
    ],
)
def test_a_comment_names_the_codes_that_leave_its_line_alone(comment: str, codes: set[str]) -> None:
    assert suppressed_codes(f"a\nb  {comment}\nc\n") == {2: codes}


@pytest.mark.parametrize("comment", ["# asyncshim", "# ignore[ASH101]", "# asyncshim: keep", "'asyncshim' # x"])
def test_other_comments_suppress_nothing(comment: str) -> None:
    assert suppressed_codes(f"b  {comment}\n") == {}


@pytest.mark.parametrize(
    ("code", "lines", "expected"),
    [
        ("ASH101", (2, 2), True),
        ("ASH102", (2, 2), False),
        ("ASH201", (3, 3), True),
        ("ASH999", (4, 4), True),
        ("ASH101", (1, 2), True),
        ("ASH101", (5, 9), False),
    ],
)
def test_a_code_a_prefix_or_everything_is_suppressed(code: str, lines: tuple[int, int], *, expected: bool) -> None:
    suppressed = {2: frozenset({"ASH101"}), 3: frozenset({"ASH2"}), 4: frozenset[str]()}
    assert is_suppressed(suppressed, code, *lines) is expected


@pytest.mark.parametrize(
    "comment", ["  # asyncshim: ignore", "  # asyncshim: ignore[ASH101]", "  # asyncshim: ignore[ASH1]"]
)
def test_a_suppressed_line_stays_and_its_neighbours_do_not(comment: str) -> None:
    before = MARKED.format(comment)
    result = assert_rewritten(before, before.replace("event_loop", ""))
    assert messages(result) == ["5:18 ASH301 `event_loop` is not used here"]


def test_a_comment_for_another_rule_does_not_help() -> None:
    assert_rewritten(
        MARKED.format("  # asyncshim: ignore[ASH301]"),
        "import pytest\n\n@pytest.mark.slow\nasync def test_a(): ...\n",
    )


def test_a_finding_over_several_lines_may_carry_the_comment_on_any_of_them() -> None:
    text = "import pytest\n\nx = [\n    pytest.mark.  # asyncshim: ignore\n    asyncio,\n]\n"
    assert_unchanged(text)
    assert_unchanged(text.replace("asyncshim", "others"), "ASH101")


UNREADABLE = "@pytest.mark.asyncio(**options)\nasync def test_a(): ...\n"
TODO = "# TODO(asyncshim): ASH101 the marker's arguments cannot be read here; left as it is\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"import pytest\n\n\n{UNREADABLE}", f"import pytest\n\n\n{TODO}{UNREADABLE}"),
        (f"import pytest\n\n# About.\n@a\n{UNREADABLE}", f"import pytest\n\n# About.\n{TODO}@a\n{UNREADABLE}"),
    ],
)
def test_what_is_left_gets_a_comment_above_its_statement_when_asked(before: str, after: str) -> None:
    result = rewrite(before, todo=True)
    assert result.new.decode() == after
    again = rewrite(result.new, todo=True)
    assert again.new == result.new
    assert not any(found.fixed for found in result.findings)


def test_the_comment_is_indented_like_its_statement() -> None:
    body = "".join(f"    {line}\n" for line in UNREADABLE.splitlines())
    result = rewrite(f"import pytest\n\n\nclass TestA:\n{body}", todo=True)
    assert result.new.decode() == f"import pytest\n\n\nclass TestA:\n    {TODO}{body}"


def test_a_comment_above_the_first_statement_is_seen_again() -> None:
    text = "# License.\nimport pytest_asyncio\n\nmade = partial(pytest_asyncio.fixture)\n"
    once = rewrite("# License.\nfrom pytest_asyncio import is_async_test\n", todo=True)
    assert once.new.startswith(b"# License.\n# TODO(asyncshim): ASH203 ")
    assert rewrite(once.new, todo=True).new == once.new
    assert rewrite(text, todo=True).new.count(b"TODO(asyncshim)") == 1


def test_one_comment_a_code_and_statement_is_enough() -> None:
    text = "from pytest_asyncio.plugin import LoopFactory, Mode\n"
    result = rewrite(text, todo=True)
    assert len(result.findings) == 2
    assert result.new.count(b"TODO(asyncshim)") == 1


def test_a_comment_from_before_stays_whatever_its_reason_says() -> None:
    text = f"import pytest\n\n\n# TODO(asyncshim): ASH101 ask Ada\n{UNREADABLE}"
    assert_unchanged(text, "ASH101", todo=True)


def test_nothing_is_written_above_what_was_done() -> None:
    result = rewrite("import pytest\n\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n", todo=True)
    assert b"TODO" not in result.new
