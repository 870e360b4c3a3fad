"""Methods as fixtures of class or wider scope: pytest says the same of async ones as of sync ones."""

from __future__ import annotations

import re

import pytest

from house.nested import as_sync

NEW_IN_9_2 = pytest.mark.skipif(pytest.version_tuple < (9, 2), reason="pytest warns since 9.2")
SOURCE = """
import asyncio, pytest

class TestIt:
    @pytest.fixture(scope="class")
    async def value(self):
        return await asyncio.sleep(0, 1)
    @pytest.fixture(scope="class", autouse=True)
    async def generator(self):
        yield 2
    @pytest.fixture(scope="class")
    @classmethod
    async def of_class(cls):
        return 3
    @pytest.fixture
    async def of_function(self):
        return 4
    async def test_one(self, value, generator, of_class, of_function):
        assert (value, generator, of_class, of_function) == (1, 2, 3, 4)
    async def test_two(self, value): pass

class TestInherited(TestIt):
    pass
"""


def warnings_of(result: pytest.RunResult) -> list[str]:
    """Return the warnings that the summary shows, with their places."""
    text = result.stdout.str().partition("warnings summary")[2].partition("-- Docs")[0]
    return re.findall(r"^test_it\S+::\S+$|^  \S.*$", text, re.MULTILINE)


@NEW_IN_9_2
@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_an_async_method_of_class_scope_gets_the_warning_that_a_sync_one_gets(
    pytester: pytest.Pytester, mode: str
) -> None:
    source = SOURCE
    if mode == "strict":
        source = source.replace("@pytest.fixture", "@pytest_asyncio.fixture").replace(
            "import ", "import pytest_asyncio, "
        )
        source = source.replace("class TestIt:", "pytestmark = pytest.mark.asyncio\nclass TestIt:")
    pytester.makepyfile(test_it=source)
    asynchronous = pytester.runpytest(f"--asyncio-mode={mode}", "-W", "default")
    asynchronous.assert_outcomes(passed=4, warnings=4)
    pytester.makepyfile(test_it=as_sync(SOURCE).replace("asyncio.sleep(0, 1)", "1"))
    sync = pytester.runpytest("-W", "default")
    assert warnings_of(asynchronous) == warnings_of(sync)
    asynchronous.stdout.fnmatch_lines(["*Class-scoped fixtures defined as instance methods are deprecated*"])


@NEW_IN_9_2
def test_the_warning_is_an_error_of_the_test_where_the_suite_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SOURCE)
    result = pytester.runpytest("-W", "error")
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(["E   pytest.PytestRemovedIn10Warning: Class-scoped fixtures defined as instance*"])
    assert "asyncshim/plugin" not in result.stdout.str()


def test_methods_of_function_scope_and_class_methods_get_no_warning(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        class TestIt:
            @pytest.fixture(scope="class")
            @classmethod
            async def of_class(cls): return cls
            @pytest.fixture
            async def of_function(self): return self
            async def test_it(self, of_class, of_function):
                assert of_class is type(self) and of_function is self
        """
    )
    pytester.runpytest("-W", "error").assert_outcomes(passed=1)
