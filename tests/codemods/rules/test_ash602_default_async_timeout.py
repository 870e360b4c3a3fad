from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from rule_tools import assert_rewritten, assert_unchanged

FIXTURE = "import pytest\n\n\n{}def default_async_timeout(){}\n\n\nasync def test_it(): ...\n"


@pytest.mark.parametrize(
    ("decorator", "rest", "seconds"),
    [
        ("@pytest.fixture\n", ":\n    return 3", "3"),
        ("@pytest.fixture()\n", " -> float:\n    return 0.5", "0.5"),
        ('@pytest.fixture(scope="function")\n', ':\n    """Why."""\n    return 3', "3"),
        ("@pytest.fixture\nasync ", ": return 3", "3"),
    ],
)
def test_a_constant_of_a_module_becomes_pytestmark(decorator: str, rest: str, seconds: str) -> None:
    after = f"import pytest\n\npytestmark = pytest.mark.asyncshim_timeout({seconds})\n\n\nasync def test_it(): ...\n"
    before = FIXTURE.format(decorator, rest)
    result = assert_rewritten(before, after, unsafe=True)
    assert [(found.code, found.safety) for found in result.findings] == [("ASH602", Safety.UNSAFE)]
    assert_unchanged(before, "ASH602")


def test_a_constant_of_a_class_becomes_a_decorator() -> None:
    assert_rewritten(
        """
        import pytest


        @pytest.mark.slow
        class TestIt:
            @pytest.fixture
            def default_async_timeout(self):
                return 8

            async def test_it(self):
                ...
        """,
        """
        import pytest


        @pytest.mark.asyncshim_timeout(8)
        @pytest.mark.slow
        class TestIt:
            async def test_it(self):
                ...
        """,
        unsafe=True,
    )


@pytest.mark.parametrize(
    ("code", "path"),
    [
        (FIXTURE.format("@pytest.fixture\n", ":\n    return limit()"), "tests/test_it.py"),
        (FIXTURE.format("@pytest.fixture\n", ":\n    return 0"), "tests/test_it.py"),
        (FIXTURE.format("@pytest.fixture\n", ":\n    log()\n    return 3"), "tests/test_it.py"),
        (FIXTURE.format("@pytest.fixture\n", ":\n    yield 3"), "tests/test_it.py"),
        (FIXTURE.format("@pytest.fixture(params=[1, 2])\n", ":\n    return 3"), "tests/test_it.py"),
        (FIXTURE.format("@wrapped\n@pytest.fixture\n", ":\n    return 3"), "tests/test_it.py"),
        (FIXTURE.format("@pytest.fixture\n", ":\n    return 3"), "tests/conftest.py"),
        (FIXTURE.format("@pytest.fixture\n", ":\n    return 3") + "\n\npytestmark = []\n", "tests/test_it.py"),
        (
            'import pytest\n\n\n@pytest.fixture(scope="session")\ndef session_default_async_timeout():\n    return 3\n',
            "tests/conftest.py",
        ),
        (
            'import pytest\n\n\n@pytest.fixture(scope="module")\ndef module_default_async_timeout():\n    return 3\n',
            "tests/test_it.py",
        ),
    ],
)
def test_other_limits_need_manual_review(code: str, path: str) -> None:
    result = assert_unchanged(code, "ASH602", unsafe=True, path=path)
    assert result.findings[0].safety is Safety.MANUAL
    assert "set `asyncshim_timeout` in pytest's configuration" in result.findings[0].message


@pytest.mark.parametrize("runner", ["conftest", "pytest-asyncio", "anyio"])
@pytest.mark.parametrize(("value", "what"), [("3", " sets a time limit"), ("limit()", "")])
def test_other_runners_have_no_marker_for_it(runner: str, value: str, what: str) -> None:
    code = "from alt_pytest_asyncio import Loop\n" + FIXTURE.format("@pytest.fixture\n", f":\n    return {value}")
    result = assert_unchanged(code, "ASH602", runner=runner, unsafe=True, select=["ASH602"])
    message = f"`default_async_timeout`{what}, and {runner} has no time limits: use `asyncio.timeout()`"
    assert result.findings[0].message == message


def test_functions_and_fixtures_of_other_names_are_kept() -> None:
    assert_unchanged("def default_async_timeout():\n    return 3\n")
    assert_unchanged("import pytest\n\n\n@pytest.fixture\ndef my_default_async_timeout():\n    return 3\n")
    assert_unchanged(FIXTURE.format("@pytest.fixture\n", ":\n    return 3"), runner="alt-pytest-asyncio", unsafe=True)


def test_a_limit_that_requests_other_fixtures_needs_manual_review() -> None:
    code = FIXTURE.format("@pytest.fixture\n", ":\n    return 3").replace("timeout()", "timeout(settings)")
    assert_unchanged(code, "ASH602", unsafe=True)
