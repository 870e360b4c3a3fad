from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages


@pytest.mark.parametrize("definition", ["async def pool():\n    yield 1", "def pool():\n    return 1"])
@pytest.mark.parametrize("fixture", ["@pytest.fixture", "@pytest.fixture(scope='session')"])
@pytest.mark.parametrize("marker", ["@pytest.mark.asyncio", "@pytest.mark.asyncio(loop_scope='session')"])
@pytest.mark.parametrize("above", [True, False])
def test_the_marker_goes_from_either_side(definition: str, fixture: str, marker: str, *, above: bool) -> None:
    lines = [marker, fixture] if above else [fixture, marker]
    result = assert_rewritten(
        "import pytest\n\n\n" + "\n".join([*lines, definition]) + "\n",
        f"import pytest\n\n\n{fixture}\n{definition}\n",
    )
    assert messages(result) == [f"{4 if above else 5}:2 ASH105 the marker has no effect on a fixture"]


def test_a_method_under_the_other_decorator() -> None:
    assert_rewritten(
        """
        import pytest_asyncio
        import pytest


        class TestA:
            @pytest_asyncio.fixture
            @pytest.mark.asyncio
            async def pool(self): ...
        """,
        """
        import pytest


        class TestA:
            @pytest.fixture
            async def pool(self): ...
        """,
    )


def test_arguments_that_mean_something_on_a_test_mean_nothing_here() -> None:
    assert_rewritten(
        "import pytest\n\n\n@pytest.mark.asyncio(loop_factories=[1])\n@pytest.fixture\nasync def pool(): ...\n",
        "import pytest\n\n\n@pytest.fixture\nasync def pool(): ...\n",
    )


@pytest.mark.parametrize(
    "decorator",
    [
        "@pytest.mark.slow",
        "@pytest.mark.usefixtures('x')",
        "@asyncio",
        "@pytest.mark.trio",
        "@pytest.mark.anyio",
        "@mark.asyncio",
        "@pytest.mark.asyncio_cooperative",
    ],
)
@pytest.mark.parametrize("definition", ["async def pool(): ...", "def pool():\n    yield 1"])
@pytest.mark.parametrize("above", [True, False])
def test_other_marks_on_fixtures_stay(decorator: str, definition: str, *, above: bool) -> None:
    lines = [decorator, "@pytest.fixture"] if above else ["@pytest.fixture", decorator]
    assert_unchanged("import pytest\n\n\n" + "\n".join([*lines, definition]) + "\n")


@pytest.mark.parametrize("fixture", ["@pytest.fixture", "@pytest.yield_fixture", "@pytest_asyncio.fixture"])
def test_a_suppressed_line_stays(fixture: str) -> None:
    head = "import pytest\nimport pytest_asyncio\n\n\n"
    line = "@pytest.mark.asyncio  # asyncshim: ignore[ASH105]"
    assert_unchanged(f"{head}{fixture}\n{line}\nasync def pool(): ...\n", select={"ASH105"})


def test_a_fixture_of_another_framework_is_a_test_to_us() -> None:
    text = "import pytest\nfrom cases import fixture\n\n\n@fixture\n@pytest.mark.asyncio\ndef pool(): ...\n"
    assert_unchanged(text, select={"ASH105"})
