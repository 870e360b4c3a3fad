from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages


def test_a_sync_test_loses_the_marker() -> None:
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


def test_a_function_that_a_decorator_makes_async_runs_without_the_marker() -> None:
    assert_rewritten(
        "import pytest\nfrom tools import on_loop\n\n\n@pytest.mark.asyncio\n@on_loop\ndef test_a(): ...\n",
        "from tools import on_loop\n\n\n@on_loop\ndef test_a(): ...\n",
    )


@pytest.mark.parametrize(
    "decorator",
    ["@pytest.mark.slow", "@pytest.mark.trio", "@mark.asyncio", "@asyncio.coroutine"],
)
def test_other_decorators_stay(decorator: str) -> None:
    assert_unchanged(f"import pytest\n\n\n{decorator}\ndef test_a(): ...\n")


def test_in_a_suite_that_stays_strict_the_function_may_be_async_after_all() -> None:
    text = "import pytest\n\n\n@pytest.mark.asyncio\n@pytest.mark.slow\ndef test_a(): ...\n"
    strict = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"}
    assert_unchanged(text, beside=strict, select={"ASH106"})


@pytest.mark.parametrize("arguments", ["loop_factories=['a']", "**options"])
def test_arguments_that_may_parametrize_keep_the_marker(arguments: str) -> None:
    text = f"import pytest\n\n\n@pytest.mark.asyncio({arguments})\ndef test_a(): ...\n"
    assert_unchanged(text, select={"ASH106"})


def test_another_backends_marker_beside_it_is_reported() -> None:
    text = "import pytest\n\n\n@pytest.mark.asyncio\n@pytest.mark.trio\ndef test_a(): ...\n"
    assert_unchanged(text, "ASH106")
