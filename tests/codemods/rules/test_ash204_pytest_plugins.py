from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged

CONFTEST = "conftest.py"


@pytest.mark.parametrize(
    "statement",
    [
        "pytest_plugins = [\n    'pytest_asyncio',\n]",
        "pytest_plugins: list[str] = ['pytest_asyncio', 'pytest_asyncio.plugin']",
        "pytest_plugins = 'pytest_asyncio,pytest_asyncio.plugin'",
    ],
)
def test_a_pytest_plugins_with_only_pytest_asyncio_is_removed(statement: str) -> None:
    assert_rewritten(f"import os\n\n{statement}\n\nx = os\n", "import os\n\nx = os\n", path=CONFTEST)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pytest_plugins = 'pytest_asyncio', 'pytester'", "pytest_plugins = 'pytester',"),
        ('pytest_plugins = "a, pytest_asyncio, b"', 'pytest_plugins = "a,b"'),
        (
            "pytest_plugins = [\n    'a',  # A\n    'pytest_asyncio',  # B\n]",
            "pytest_plugins = [\n    'a',  # A\n    # B\n]",
        ),
        ("pytest_plugins = common + ['pytest_asyncio']", "pytest_plugins = common + []"),
        ("pytest_plugins = ['a']\npytest_plugins += ['pytest_asyncio']", "pytest_plugins = ['a']"),
        ("pytest_plugins = ['a']\npytest_plugins.append('pytest_asyncio')", "pytest_plugins = ['a']"),
        (
            "pytest_plugins = ['pytest_asyncio']\npytest_plugins.append('a')",
            "pytest_plugins = []\npytest_plugins.append('a')",
        ),
    ],
)
def test_the_entry_pytest_asyncio_is_removed_from_pytest_plugins(before: str, after: str) -> None:
    assert_rewritten(before + "\n", after + "\n", path=CONFTEST)


@pytest.mark.parametrize(
    "statement",
    [
        "pytest_plugins = 'pytester'",
        "pytest_plugins = []",
        "class A:\n    pytest_plugins = 'pytest_asyncio'",
        "config.pytest_plugins = 'pytest_asyncio'",
        "pytest_plugins = other = 'pytest_asyncio'",
        "pytest_plugins: list[str]",
        "pytest_plugins = ['pytest_asyncio.fixtures', 'alt_pytest_asyncio_extras']",
        "pytest_plugins = ['pytester']\nothers = ['pytest_asyncio']",
        "pytest_plugins = ['pytester']\npytest_plugins.remove('pytest_asyncio')",
        "assert 'pytest_asyncio' not in pytest_plugins",
        "for pytest_plugins in ['pytest_asyncio']: ...",
        "if True:\n    other_plugins = 'pytest_asyncio'",
        "pytest_plugins = 'Pytest_Asyncio', 'pytest-asyncio'",
    ],
)
def test_statements_that_do_not_load_pytest_asyncio_are_kept(statement: str) -> None:
    assert_unchanged(statement + "\n", path=CONFTEST)


@pytest.mark.parametrize(
    "statement",
    [
        "pytest_plugins = ['pytest_asyncio' if True else 'pytester']",
        "pytest_plugins = 'pytest_asyncio'\nothers = [pytest_plugins]",
        "pytest_plugins = sorted({'pytest_asyncio'})",
        "pytest_plugins = {'pytest_asyncio': 1}",
    ],
)
def test_a_computed_pytest_plugins_is_reported(statement: str) -> None:
    result = assert_unchanged(statement + "\n", "ASH204", path=CONFTEST)
    assert (
        result.findings[0].message
        == "pytest_asyncio need not be loaded by name, but this statement needs manual review"
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"pytest.ini": "[pytest]\naddopts = --disable-plugin-autoload\n"},
        {"tox.ini": "[testenv]\nsetenv =\n    PYTEST_DISABLE_PLUGIN_AUTOLOAD = 1\n"},
    ],
)
def test_pytest_plugins_is_kept_where_plugin_autoload_is_disabled(settings: dict[str, str]) -> None:
    text = "pytest_plugins = ['pytest_asyncio', 'pytester']\n"
    result = assert_unchanged(text, "ASH204", path=CONFTEST, beside=settings, unsafe=True)
    assert result.findings[0].message.startswith(
        "pytest_asyncio is loaded by name, because plugins do not load automatically"
    )


@pytest.mark.parametrize(
    ("rest", "beside"),
    [("", {"tests/conftest.py": "from conftest import pytest_plugins\n"}), ("\n__all__ = ['pytest_plugins']\n", {})],
)
def test_a_pytest_plugins_that_other_code_imports_stays_bound(rest: str, beside: dict[str, str]) -> None:
    text = f"pytest_plugins = ['pytest_asyncio']\n{rest}"
    assert_rewritten(text, text.replace("'pytest_asyncio'", ""), path=CONFTEST, beside=beside)
    assert_unchanged(text.replace("['pytest_asyncio']", "'pytest_asyncio'"), "ASH204", path=CONFTEST, beside=beside)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import pytest\n\npytest.importorskip('pytest_asyncio')\n\nx = 1\n", "x = 1\n"),
        (
            "import pytest\n\np = pytest.importorskip('pytest_asyncio')\n\n\n@p.fixture\nasync def pool(): ...\n",
            "import pytest\n\n\n@pytest.fixture\nasync def pool(): ...\n",
        ),
        ("from pytest import importorskip, mark\n\nimportorskip('pytest_asyncio', minversion='0.21')\nx = mark\n",
         "from pytest import mark\n\nx = mark\n"),
    ],
)  # fmt: skip
def test_importorskip_of_pytest_asyncio_is_removed(before: str, after: str) -> None:
    assert_rewritten(before, after)


def test_an_importorskip_whose_value_another_file_imports_is_reported() -> None:
    text = "import pytest\n\nplugin = pytest.importorskip('pytest_asyncio')\n"
    beside = {"tests/test_a.py": "from tests.test_module import plugin\n"}
    assert_unchanged(text, "ASH204", beside=beside, unsafe=True)


def test_an_importorskip_whose_value_is_used_is_reported() -> None:
    text = "import pytest\n\nplugin = pytest.importorskip('pytest_asyncio')\nprint(plugin)\n"
    result = assert_unchanged(text, "ASH204")
    assert result.findings[0].message == (
        "this would skip the module when pytest_asyncio is gone, but its value is used"
    )


@pytest.mark.parametrize(
    "call",
    [
        "pytest.importorskip('uvloop')",
        "importorskip('pytest_asyncio')",
        "pytest.skip()",
        "pytest.importorskip(name, 'pytest_asyncio')",
        "pytest.importorskip('pytest_asyncio_cooperative')",
    ],
)
def test_importorskip_of_other_modules_is_kept(call: str) -> None:
    assert_unchanged(f"import pytest\n\n{call}\n")


@pytest.mark.parametrize("statement", ['pytest_plugins = ["pytest_asyncio"]', 'pytest_plugins = "pytest_asyncio"'])
def test_the_import_of_a_plugin_that_only_pytest_plugins_named_is_removed(statement: str) -> None:
    assert_rewritten(
        f"import pytest\nimport pytest_asyncio\n\n{statement}\n", "import pytest\n", path="tests/conftest.py"
    )


@pytest.mark.parametrize("statement", ["assert {}", "app.plugin = {}", "a = b = {}", "print({})"])
def test_an_importorskip_whose_value_is_kept_or_passed_on_is_reported(statement: str) -> None:
    call = "pytest.importorskip('pytest_asyncio')"
    assert_unchanged(f"import pytest\nimport app\n\n{statement.format(call)}\n", "ASH204")
