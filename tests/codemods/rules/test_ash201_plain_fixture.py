from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite


def fixture(decorator: str, definition: str = "async def pool():\n    yield 1", head: str = "import pytest") -> str:
    return f"{head}\n\n\n{decorator}\n{definition}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@pytest_asyncio.fixture", "@pytest.fixture"),
        ("@pytest_asyncio.fixture()", "@pytest.fixture()"),
        ("@pytest_asyncio.fixture(loop_scope='session')", "@pytest.fixture"),
        ("@pytest_asyncio.fixture(loop_scope='session', name='p')", "@pytest.fixture(name='p')"),
        ("@pytest_asyncio.fixture(None, 'session', scope='module')", "@pytest.fixture(None, scope='module')"),
        (
            "@pytest_asyncio.fixture(\n    scope='module',  # once\n    loop_scope='session',  # wide\n)",
            "@pytest.fixture(\n    scope='module',  # once\n    # wide\n)",
        ),
        (
            "@pytest_asyncio.fixture(params=[1, 2], ids=str, autouse=True)",
            "@pytest.fixture(params=[1, 2], ids=str, autouse=True)",
        ),
    ],
)
def test_the_fixture_decorator_becomes_pytest_fixture(before: str, after: str) -> None:
    assert_rewritten(fixture(before, head="import pytest\nimport pytest_asyncio"), fixture(after))


@pytest.mark.parametrize(
    ("head", "name", "new_head", "new_name"),
    [
        ("import pytest_asyncio as pa", "pa.fixture", "import pytest", "pytest.fixture"),
        ("import pytest_asyncio.plugin", "pytest_asyncio.plugin.fixture", "import pytest", "pytest.fixture"),
        ("from pytest_asyncio import plugin", "plugin.fixture", "import pytest", "pytest.fixture"),
        (
            "import os, pytest_asyncio, sys\nx = os, sys",
            "pytest_asyncio.fixture",
            "import os, sys\n\nimport pytest\n\nx = os, sys",
            "pytest.fixture",
        ),
        ("import pytest_asyncio as pytest", "pytest.fixture", "import pytest", "pytest.fixture"),
    ],
)
def test_the_fixture_decorator_is_found_under_every_name(head: str, name: str, new_head: str, new_name: str) -> None:
    assert_rewritten(
        fixture(f"@{name}(scope='module', loop_scope='module')", head=head),
        fixture(f"@{new_name}(scope='module')", head=new_head),
    )


def test_a_fixture_made_by_a_call_is_rewritten() -> None:
    assert_rewritten(
        """
        import pytest_asyncio


        async def make(): ...


        made = pytest_asyncio.fixture(make, scope="module", loop_scope="module")
        """,
        """
        import pytest


        async def make(): ...


        made = pytest.fixture(make, scope="module")
        """,
    )


def test_an_alias_of_the_fixture_decorator_keeps_its_uses() -> None:
    assert_rewritten(
        """
        import pytest_asyncio

        fx = pytest_asyncio.fixture


        @fx(loop_scope="session", scope="session")
        async def pool(): ...
        """,
        """
        import pytest

        fx = pytest.fixture


        @fx(scope="session")
        async def pool(): ...
        """,
    )


def test_a_fixture_with_a_local_import_is_rewritten() -> None:
    assert_rewritten(
        """
        import pytest


        def make():
            import pytest_asyncio

            @pytest_asyncio.fixture
            async def pool(): ...

            return pool
        """,
        """
        import pytest


        def make():
            @pytest.fixture
            async def pool(): ...

            return pool
        """,
    )


@pytest.mark.parametrize(
    "head",
    [
        "try:\n    import pytest_asyncio\nexcept ImportError:\n    pytest_asyncio = None",
        "import pytest_asyncio\nif True:\n    from tests import pytest_asyncio",
        "from tests.all import *",
    ],
)
def test_a_fixture_decorator_through_an_ambiguous_name_is_reported(head: str) -> None:
    result = assert_unchanged(fixture("@pytest_asyncio.fixture", head=head), "ASH201")
    assert "bound in more than one way" in result.findings[0].message


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("**options", "its arguments are hidden behind `*` or `**`"),
        ("*options", "its arguments are hidden behind `*` or `**`"),
        ("'module'", "its first argument is not a function, so it never worked"),
    ],
)
def test_a_fixture_decorator_with_unreadable_arguments_is_reported(arguments: str, reason: str) -> None:
    text = fixture(f"@pytest_asyncio.fixture({arguments})", head="import pytest_asyncio")
    result = assert_unchanged(text, "ASH201", unsafe=True)
    assert result.findings[0].message == f"{reason}; review it manually"


