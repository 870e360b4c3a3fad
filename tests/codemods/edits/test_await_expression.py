from __future__ import annotations

import pytest

from loop_suites import awaited, fixture
from rule_tools import assert_rewritten


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("event_loop.run_until_complete(pool.open())", "await pool.open()"),
        ("x = event_loop.run_until_complete(pool.open())\nreturn x", "x = await pool.open()\nreturn x"),
        ("return event_loop.run_until_complete(pool.open())", "return await pool.open()"),
        ("yield event_loop.run_until_complete(pool.open())", "yield await pool.open()"),
        ("assert event_loop.run_until_complete(pool.get()) == 1", "assert await pool.get() == 1"),
        ("assert not event_loop.run_until_complete(pool.get())", "assert not await pool.get()"),
        ("x = -event_loop.run_until_complete(pool.get()) ** 2", "x = -await pool.get() ** 2"),
        ("x = event_loop.run_until_complete(pool.get())[0]", "x = (await pool.get())[0]"),
        ("x = event_loop.run_until_complete(pool.get()).size", "x = (await pool.get()).size"),
        ("event_loop.run_until_complete(pool.get()).close()", "(await pool.get()).close()"),
        ("event_loop.run_until_complete(a or b)", "await (a or b)"),
        ("event_loop.run_until_complete(a if b else c)", "await (a if b else c)"),
        ("event_loop.run_until_complete((a or b))", "await (a or b)"),
        ("x = [event_loop.run_until_complete(pool.get()), 1]", "x = [await pool.get(), 1]"),
        ("print(event_loop.run_until_complete(pool.get()))", "print(await pool.get())"),
        ("print(f'{event_loop.run_until_complete(pool.get())}')", "print(f'{await pool.get()}')"),
        ("if (x := event_loop.run_until_complete(pool.get())): pass", "if (x := await pool.get()): pass"),
        ("x = event_loop.run_until_complete(task)if pool else 1", "x = (await task)if pool else 1"),
        ("x = event_loop.run_until_complete(pool.get())if pool else 1", "x = (await pool.get())if pool else 1"),
        (
            "event_loop.run_until_complete(pool.put(event_loop.run_until_complete(pool.get())))",
            "await pool.put(await pool.get())",
        ),
        ("event_loop.run_until_complete(event_loop.run_until_complete(pool.get()))", "await (await pool.get())"),
        ("for x in event_loop.run_until_complete(pool.get()): print(x)", "for x in await pool.get(): print(x)"),
        ("with event_loop.run_until_complete(pool.lock()):\n    yield", "with await pool.lock():\n    yield"),
        (
            "try:\n    yield pool\nfinally:\n    event_loop.run_until_complete(pool.close())",
            "try:\n    yield pool\nfinally:\n    await pool.close()",
        ),
        (
            "with pytest.raises(RuntimeError):\n    event_loop.run_until_complete(pool.fail())",
            "with pytest.raises(RuntimeError):\n    await pool.fail()",
        ),
        ("loop = event_loop\nloop.run_until_complete(pool.open())", "await pool.open()"),
    ],
)
def test_a_fixture_awaits_what_it_ran(before: str, after: str) -> None:
    assert_rewritten(fixture(before), awaited(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "event_loop.run_until_complete(\n    pool.open(\n        1,\n        size=2,\n    )\n)",
            "await pool.open(\n    1,\n    size=2,\n)",
        ),
        (
            "x = [\n    event_loop.run_until_complete(\n        pool.open(\n            1,\n        )\n    ),\n]",
            "x = [\n    await pool.open(\n        1,\n    ),\n]",
        ),
        (
            "event_loop.run_until_complete(\n    pool.open(\n        1))",
            "await pool.open(\n    1)",
        ),
        (
            "event_loop.run_until_complete(\n\tpool.open(\n\t\t1,\n\t),\n)",
            "await pool.open(\n\t1,\n)",
        ),
        (
            "event_loop.run_until_complete(\n    pool.open()  # slow\n)",
            "await (\n    pool.open()  # slow\n)",
        ),
        (
            "event_loop.run_until_complete(  # slow\n    pool.open(),\n)",
            "await (  # slow\n    pool.open()\n)",
        ),
        (
            "event_loop.run_until_complete(\n    # Twice.\n    pool.open(), # here\n)",
            "await (\n    # Twice.\n    pool.open() # here\n)",
        ),
        (
            "event_loop.run_until_complete(pool.open(1,\n                                        2))",
            "await pool.open(1,\n                2)",
        ),
        (
            "event_loop.run_until_complete(pool\n                              .open())",
            "await (pool\n      .open())",
        ),
        ('event_loop.run_until_complete(pool.run("""\n    a\n"""))', 'await pool.run("""\n    a\n""")'),
        (
            "event_loop.run_until_complete(\n    pool.open(\n<1,\n        2,\n    )\n)",
            "await pool.open(\n<1,\n    2,\n)",
        ),
    ],
    ids=[
        "own line",
        "in a list",
        "no closing line",
        "tabs",
        "comment",
        "first comment",
        "comments",
        "aligned",
        "method chain",
        "text",
        "left of the function",
    ],
)
def test_lines_and_comments_inside_the_call_stay(before: str, after: str) -> None:
    """``<`` marks a line that is indented less than the function."""
    assert_rewritten(fixture(before).replace("    <", "  "), awaited(after).replace("    <", "  "))


def test_a_comma_before_the_closing_bracket_leaves_its_line_break() -> None:
    before = "x = event_loop.run_until_complete(  # slow\n    pool.get(\n        1,\n    ),\n)"
    assert_rewritten(fixture(before), awaited("x = await (  # slow\n    pool.get(\n        1,\n    )\n)"))
