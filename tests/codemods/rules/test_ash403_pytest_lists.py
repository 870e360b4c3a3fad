from __future__ import annotations

import pytest

from config_tools import rewrite as rewrite_config
from rule_tools import assert_rewritten, assert_unchanged


def test_pytest_starts_where_the_filters_category_cannot_be_imported(pytester: pytest.Pytester) -> None:
    text = (
        "[pytest]\nfilterwarnings =\n    error\n    ignore::pytest_asyncio.plugin.SomeWarning\n"
        "required_plugins = pytest-asyncio\n"
    )
    pytester.makepyfile("def test_sync(): pass")
    ini = pytester.path / "pytest.ini"
    ini.write_text(text, encoding="utf-8")
    assert pytester.runpytest_subprocess("-p", "no:asyncshim").ret != pytest.ExitCode.OK
    ini.write_bytes(rewrite_config("pytest.ini", text).new)
    pytester.runpytest_subprocess("-p", "no:asyncshim").assert_outcomes(passed=1)


def test_a_warning_filter_on_a_test_is_removed() -> None:
    assert_rewritten(
        """
        import pytest


        @pytest.mark.filterwarnings("ignore::pytest_asyncio.plugin.SomeWarning")
        @pytest.mark.filterwarnings("error")
        def test_it():
            pass
        """,
        """
        import pytest


        @pytest.mark.filterwarnings("error")
        def test_it():
            pass
        """,
    )


FILTER = 'pytest.mark.filterwarnings("ignore::pytest_asyncio.plugin.SomeWarning")'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"pytestmark = {FILTER}\n", ""),
        (f"pytestmark = [{FILTER}]\n", ""),
        (f"pytestmark = [\n    {FILTER},\n    pytest.mark.slow,\n]\n", "pytestmark = [\n    pytest.mark.slow,\n]\n"),
        (f"pytestmark = [pytest.mark.slow]\npytestmark += [{FILTER}]\n", "pytestmark = [pytest.mark.slow]\n"),
        (f"pytestmark = [pytest.mark.slow]\npytestmark.append({FILTER})\n", "pytestmark = [pytest.mark.slow]\n"),
        (f"pytestmark = [pytest.mark.asyncio, {FILTER}]\n", ""),
        (f"pytestmark = [{FILTER}, pytest.mark.asyncio, pytest.mark.slow]\n", "pytestmark = [pytest.mark.slow]\n"),
    ],
)
def test_a_warning_filter_in_pytestmark_is_removed(before: str, after: str) -> None:
    end = "\n\n@pytest.mark.slow\nasync def test_it(): ...\n"
    assert_rewritten(
        f"import pytest\n\n{before}{end}", f"import pytest\n\n{after}{end}" if after else f"import pytest\n{end}"
    )


def test_a_warning_filter_in_the_pytestmark_of_a_class_is_removed() -> None:
    assert_rewritten(
        f"import pytest\n\n\nclass TestIt:\n    pytestmark = [{FILTER}]\n\n    def test_it(self): ...\n",
        "class TestIt:\n    def test_it(self): ...\n",
    )


@pytest.mark.parametrize(
    "code",
    [
        f"pytestmark = {FILTER} if os.name else []",
        f"quiet = {FILTER}",
        f"pytestmark = {FILTER}\n\nprint(pytestmark)",
        f"cases = [pytest.param(1, marks={FILTER})]",
    ],
)
def test_a_warning_filter_in_another_place_is_reported(code: str) -> None:
    result = assert_unchanged(f"import os\n\nimport pytest\n\n{code}\n", "ASH403")
    assert result.findings[0].message == "a warning filter names pytest-asyncio; review it manually"


@pytest.mark.parametrize(
    "code",
    [
        "for line in ['error', 'ignore::pytest_asyncio.X']:\n    config.addinivalue_line('filterwarnings', line)",
        "config.option.pythonwarnings.append('ignore::pytest_asyncio.X')",
        "config.known_args_namespace.pythonwarnings = ['ignore:.*pytest-asyncio']",
        "config.inicfg['filterwarnings'] = ['ignore:.*asyncio_mode']",
        "os.environ['PYTHONWARNINGS'] = 'ignore::pytest_asyncio.X'",
    ],
)
def test_a_filter_that_code_passes_on_is_reported(code: str) -> None:
    body = code.replace("\n", "\n    ")
    result = assert_unchanged(
        f"import os\n\n\ndef pytest_configure(config):\n    {body}\n", "ASH403", path="tests/conftest.py"
    )
    assert result.findings[0].message == "a warning filter names pytest-asyncio; review it manually"


