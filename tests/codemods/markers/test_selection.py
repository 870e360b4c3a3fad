from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim_codemods.results import Safety
from migrated_suites import migrate, unchanged
from rule_tools import rewrite

SELECTING = {"pytest.ini": '[pytest]\naddopts = -m "not asyncio"\n'}
READING = {"conftest.py": 'def pytest_runtest_setup(item):\n    item.get_closest_marker("asyncio")\n'}
CI = {".github/workflows/ci.yml": 'jobs:\n  a:\n    - run: pytest -m "not asyncio"\n'}
HEAD = "import pytest\n\n\n"

LOSING = {
    "ASH102": "pytestmark = pytest.mark.asyncio\n\n\nasync def test_a(): ...\ndef test_b(): ...\n",
    "ASH101": "@pytest.mark.asyncio\nclass TestA:\n    async def test_a(self): ...\n    def test_b(self): ...\n",
    "ASH106": "@pytest.mark.asyncio\ndef test_b(): ...\n",
    "ASH103": '@pytest.mark.parametrize("a", [pytest.param(1, marks=pytest.mark.asyncio)])\ndef test_b(a): ...\n',
    "ASH104": "aio = pytest.mark.asyncio\n\n\n@aio\ndef test_b(): ...\n",
}


@pytest.mark.parametrize("beside", [SELECTING, READING, CI])
@pytest.mark.parametrize(("code", "text"), LOSING.items(), ids=LOSING)
def test_a_sync_test_keeps_the_marker_in_a_suite_that_selects_by_it(
    code: str, text: str, beside: dict[str, str]
) -> None:
    result = rewrite(HEAD + text, beside=beside)
    assert not result.changed
    (found,) = (each for each in result.findings if each.code == code)
    assert found.safety is Safety.UNSAFE
    assert f"{next(iter(beside))} selects tests by this marker, and `test_b` would no longer have it" in found.message
    assert rewrite(HEAD + text, beside=beside, unsafe=True).changed
    assert rewrite(HEAD + text).changed


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.asyncio\nasync def test_a(): ...\n\n\ndef test_b(): ...\n",
        "pytestmark = pytest.mark.asyncio\n\n\nasync def test_a(): ...\ndef helper(): ...\n",
        "@pytest.mark.asyncio\nclass TestA:\n    async def test_a(self): ...\n\n\ndef test_b(): ...\n",
    ],
)
def test_async_tests_are_marked_by_the_runner(text: str) -> None:
    assert rewrite(HEAD + text, beside=SELECTING).changed
    assert rewrite(HEAD + text, beside=SELECTING, runner="pytest-asyncio").changed
    for runner in ("conftest", "anyio"):
        assert not rewrite(HEAD + text, beside=SELECTING, runner=runner).changed


def test_a_class_may_inherit_a_sync_test() -> None:
    text = "from base import Base\n\n\n@pytest.mark.asyncio\nclass TestA(Base):\n    async def test_a(self): ...\n"
    assert not rewrite(HEAD + text, beside=SELECTING).changed
    assert rewrite(HEAD + text.replace("(Base)", "(object)"), beside=SELECTING).changed


SUITE = """
    import pytest

    pytestmark = pytest.mark.asyncio


    async def test_async():
        pass


    def test_sync():
        pass
"""


@pytest.mark.parametrize("expression", ["not asyncio", "asyncio"])
@pytest.mark.parametrize(
    "configuration",
    ['[pytest]\naddopts = -m "{}"\n', '[pytest]\nasyncio_mode = strict\naddopts =\n    -q\n    -m "{}"\n'],
)
def test_a_suite_that_deselects_by_the_marker_has_the_same_tests_after_migrate(
    tmp_path: Path, expression: str, configuration: str
) -> None:
    suite = {
        "pytest.ini": configuration.format(expression),
        "test_it.py": SUITE,
        "test_plain.py": "def test_plain(): ...\n",
        "test_async.py": "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it(): ...\n",
    }
    found = unchanged(tmp_path, suite)
    assert "pytestmark" in found.text("test_it.py")
    assert "mark.asyncio" not in found.text("test_async.py")


def test_a_hook_that_reads_the_marker_sees_the_same_tests_after_migrate(tmp_path: Path) -> None:
    hook = """
        import pytest


        def pytest_collection_modifyitems(items):
            for item in items:
                if item.get_closest_marker("asyncio") is not None:
                    item.add_marker(pytest.mark.skip(reason="no loop here"))
    """
    suite = {"pytest.ini": "[pytest]\n", "conftest.py": hook, "test_it.py": SUITE, "test_b.py": "def test_b(): ...\n"}
    unchanged(tmp_path, suite)


def test_unsafe_removes_the_marker_and_the_report_says_why(tmp_path: Path) -> None:
    suite = {
        "pytest.ini": '[pytest]\naddopts = -m "not asyncio"\n',
        "test_it.py": SUITE,
        "test_b.py": "def test_b(): ...\n",
    }
    found = migrate(tmp_path, suite, "--unsafe")
    assert set(found.after) - set(found.before) == {"test_it.py::test_sync"}
