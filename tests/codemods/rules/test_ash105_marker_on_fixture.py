from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages


@pytest.mark.parametrize("definition", ["async def pool():\n    yield 1", "def pool():\n    return 1"])
@pytest.mark.parametrize("marker", ["@pytest.mark.asyncio", "@pytest.mark.asyncio(loop_scope='session')"])
@pytest.mark.parametrize("above", [True, False])
def test_the_marker_is_removed_above_and_below_the_fixture_decorator(
    definition: str, marker: str, *, above: bool
) -> None:
    fixture = "@pytest.fixture(scope='session')"
    lines = [marker, fixture] if above else [fixture, marker]
    result = assert_rewritten(
        "import pytest\n\n\n" + "\n".join([*lines, definition]) + "\n",
        f"import pytest\n\n\n{fixture}\n{definition}\n",
    )
    assert messages(result) == [f"{4 if above else 5}:2 ASH105 the marker has no effect on a fixture"]


def test_a_marker_with_loop_factories_is_removed_from_a_fixture() -> None:
    assert_rewritten(
        "import pytest\n\n\n@pytest.mark.asyncio(loop_factories=[1])\n@pytest.fixture\nasync def pool(): ...\n",
        "import pytest\n\n\n@pytest.fixture\nasync def pool(): ...\n",
    )


@pytest.mark.parametrize(
    "decorator",
    [
        "@pytest.mark.usefixtures('x')",
        "@asyncio",
        "@pytest.mark.trio",
        "@pytest.mark.anyio",
        "@mark.asyncio",
    ],
)
@pytest.mark.parametrize("definition", ["async def pool(): ...", "def pool():\n    yield 1"])
@pytest.mark.parametrize("above", [True, False])
def test_other_marks_on_fixtures_are_kept(decorator: str, definition: str, *, above: bool) -> None:
    lines = [decorator, "@pytest.fixture"] if above else ["@pytest.fixture", decorator]
    assert_unchanged("import pytest\n\n\n" + "\n".join([*lines, definition]) + "\n")


def test_the_marker_on_a_fixture_of_another_framework_is_kept() -> None:
    text = "import pytest\nfrom cases import fixture\n\n\n@fixture\n@pytest.mark.asyncio\ndef pool(): ...\n"
    assert_unchanged(text, select={"ASH105"})
