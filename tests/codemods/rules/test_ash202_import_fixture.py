from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages


def using(head: str, decorator: str, definition: str = "async def pool(): ...") -> str:
    return f"{head}\n\n\n{decorator}\n{definition}\n"


@pytest.mark.parametrize(
    ("head", "decorator", "new_head", "new_decorator"),
    [
        ("from pytest_asyncio import fixture", "@fixture", "from pytest import fixture", "@fixture"),
        (
            "from pytest_asyncio import (\n    fixture,  # ours\n)",
            "@fixture",
            "from pytest import (\n    fixture,  # ours\n)",
            "@fixture",
        ),
        ("from pytest_asyncio.plugin import fixture", "@fixture", "from pytest import fixture", "@fixture"),
        (
            "from pytest_asyncio import fixture",
            "@fixture(loop_scope='session')",
            "from pytest import fixture",
            "@fixture",
        ),
        (
            "import pytest as pt\nfrom pytest_asyncio import is_async_test, fixture as fx\nx = is_async_test",
            "@fx",
            "import pytest as pt\nfrom pytest_asyncio import is_async_test\nx = is_async_test",
            "@pt.fixture",
        ),
        (
            "from pytest import mark\nfrom pytest_asyncio import fixture",
            "@fixture\n@mark.x",
            "from pytest import fixture, mark",
            "@fixture\n@mark.x",
        ),
    ],
)
def test_fixture_is_imported_from_pytest(head: str, decorator: str, new_head: str, new_decorator: str) -> None:
    assert_rewritten(using(head, decorator), using(new_head, new_decorator))


def test_two_imported_names_of_fixture_become_pytest_fixture() -> None:
    assert_rewritten(
        using("from pytest_asyncio import fixture, fixture as fx", "@fixture\n@fx(loop_scope='class')"),
        using("import pytest", "@pytest.fixture\n@pytest.fixture"),
    )


def test_an_unused_import_of_fixture_is_rewritten() -> None:
    result = assert_rewritten("from pytest_asyncio import fixture\n", "from pytest import fixture\n")
    assert messages(result) == ["1:28 ASH202 pytest's own `fixture` runs async fixtures as well"]


@pytest.mark.parametrize(
    "text",
    [
        using("from tests.pytest_asyncio import fixture", "@fixture"),
        using("from pytest_asyncio_cooperative import fixture", "@fixture"),
        using("from anyio import fixture as pytest_asyncio", "@pytest_asyncio"),
        using("from pytest_asyncio.fixtures.other import fixture", "@fixture"),
    ],
)
def test_imports_of_fixture_from_other_packages_are_kept(text: str) -> None:
    assert_unchanged(text)


def test_a_module_named_fixture_is_kept_beside_an_unused_import_of_the_plugin() -> None:
    assert_unchanged(using("import fixture\nfrom pytest_asyncio import plugin", "@fixture.fixture"), "ASH205")


@pytest.mark.parametrize(
    ("head", "decorator"),
    [
        ("from pytest_asyncio import fixture\nfixture = print(fixture)", "@fixture"),
        (
            "try:\n    from pytest_asyncio import fixture\nexcept ImportError:\n    from pytest import fixture",
            "@fixture",
        ),
    ],
)
def test_an_ambiguous_name_fixture_is_reported(head: str, decorator: str) -> None:
    result = assert_unchanged(using(head, decorator), "ASH202", select={"ASH202"})
    assert "`fixture` has more than one meaning here" in result.findings[0].message


@pytest.mark.parametrize("decorator", ["@fixture(**options)", "@fixture('module')"])
def test_one_use_of_fixture_with_unreadable_arguments_keeps_the_import(decorator: str) -> None:
    text = using("from pytest_asyncio import fixture", f"@fixture\nasync def other(): ...\n\n\n{decorator}")
    assert_unchanged(text, "ASH202", unsafe=True)