def test_a_filter_for_a_warning_class_of_pytest_asyncio_is_removed_with_its_import() -> None:
    assert_rewritten(
        """
        import warnings

        import pytest
        from pytest_asyncio.plugin import PytestAsyncioWarning

        warnings.simplefilter("ignore", PytestAsyncioWarning)
        warnings.filterwarnings("ignore", category=PytestAsyncioWarning)


        @pytest.fixture
        def it(): ...
        """,
        """
        import pytest


        @pytest.fixture
        def it(): ...
        """,
        path="tests/conftest.py",
    )


@pytest.mark.parametrize(
    "line",
    [
        'config.addinivalue_line("filterwarnings", "ignore:asyncio")',
        'config.addinivalue_line("markers", "pytest_asyncio: x")',
        'config.addinivalue_line("filterwarnings", "a", "pytest_asyncio")',
        'config.addinivalue_line(name, "ignore::pytest_asyncio.X")',
        'other("filterwarnings", "ignore::pytest_asyncio.X")',
        'note = "pytest-asyncio"',
        '"""ignore::pytest_asyncio.X"""',
    ],
)
def test_calls_that_do_not_filter_warnings_of_pytest_asyncio_are_kept(line: str) -> None:
    assert_unchanged(
        f"import os\n\n\ndef pytest_configure(config, name, other):\n    {line}\n", path="tests/conftest.py"
    )


def test_a_filterwarnings_mark_of_another_module_is_kept() -> None:
    assert_unchanged(
        "import mine as pytest\n\n\n@pytest.mark.filterwarnings('ignore::pytest_asyncio.X')\ndef test_it(): ...\n"
    )


def test_pytest_asyncio_as_the_runner_keeps_its_filters() -> None:
    line = '    config.addinivalue_line("filterwarnings", "ignore::pytest_asyncio.X")\n'
    assert_unchanged(f"def pytest_configure(config):\n{line}", path="tests/conftest.py", runner="pytest-asyncio")


@pytest.mark.parametrize(
    "arguments",
    [
        '"ignore", module="pytest_asyncio"',
        '"ignore", ".*pytest-asyncio.*"',
        '"ignore", message="Option \\"asyncio_default_fixture_loop_scope\\"", category=DeprecationWarning',
    ],
)
def test_a_filter_of_the_warnings_module_is_removed(arguments: str) -> None:
    assert_rewritten(
        f"import warnings\n\nx = 1\nwarnings.filterwarnings({arguments})\n",
        "x = 1\n",
        path="tests/conftest.py",
    )


@pytest.mark.parametrize(
    "line",
    [
        'warnings.filterwarnings("ignore", module="asyncio")',
        'warnings.filterwarnings("ignore", ".*event_loop.*")',
        'warnings.simplefilter("ignore")',
        'warnings.warn("pytest-asyncio")',
        'warnings.filterwarnings("ignore", "alt_pytest_asyncio")',
    ],
)
def test_other_filters_of_the_warnings_module_are_kept(line: str) -> None:
    assert_unchanged(f"import warnings\n\n{line}\n", path="tests/conftest.py")


def test_a_filter_in_a_string_that_nothing_uses_is_ignored() -> None:
    text = (
        "FILTERS = ['ignore::pytest_asyncio.plugin.X']\n'ignore::pytest_asyncio.plugin.Y'\n\n\n"
        "def pytest_configure(config):\n    for each in FILTERS:\n"
        "        config.addinivalue_line('filterwarnings', each)\n"
    )
    (found,) = assert_unchanged(text, "ASH403", path="tests/conftest.py").findings
    assert found.line == 1


def test_a_filter_beside_the_marker_in_pytestmark_goes_with_the_list() -> None:
    marks = "pytest.mark.asyncio, pytest.mark.filterwarnings('ignore::pytest_asyncio.plugin.X')"
    for written in (f"[{marks}]", f"({marks})"):
        assert_rewritten(
            f"import pytest\n\npytestmark = {written}\n\n\nasync def test_it(): ...\n", "async def test_it(): ...\n"
        )
