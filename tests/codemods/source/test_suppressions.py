from __future__ import annotations

from textwrap import dedent

import pytest

from asyncshim_codemods.results import Safety
from asyncshim_codemods.source.suppressions import codes_in, covers, is_suppressed, suppressed_codes
from house import corpus
from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite

MARKED = "import pytest\n\n@pytest.mark.slow\n@pytest.mark.asyncio{}\nasync def test_a(event_loop): ...\n"
OVERRIDE = """
    import asyncio
    import pytest


    # asyncshim: ignore[ASH305]
    @pytest.fixture(scope="session")
    def event_loop():
        loop = asyncio.new_event_loop()
        yield loop
        loop.close()
"""


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# asyncshim: ignore", set[str]()),
        ("# asyncshim: ignore[ASH101]", {"ASH101"}),
        ("#asyncshim:ignore[ASH101, ASH2]", {"ASH101", "ASH2"}),
        ("# why  # asyncshim: ignore[ASH101]", {"ASH101"}),
    ],
)
def test_an_ignore_comment_names_codes(comment: str, codes: set[str]) -> None:
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


def test_a_comment_for_another_rule_suppresses_nothing() -> None:
    assert_rewritten(
        MARKED.format("  # asyncshim: ignore[ASH301]"),
        "import pytest\n\n@pytest.mark.slow\nasync def test_a(): ...\n",
    )


def test_a_comment_on_any_line_of_a_finding_suppresses_it() -> None:
    text = "import pytest\n\nx = [\n    pytest.mark.  # asyncshim: ignore\n    asyncio,\n]\n"
    assert_unchanged(text)
    assert_unchanged(text.replace("asyncshim", "others"), "ASH101")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# asyncshim: ignore\na\nb\n", {2}),
        ("# asyncshim: ignore\n# why\na\n", {3}),
        ("# why\n# asyncshim: ignore\na\n", {3}),
        ("# asyncshim: ignore\n\na\n", set[int]()),
        ("# asyncshim: ignore\n\n# why\na\n", set[int]()),
        ("# asyncshim: ignore\n", set[int]()),
        ("# asyncshim: ignore\n@a\n@b\ndef c():\n    pass\n", {2, 3, 4}),
        ("# asyncshim: ignore\n@a\n# why\n@b\n@c\n# why\nclass C:\n    pass\n", {2, 4, 5, 7}),
        ("# asyncshim: ignore\n@a\ndef b(): ...\nc\n@d\ndef e(): ...\n", {2, 3}),
        ("@a\n# asyncshim: ignore\n@b\ndef c(): ...\n", {3}),
        ("@a\n@b\n# asyncshim: ignore\ndef c():\n    pass\n", {4}),
        ("# asyncshim: ignore\n@a(\n    1,\n)\ndef c(): ...\n", {2, 3, 4, 5}),
        ("# asyncshim: ignore\ndef c(\n    a,\n):\n    pass\n", {2, 3, 4}),
        ("# asyncshim: ignore\nx = '''\n1\n'''\ny\n", {2, 3, 4}),
        ("class A:\n    # asyncshim: ignore\n    def b(self):\n        pass\n", {3}),
        ("class A:\n    pass\n# asyncshim: ignore\na\n", {4}),
        ("class A:\n    pass\n    # asyncshim: ignore\na\n", {4}),
        ("\f# asyncshim: ignore\na\n", {2}),
    ],
)
def test_a_comment_on_its_own_line_applies_to_the_statement_below(text: str, lines: set[int]) -> None:
    assert set(suppressed_codes(text)) == lines
    assert set(suppressed_codes(text.replace("\n", "\r\n"))) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x = [\n    # asyncshim: ignore\n    a,\n    b,\n]\n", {3}),
        ("x = [\n    # asyncshim: ignore\n    # why\n\n    a,\n]\n", {5}),
        ("x = [\n    a,  # asyncshim: ignore\n    b,\n]\n", {2}),
        ("x = [  # asyncshim: ignore\n    a,\n]\n", {1}),
        ("x = [\n    a,\n    # asyncshim: ignore\n]\n", {4}),
        ("x = [\n    a,\n]  # asyncshim: ignore\n", {1, 2, 3}),
        ("@a(\n    1,\n)  # asyncshim: ignore\ndef c(): ...\n", {1, 2, 3}),
        ("def c(\n    a,\n):  # asyncshim: ignore\n    pass\n", {1, 2, 3}),
    ],
)
def test_a_comment_inside_brackets_applies_to_its_line_and_one_after_them_to_all(text: str, lines: set[int]) -> None:
    assert set(suppressed_codes(text)) == lines


