"""Context variables between async fixtures, tests and tear-downs."""

from __future__ import annotations

import asyncio
from contextvars import Context, ContextVar, copy_context

import pytest

from asyncshim.plugin.loops.contexts import carry_over, with_context
from house.nested import run_source

VARIABLE: ContextVar[str] = ContextVar("VARIABLE", default="unset")
HEAD = """\
import asyncio, contextvars, pytest
variable = contextvars.ContextVar("variable", default="unset")
"""


def changed(value: str) -> Context:
    context = copy_context()
    context.run(VARIABLE.set, value)
    return context


def test_context_variables_are_copied_until_that_is_undone() -> None:
    undo = carry_over(changed("fixture"))
    assert undo is not None
    assert VARIABLE.get() == "fixture"
    undo()
    assert VARIABLE.get() == "unset"


def test_without_changed_variables_there_is_nothing_to_undo() -> None:
    assert carry_over(copy_context()) is None


def test_undoing_in_another_context_than_it_was_set_in_restores_the_old_value() -> None:
    token = VARIABLE.set("before")
    try:
        undo = carry_over(changed("fixture"))
        assert undo is not None
        elsewhere = copy_context()
        elsewhere.run(undo)
        assert elsewhere[VARIABLE] == "before"
    finally:
        VARIABLE.reset(token)


def test_a_coroutine_gives_its_value_and_the_context_that_it_left() -> None:
    async def fixture() -> int:
        VARIABLE.set("fixture")
        return 42

    with asyncio.Runner() as runner:
        value, context = runner.run(with_context(fixture()))
    assert value == 42
    assert context[VARIABLE] == "fixture"
    assert VARIABLE.get() == "unset"


class TestPytest:
    """As a suite sees it."""

    @pytest.mark.parametrize("end", ["return", "yield"])
    def test_a_variable_set_in_a_fixture_is_visible_until_the_teardown(
        self, pytester: pytest.Pytester, end: str
    ) -> None:
        source = f"""
@pytest.fixture
async def setting():
    variable.set("of the fixture")
    {end} 1
@pytest.fixture
async def later(setting):
    return variable.get()
@pytest.fixture
def later_sync(setting):
    return variable.get()
async def test_async(later, later_sync):
    assert [variable.get(), later, later_sync] == ["of the fixture"] * 3
def test_sync(later, later_sync):
    assert [variable.get(), later, later_sync] == ["of the fixture"] * 3
async def test_afterwards():
    assert variable.get() == "unset"
def test_afterwards_sync():
    assert variable.get() == "unset"
"""
        run_source(pytester, HEAD + source, passed=4)

    def test_a_token_can_be_reset_after_the_yield(self, pytester: pytest.Pytester) -> None:
        source = """
@pytest.fixture
async def setting():
    token = variable.set("of the fixture")
    yield
    variable.reset(token)
    assert variable.get() == "unset"
async def test_it(setting):
    assert variable.get() == "of the fixture"
"""
        run_source(pytester, HEAD + source, passed=1)

    def test_a_variable_set_in_a_test_is_not_visible_afterwards(self, pytester: pytest.Pytester) -> None:
        source = """
@pytest.fixture
async def around():
    yield
    assert variable.get() == "unset"
async def test_sets(around):
    variable.set("of the test")
    await asyncio.sleep(0)
    assert variable.get() == "of the test"
async def test_next(around):
    assert variable.get() == "unset"
def test_next_sync(around):
    assert variable.get() == "unset"
"""
        run_source(pytester, HEAD + source, passed=3)

    def test_a_variable_of_a_module_fixture_is_visible_only_in_the_module(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            shared='import contextvars\nvariable = contextvars.ContextVar("variable", default="unset")\n'
        )
        pytester.makepyfile(
            test_a="""
            import pytest
            from shared import variable
            @pytest.fixture(scope="module", autouse=True)
            async def setting():
                token = variable.set("of module a")
                yield
                variable.reset(token)
            async def test_one(): assert variable.get() == "of module a"
            async def test_two():
                assert variable.get() == "of module a"
                variable.set("of the test")
            def test_three(): assert variable.get() == "of module a"
            """,
            test_b="""
            from shared import variable
            async def test_one(): assert variable.get() == "unset"
            def test_two(): assert variable.get() == "unset"
            """,
        )
        result = pytester.runpytest("-W", "error")
        result.assert_outcomes(passed=5)

    def test_variables_of_nested_fixtures_are_restored_in_order(self, pytester: pytest.Pytester) -> None:
        source = """
@pytest.fixture
async def outer():
    token = variable.set("outer")
    yield
    assert variable.get() == "outer"
    variable.reset(token)
@pytest.fixture
async def inner(outer):
    assert variable.get() == "outer"
    token = variable.set("inner")
    yield
    assert variable.get() == "inner"
    variable.reset(token)
@pytest.fixture
def between(outer, inner):
    yield
    assert variable.get() == "inner"
async def test_it(between, inner): assert variable.get() == "inner"
async def test_afterwards(): assert variable.get() == "unset"
"""
        run_source(pytester, HEAD + source, passed=2)

    def test_a_failing_fixture_leaves_no_variable_set(self, pytester: pytest.Pytester) -> None:
        source = """
@pytest.fixture
async def failing():
    variable.set("of the fixture")
    raise OSError("no")
    yield
def test_it(failing): pass
async def test_afterwards(): assert variable.get() == "unset"
"""
        run_source(pytester, HEAD + source, passed=1, errors=1)

    def test_a_variable_changed_during_teardown_is_restored(self, pytester: pytest.Pytester) -> None:
        source = """
@pytest.fixture
async def setting():
    variable.set("first half")
    yield
    variable.set("second half")
def test_it(setting): assert variable.get() == "first half"
def test_afterwards(): assert variable.get() == "unset"
"""
        run_source(pytester, HEAD + source, passed=2)
