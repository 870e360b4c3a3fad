from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from rule_tools import EVERY_CODE, assert_rewritten, assert_unchanged

INI = {"pytest.ini": "[pytest]\n", "tests/test_it.py": "async def test_it(): ...\n"}
CONFTEST = "tests/conftest.py"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('pytest_plugins = ["pytester", "alt_pytest_asyncio.enable"]\n', 'pytest_plugins = ["pytester"]\n'),
        ('pytest_plugins = "alt_pytest_asyncio.enable,pytester"\n', 'pytest_plugins = "pytester"\n'),
        ('import os\n\npytest_plugins = ("alt_pytest_asyncio.enable",)\n', "import os\n"),
        (
            'pytest_plugins = [\n    "alt_pytest_asyncio.plugin",\n    "pytester",\n]\n',
            'pytest_plugins = [\n    "pytester",\n]\n',
        ),
    ],
)
def test_the_name_is_removed_where_pytest_has_a_configuration_for_the_limit(before: str, after: str) -> None:
    result = assert_rewritten(before, after, path=CONFTEST, beside=INI)
    assert [(found.code, found.safety) for found in result.findings] == [("ASH604", Safety.SAFE)]


ENABLED = 'pytest_plugins = ["alt_pytest_asyncio.enable"]\n'


@pytest.mark.parametrize(
    ("beside", "reason"),
    [
        ({}, "add one with `asyncshim_timeout = 5`"),
        ({**INI, "tests/test_a.py": "async def test_it(async_timeout): ...\n"}, "stays loaded: tests/test_a.py:1"),
        ({**INI, "tests/test_a.py": "import alt_pytest_asyncio\n"}, "tests/test_a.py:1 imports alt_pytest_asyncio"),
    ],
)
def test_the_name_stays_while_it_is_needed(beside: dict[str, str], reason: str) -> None:
    result = assert_unchanged(ENABLED, "ASH604", path=CONFTEST, beside=beside, unsafe=True)
    assert reason in result.findings[0].message


def test_the_name_stays_if_the_limit_may_not_be_written() -> None:
    select = EVERY_CODE - {"ASH603"}
    result = assert_unchanged(ENABLED, "ASH604", path=CONFTEST, beside=INI, select=select)
    assert "only ASH603 can keep its default limit" in result.findings[0].message


def test_a_suite_that_may_leak_tasks_makes_the_removal_unsafe() -> None:
    leaking = "import asyncio\n\n\nasync def test_it():\n    asyncio.create_task(work())\n"
    result = assert_unchanged(ENABLED, "ASH604", path=CONFTEST, beside={**INI, "tests/test_it.py": leaking})
    assert result.findings[0].safety is Safety.UNSAFE
    assert "live until the session ends: `test_it` of tests/test_it.py may leak" in result.findings[0].message


def test_shared_context_variables_make_the_removal_unsafe() -> None:
    beside = {**INI, "src/app.py": "from contextvars import ContextVar\n"}
    result = assert_unchanged(ENABLED, "ASH604", path=CONFTEST, beside=beside)
    assert result.findings[0].safety is Safety.UNSAFE
    assert_rewritten(ENABLED + "x = 1\n", "x = 1\n", path=CONFTEST, beside=beside, unsafe=True)


@pytest.mark.parametrize(
    "code",
    [
        'plugins = ["alt_pytest_asyncio.enable"]\n',
        'pytest_plugins = ["alt_pytest_asyncio_extras"]\n',
        'def test_it(plugins="alt_pytest_asyncio.enable"): ...\n',
        '"alt_pytest_asyncio.enable"\n',
        "# pytest_plugins = ['alt_pytest_asyncio.enable']\n",
        'def f():\n    pytest_plugins = ["alt_pytest_asyncio.enable"]\n',
    ],
)
def test_other_statements_are_kept(code: str) -> None:
    assert_unchanged(code, beside=INI)


def test_an_unclear_statement_is_reported_and_another_runner_keeps_the_name() -> None:
    assert_unchanged('pytest_plugins = made("alt_pytest_asyncio.enable")\n', "ASH604", beside=INI)
    assert_unchanged(ENABLED, beside=INI, runner="alt-pytest-asyncio")