@pytest.mark.parametrize("use", ["made = partial(fixture, scope='module')", "__all__ = [fixture]"])
def test_an_imported_fixture_passed_to_other_code_is_rewritten_only_with_unsafe(use: str) -> None:
    text = f"from pytest_asyncio import fixture\n\n{use}\n"
    assert_unchanged(text, "ASH202")
    assert_rewritten(text, text.replace("pytest_asyncio", "pytest"), unsafe=True)


def test_an_import_of_fixture_that_another_file_imports_is_kept() -> None:
    beside = {"tests/test_other.py": "from tests.test_module import fixture\n"}
    text = using("from pytest_asyncio import fixture", "@fixture")
    assert_unchanged(text, "ASH202", beside=beside)


def test_an_exported_fixture_name_stays_bound() -> None:
    text = "from pytest_asyncio import fixture, is_async_test\n\n__all__ = ['fixture']\nx = is_async_test\n"
    assert_unchanged(text, "ASH202", "ASH203", unsafe=True)
    alone = "from pytest_asyncio import fixture\n\n__all__ = ['fixture']\n"
    assert_rewritten(alone, alone.replace("pytest_asyncio", "pytest"))


def test_a_shared_import_of_fixture_is_kept_where_the_name_pytest_is_taken() -> None:
    head = "from pytest_asyncio import fixture, is_async_test\nfrom tools import pytest"
    assert_unchanged(using(head, "@fixture"), "ASH202", "ASH203")


def test_the_import_of_fixture_is_kept_while_strict_mode_stays() -> None:
    strict = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"}
    text = using("from pytest_asyncio import fixture", "@fixture")
    assert_unchanged(text, "ASH202", select={"ASH202"}, beside=strict)


@pytest.mark.parametrize("module", ["pytest_asyncio", "pytest_asyncio.plugin"])
def test_a_star_import_of_pytest_asyncio_is_reported(module: str) -> None:
    result = assert_unchanged(f"from {module} import *\n\n\n@fixture\nasync def pool():\n    yield 1\n", "ASH202")
    assert "a star import hides the names in use" in messages(result)[0]


@pytest.mark.parametrize(
    ("head", "name"),
    [("from pytest import fixture", "fixture"), ("from pytest import fixture as fx, mark", "fx")],
)
def test_a_second_import_of_the_decorator_of_pytest_is_not_added(head: str, name: str) -> None:
    rest = f"@{name}\ndef b(): mark\n"
    second = "from pytest_asyncio import fixture as async_fixture"
    assert_rewritten(
        f"{head}\n{second}\n\n\n@async_fixture\nasync def a(): ...\n\n\n{rest}",
        f"{head}\n\n\n@{name}\nasync def a(): ...\n\n\n{rest}",
    )


@pytest.mark.parametrize(
    "rest",
    ["__all__ = ['async_fixture']\n", "def f(fixture):\n    @async_fixture\n    async def b(): ...\n"],
)
def test_a_second_import_whose_name_is_needed_stays(rest: str) -> None:
    head = "from pytest import fixture\nfrom pytest_asyncio import fixture as async_fixture\n\n\n"
    use = f"@async_fixture\nasync def a(): ...\n\n\n{rest}"
    assert_rewritten(head + use, head.replace("pytest_asyncio", "pytest") + use)


@pytest.mark.parametrize(
    "text",
    [
        "from pytest import fixture\nfrom pytest_asyncio_cooperative import fixture as f\n\n\n@f\nasync def a(): ...\n",
        "from pytest import fixture\nfrom pytest import fixture as f\n\n\n@f\nasync def a(): ...\n",
        "from pytest import fixture\nfrom .pytest_asyncio import fixture as f\n\n\n@f\nasync def a(): ...\n",
        "from pytest import fixture\nfrom mine import fixture as f  # pytest_asyncio\n\n\n@f\nasync def a(): ...\n",
        "from pytest import fixture\nfrom pytest_asyncio.other import fixture as f\n\n\n@f\nasync def a(): ...\n",
        "from pytest import fixture\n\n\n@fixture\nasync def pytest_asyncio(): ...\n",
    ],
)
def test_other_imports_beside_the_decorator_of_pytest_are_kept(text: str) -> None:
    assert_unchanged(text, select={"ASH202"})