@pytest.mark.parametrize(
    ("head", "decorator"),
    [
        ("import pytest", "@pytest.fixture(scope='session', name='pytest_asyncio')"),
        ("import pytest_asyncio_cooperative as pytest_asyncio", "@pytest_asyncio.fixture"),
        ("import pytest_asyncio_extras", "@pytest_asyncio_extras.fixture(loop_scope='session')"),
        ("from pytest import fixture", "@fixture(scope='session')"),
        ("from tests.tools import pytest_asyncio as pa", "@pa.fixture(loop_scope='session')"),
        ("import tests.pytest_asyncio", "@tests.pytest_asyncio.fixture(loop_scope='session')"),
        ("from cases import fixture", "@fixture(loop_scope='session')"),
        ("class pytest_asyncio:\n    fixture = print", "@pytest_asyncio.fixture"),
        ("def pytest_asyncio(): ...", "@pytest_asyncio.fixture(scope='module')"),
        ("import anyio as aio", "@aio.fixture"),
        ("for pytest_asyncio in modules: ...", "@pytest_asyncio.fixture"),
        ("pytest_asyncio = load('pytest_asyncio')", "@pytest_asyncio.fixture(loop_scope='session')"),
    ],
)
def test_a_decorator_of_another_package_is_kept(head: str, decorator: str) -> None:
    assert_unchanged(fixture(decorator, head=head))


@pytest.mark.parametrize("decorator", ["@pytest.fixture()", "@pytest_asyncio_fixture"])
def test_a_decorator_is_kept_beside_an_unused_import_of_pytest_asyncio(decorator: str) -> None:
    assert_unchanged(fixture(decorator, head="import pytest\nimport pytest_asyncio"), "ASH205")


def test_a_decorator_of_alt_pytest_asyncio_is_kept() -> None:
    text = fixture("@alt_pytest_asyncio.fixture(loop_scope='session')", head="import alt_pytest_asyncio")
    assert_unchanged(text, "ASH605")


@pytest.mark.parametrize("definition", ["async def pool(): ...", "def pool():\n    return 1"])
def test_a_parameter_named_pytest_asyncio_hides_the_module(definition: str) -> None:
    inner = f"@pytest_asyncio.fixture\n{definition}".replace("\n", "\n    ")
    assert_unchanged(f"import pytest_asyncio\n\n\ndef make(pytest_asyncio):\n    {inner}\n", "ASH205")


def test_the_fixture_decorator_is_kept_where_the_name_pytest_is_taken() -> None:
    text = fixture("@pytest_asyncio.fixture", head="import pytest_asyncio\nfrom tools import pytest")
    result = assert_unchanged(text, "ASH201")
    assert messages(result) == ["5:2 ASH201 the name `pytest` means something else here; review it manually"]


@pytest.mark.parametrize("use", ["partial(pytest_asyncio.fixture, scope='session')", "[pytest_asyncio.fixture]", "x.y"])
def test_a_fixture_decorator_passed_to_other_code_is_rewritten_only_with_unsafe(use: str) -> None:
    text = f"import pytest_asyncio\n\ny = pytest_asyncio\nmade = {use}\n"
    result = rewrite(text, select={"ASH201"})
    assert not result.changed
    assert [found.safety for found in result.findings] == ["unsafe"] * ("fixture" in use)
    asked = rewrite(text, select={"ASH201"}, unsafe=True)
    assert (b"pytest.fixture" in asked.new) is ("fixture" in use)


def test_pytest_asyncio_imported_as_pytest_is_kept_if_it_has_other_uses() -> None:
    text = "import pytest_asyncio as pytest\n\n\n@pytest.fixture\nasync def pool():\n    print(pytest.__version__)\n"
    assert_unchanged(text, "ASH201", "ASH203")


def test_async_fixtures_keep_the_decorator_while_strict_mode_stays() -> None:
    strict = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"}
    text = fixture("@pytest_asyncio.fixture", head="import pytest\nimport pytest_asyncio")
    assert_unchanged(text, "ASH201", select={"ASH201", "ASH205"}, beside=strict)
    sync = text.replace("async def", "def")
    assert_rewritten(
        sync, fixture("@pytest.fixture", "def pool():\n    yield 1"), select={"ASH201", "ASH205"}, beside=strict
    )


def test_a_comment_in_the_parentheses_of_a_decorator_stays() -> None:
    text = "import {}\n\n\n@{}.fixture(  # opens slowly\n{})\nasync def pool():\n    yield 1\n"
    assert_rewritten(
        text.format("pytest_asyncio", "pytest_asyncio", "    loop_scope='session',\n"),
        text.format("pytest", "pytest", ""),
    )


def test_a_module_name_that_an_inner_function_binds_again_needs_manual_review() -> None:
    text = (
        "def outer():\n    import pytest_asyncio as pa\n\n    def middle():\n        def inner():\n"
        "            nonlocal pa\n            pa = None\n\n        inner()\n        return pa.fixture\n\n"
        "    return middle\n"
    )
    assert_unchanged(text, "ASH201")