@pytest.mark.parametrize(
    "text", ["x = '# asyncshim: ignore'\n", "'''\n# asyncshim: ignore\n'''\na\n", "x = 'asyncshim: ignore'  # a\n"]
)
def test_a_string_that_looks_like_a_comment_suppresses_nothing(text: str) -> None:
    assert suppressed_codes(text) == {}


def test_two_comments_for_one_line_count_together() -> None:
    assert suppressed_codes("# asyncshim: ignore[ASH1]\na  # asyncshim: ignore[ASH2]\n") == {2: {"ASH1", "ASH2"}}
    assert suppressed_codes("# asyncshim: ignore[ASH1]\na  # asyncshim: ignore\n") == {2: set()}
    assert suppressed_codes("# asyncshim: ignore\na  # asyncshim: ignore[ASH1]\n") == {2: set()}


def test_without_tokens_a_comment_applies_to_its_own_line_or_the_next() -> None:
    assert suppressed_codes("a  # asyncshim: ignore\n# asyncshim: ignore[ASH1]\nb\n'''\n") == {
        1: set(),
        2: {"ASH1"},
        3: {"ASH1"},
    }


@pytest.mark.parametrize("codes", ["ash101", " ASH101 , ", "ASH2,ash1", ""])
def test_codes_may_be_written_in_lower_case_and_with_spaces(codes: str) -> None:
    assert covers(codes_in(f"# asyncshim: ignore[{codes}]"), "ASH101")
    assert covers(codes_in(f"# asyncshim: ignore[{codes}]"), "ASH305") is (codes == "")
    assert not covers(codes_in(f"# asyncshim: keep[{codes}]"), "ASH101")


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n\n\n# asyncshim: ignore[ASH101]\n@pytest.mark.asyncio\nasync def test_a(): ...\n",
        "import pytest\n\n\n@a\n# asyncshim: ignore[ASH1]\n@pytest.mark.asyncio(\n    x=1,\n)\nasync def test(): ...\n",
        "import pytest\n\n\nclass TestA:\n    # asyncshim: ignore\n    pytestmark = pytest.mark.asyncio\n",
        "import pytest\n\npytestmark = [\n    # asyncshim: ignore[ASH102]\n    pytest.mark.asyncio,\n    a,\n]\n",
        "import pytest\n\npytestmark = [\n    pytest.mark.asyncio,\n    pytest.mark.slow,\n]  # asyncshim: ignore\n",
        "# asyncshim: ignore[ASH2]\nfrom pytest_asyncio import (\n    fixture,\n)\n\n\n@fixture\nasync def a(): ...\n",
        OVERRIDE,
        "# asyncshim: ignore[ASH301]\nasync def test_a(\n    event_loop,\n): ...\n",
        "async def test_a(\n    # asyncshim: ignore[ASH301]\n    event_loop,\n): ...\n",
        "# asyncshim: ignore[ASH204]\npytest_plugins = ['pytest_asyncio']\n",
    ],
)
def test_a_comment_above_suppresses_the_whole_statement_head(text: str) -> None:
    assert_unchanged(text, unsafe=True)
    assert rewrite(dedent(text).replace("asyncshim: ignore", "others: ignore"), unsafe=True).findings


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# asyncshim: ignore[ASH201]\n@pytest.mark.asyncio\nasync def", "# asyncshim: ignore[ASH201]\nasync def"),
        ("# asyncshim: ignore\n\n@pytest.mark.asyncio\nasync def", "# asyncshim: ignore\n\nasync def"),
        (
            "@slow\n# asyncshim: ignore\n@b\n@pytest.mark.asyncio\nasync def",
            "@slow\n# asyncshim: ignore\n@b\nasync def",
        ),
    ],
)
def test_a_comment_above_suppresses_nothing_else(before: str, after: str) -> None:
    assert_rewritten(f"import pytest\n\n\n{before} test_a(): ...\n", f"{after} test_a(): ...\n")


