from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages


def test_the_marker_is_removed_from_sync_tests() -> None:
    result = assert_rewritten(
        """
        import pytest


        class TestA:
            @pytest.mark.asyncio
            @pytest.mark.parametrize("n", [1])
            def test_a(self, n): ...

            @pytest.mark.asyncio(loop_scope="class")  # why
            def test_b(self): ...
        """,
        """
        import pytest


        class TestA:
            @pytest.mark.parametrize("n", [1])
            def test_a(self, n): ...

            # why
            def test_b(self): ...
        """,
    )
    assert messages(result) == [
        "5:6 ASH106 the marker has no effect on a sync function",
        "9:6 ASH106 the marker has no effect on a sync function",
    ]


def test_the_marker_is_removed_from_a_sync_function_that_a_decorator_wraps() -> None:
    assert_rewritten(
        "import pytest\nfrom tools import on_loop\n\n\n@pytest.mark.asyncio\n@on_loop\ndef test_a(): ...\n",
        "from tools import on_loop\n\n\n@on_loop\ndef test_a(): ...\n",
    )


@pytest.mark.parametrize(
    "decorator",
    ["@pytest.mark.slow", "@pytest.mark.trio", "@mark.asyncio", "@asyncio.coroutine"],
)
def test_other_decorators_of_a_sync_test_are_kept(decorator: str) -> None:
    assert_unchanged(f"import pytest\n\n\n{decorator}\ndef test_a(): ...\n")


def test_the_marker_on_a_sync_test_is_kept_while_strict_mode_stays() -> None:
    text = "import pytest\n\n\n@pytest.mark.asyncio\n@pytest.mark.slow\ndef test_a(): ...\n"
    strict = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"}
    assert_unchanged(text, beside=strict, select={"ASH106"})


@pytest.mark.parametrize("arguments", ["loop_factories=['a']", "**options"])
def test_a_marker_that_may_parametrize_a_sync_test_is_kept(arguments: str) -> None:
    text = f"import pytest\n\n\n@pytest.mark.asyncio({arguments})\ndef test_a(): ...\n"
    assert_unchanged(text, select={"ASH106"})


def test_the_marker_on_a_sync_test_of_another_backend_is_reported() -> None:
    text = "import pytest\n\n\n@pytest.mark.asyncio\n@pytest.mark.trio\ndef test_a(): ...\n"
    assert_unchanged(text, "ASH106")
