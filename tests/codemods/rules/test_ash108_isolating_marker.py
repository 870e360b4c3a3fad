from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages

SESSION = {"pytest.ini": "[pytest]\nasyncio_default_test_loop_scope = session\n"}


def marked(marker: str, definition: str = "async def test_a(): ...") -> str:
    return f"import pytest\n\n\n{marker}\n{definition}\n"


@pytest.mark.parametrize(
    ("scope", "definition"),
    [
        ("function", "async def test_a(): ..."),
        ("function", "@pytest.mark.slow\nasync def test_a(): ..."),
        ("class", "class TestA:\n    async def test_a(self): ..."),
    ],
)
@pytest.mark.parametrize("keyword", ["loop_scope", "scope"])
def test_a_narrow_loop_scope_becomes_own_runner(keyword: str, scope: str, definition: str) -> None:
    assert_rewritten(
        marked(f"@pytest.mark.asyncio({keyword}='{scope}')  # apart", definition),
        marked("@pytest.mark.own_runner  # apart", definition),
        beside=SESSION,
        unsafe=True,
    )


def test_a_narrow_loop_scope_is_only_reported_without_unsafe() -> None:
    text = marked("@pytest.mark.asyncio(loop_scope='function')")
    result = assert_unchanged(text, "ASH108", beside=SESSION)
    assert messages(result) == [
        "4:2 ASH108 loop scope 'function' is narrower than the suite's default, so this requests a separate loop"
    ]


@pytest.mark.parametrize(
    ("marker", "definition"),
    [
        ("@pytest.mark.asyncio(loop_scope='class')", "async def test_a(): ..."),
        ("@pytest.mark.asyncio(loop_scope='function')", "class TestA:\n    async def test_a(self): ..."),
        ("pytestmark = pytest.mark.asyncio(loop_scope='function')", "async def test_a(): ..."),
        ("aio = pytest.mark.asyncio(loop_scope='function')", "@aio\nasync def test_a(): ..."),
    ],
)
def test_a_loop_scope_that_own_runner_cannot_express_is_reported(marker: str, definition: str) -> None:
    codes = ("ASH108",)
    assert_unchanged(marked(marker, definition), *codes, beside=SESSION, unsafe=True, select={"ASH108"})


@pytest.mark.parametrize("runner", ["conftest", "alt-pytest-asyncio", "pytest-asyncio", "anyio"])
def test_a_narrow_loop_scope_is_only_reported_for_other_runners(runner: str) -> None:
    text = marked("@pytest.mark.asyncio(loop_scope='function')")
    assert_unchanged(text, "ASH108", beside=SESSION, unsafe=True, runner=runner)


@pytest.mark.parametrize(
    "marker",
    [
        "@pytest.mark.asyncio(loop_scope='session', loop_factories=['a', 'b'])",
        "pytestmark = [pytest.mark.asyncio(loop_factories=['a'])]",
    ],
)
def test_a_marker_with_loop_factories_is_kept(marker: str) -> None:
    result = assert_unchanged(marked(marker), "ASH108", unsafe=True)
    assert "`loop_factories` chooses the loop" in result.findings[0].message


@pytest.mark.parametrize("scope", ["function", "class", "module", "package", "session"])
def test_no_loop_scope_is_narrower_than_the_default_function_scope(scope: str) -> None:
    assert_unchanged(marked(f"@pytest.mark.asyncio(loop_scope='{scope}')"), select={"ASH108"}, unsafe=True)


def test_a_computed_loop_scope_is_left_to_ash101() -> None:
    assert_unchanged(marked("@pytest.mark.asyncio(loop_scope=SCOPE)"), "ASH101", beside=SESSION, unsafe=True)


def test_a_narrow_loop_scope_on_a_fixture_is_ignored() -> None:
    text = marked("@pytest.mark.asyncio(loop_scope='function')", "@pytest.fixture\nasync def pool(): ...")
    assert_unchanged(text, select={"ASH108"}, beside=SESSION, unsafe=True)