def test_a_todo_comment_is_written_above_an_ignore_comment() -> None:
    text = "# asyncshim: ignore[ASH301]\n# TODO(asyncshim): ASH101 m\nasync def test_a(event_loop): ...\n"
    assert_unchanged(text)


ALIAS = """
    import pytest

    aio = pytest.mark.asyncio


    @aio  # asyncshim: ignore[ASH104]
    async def test_a(): ...


    @aio
    async def test_b(): ...
"""
HALF_AN_OVERRIDE = """
    import asyncio

    import pytest


    @pytest.fixture(scope="session")
    def event_loop():
        loop = asyncio.new_event_loop()
        # asyncshim: ignore
        yield loop
        loop.close()
"""
ONE_OF_MANY_CALLS = """
    def test_a(event_loop):
        event_loop.run_until_complete(first())
        event_loop.run_until_complete(second())  # asyncshim: ignore[ASH3]
"""


@pytest.mark.parametrize(
    ("text", "code"),
    [(ALIAS, "ASH104"), (HALF_AN_OVERRIDE, "ASH305"), (ONE_OF_MANY_CALLS, "ASH303")],
    ids=["alias", "override", "calls"],
)
def test_an_ignored_line_prevents_the_whole_edit(text: str, code: str) -> None:
    """What needs every place or none is left, and told; the lines of other rewrites are not in its way."""
    (found,) = assert_unchanged(text, code).findings
    assert found.message.endswith(" (not applied: an ignore comment applies to one of its lines)")
    assert found.safety is Safety.MANUAL


def test_an_ignored_line_that_does_not_change_prevents_nothing() -> None:
    kept = "event_loop.call_soon(print)  # asyncshim: ignore"
    assert_rewritten(
        f"import asyncio\n\n\nasync def test_a(event_loop):\n    {kept}\n",
        f"import asyncio\n\n\nasync def test_a():\n    event_loop = asyncio.get_running_loop()\n    {kept}\n",
    )


@pytest.mark.parametrize("case", corpus.cases(), ids=lambda case: case.name)
def test_a_comment_for_no_rule_changes_nothing(case: corpus.Case) -> None:
    """With any such comment in a file, the lines of every edit are looked at: whatever an edit touches has lines."""
    end = "\n\nzzz = 1  # asyncshim: ignore[ASH999]\n"
    for file in sorted(case.before.rglob("*.py")):
        data = file.read_bytes()
        for unsafe in (False, True):
            without, beside = rewrite(data, unsafe=unsafe), rewrite(data + end.encode(), unsafe=unsafe)
            assert beside.error == without.error
            assert beside.findings == without.findings
            assert beside.new == without.new + end.encode()


def test_a_comment_that_suppresses_one_rule_is_not_removed_by_another() -> None:
    result = assert_unchanged(
        """
        import pytest


        async def helper(): ...


        @pytest.mark.asyncio  # asyncshim: ignore[ASH303]
        def test_a(event_loop):
            event_loop.run_until_complete(helper())
        """,
        "ASH106",
        "ASH303",
    )
    assert all(
        found.message.endswith(" (not applied: an ignore comment applies to one of its lines)")
        for found in result.findings
    )
