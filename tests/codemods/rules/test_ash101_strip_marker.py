from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages


def test_the_marker_is_removed_and_its_neighbours_are_kept() -> None:
    result = assert_rewritten(
        """
        import pytest


        # About the test.
        @pytest.mark.slow  # it is
        @pytest.mark.asyncio  # on a loop
        # between
        @pytest.mark.parametrize("n", [1, 2])
        async def test_answer(n):  # noqa: D103
            assert n
        """,
        """
        import pytest


        # About the test.
        @pytest.mark.slow  # it is
        # on a loop
        # between
        @pytest.mark.parametrize("n", [1, 2])
        async def test_answer(n):  # noqa: D103
            assert n
        """,
    )
    assert messages(result) == ["6:2 ASH101 async tests need no `pytest.mark.asyncio`"]


@pytest.mark.parametrize(
    ("head", "marker"),
    [
        ("import pytest", "@pytest.mark.asyncio"),
        ("import pytest", "@pytest.mark.asyncio()"),
        ("import pytest", "@pytest.mark.asyncio(\n    loop_scope='class',\n)"),
        ("import pytest", "@pytest.mark.asyncio(forbid_global_loop=True)"),
        ("import pytest", "@ pytest . mark . asyncio"),
        ("import pytest as pt", "@pt.mark.asyncio"),
        ("from pytest import mark", "@mark.asyncio"),
        ("from pytest import mark as m", "@m.asyncio"),
        ("import pytest\nm = pytest.mark", "@m.asyncio"),
        ("from pytest import mark\nm = mark", "@m.asyncio(loop_scope='module')"),
        ("try:\n    import pytest\nexcept ImportError:\n    raise", "@pytest.mark.asyncio"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pytest", "@pytest.mark.asyncio"),
    ],
)
def test_the_marker_is_found_under_every_name(head: str, marker: str) -> None:
    before = f"{head}\n\n\n{marker}\nasync def test_answer():\n    ...\n"
    assert_rewritten(before, before.replace(f"{marker}\n", ""), select={"ASH101"})


@pytest.mark.parametrize(
    "definition",
    [
        "async def helper(): ...",
        "class TestA:\n    async def test_a(self): ...",
        "class TestA[T]:\n    def test_a(self): ...",
        "@staticmethod\nasync def test_a(): ...",
        "async def test_a[T](a: T) -> T:\n    match a:\n        case _: return a",
    ],
)
def test_the_marker_is_removed_from_functions_and_classes(definition: str) -> None:
    before = f"import pytest\n\n\n@pytest.mark.slow\n@pytest.mark.asyncio\n{definition}\n"
    assert_rewritten(before, before.replace("@pytest.mark.asyncio\n", ""))


def test_markers_on_nested_classes_and_methods_are_removed() -> None:
    assert_rewritten(
        """
        import pytest

        if True:
            @pytest.mark.asyncio
            class TestOuter:
                class TestInner:
                    @pytest.mark.asyncio
                    @staticmethod
                    async def test_a(): ...
        """,
        """
        if True:
            class TestOuter:
                class TestInner:
                    @staticmethod
                    async def test_a(): ...
        """,
    )


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n\n@pytest.marker.asyncio\nasync def test_a(): ...\n",
        "@pytest.mark.asyncio\nasync def test_a(): ...\n",
        "from .compat import mark\n\n@mark.asyncio\nasync def test_a(): ...\n",
        "import pytest\n\nfor mark in (pytest.mark,):\n    @mark.asyncio\n    async def test_a(): ...\n",
        "import pytest\n\nclass A:\n    mark = 1\n    @mark.asyncio\n    async def test_a(self): ...\n",
        "import pytest\n\n@pytest.mark['asyncio']\nasync def test_a(): ...\n",
        "import asyncio\n\n@asyncio.mark\nasync def test_a(): ...\n",
        "from pytest import mark\n\ndef make(mark):\n    @mark.asyncio\n    async def test_a(): ...\n",
        "import pytest\n\ndef make():\n    from tools import pytest\n    @pytest.mark.asyncio\n    def f(): ...\n",
        "import mypytest as pytest\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n",
        "import pytest\n\nx = [m for pytest in y for m in pytest.mark.asyncio]\n",
    ],
)
def test_names_that_only_resemble_the_marker_are_kept(text: str) -> None:
    assert_unchanged(text)


@pytest.mark.parametrize(
    "head",
    [
        "try:\n    import pytest\nexcept ImportError:\n    pytest = None",
        "import pytest\nif True:\n    import helpers as pytest",
        "import pytest\nfrom helpers import pytest",
        "import pytest\nwith open('x') as pytest: ...",
        "from helpers import *",
    ],
)
def test_a_marker_through_an_ambiguous_name_is_reported_and_kept(head: str) -> None:
    result = assert_unchanged(f"{head}\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n", "ASH101")
    assert "the name may also mean something else" in result.findings[0].message


@pytest.mark.parametrize(
    "arguments",
    ["**options", "*args", "'module'", "loop_scope='module', other=1"],
)
def test_a_marker_with_unreadable_arguments_is_reported(arguments: str) -> None:
    text = f"import pytest\n\n@pytest.mark.asyncio({arguments})\nasync def test_a(): ...\n"
    result = assert_unchanged(text, "ASH101", unsafe=True)
    assert result.findings[0].message == "the marker's arguments cannot be read here; review it manually"


@pytest.mark.parametrize("use", ["apply(pytest.mark.asyncio)", "x = {1: pytest.mark.asyncio}", "pytest.mark.asyncio"])
def test_a_marker_used_as_a_plain_value_is_reported(use: str) -> None:
    assert_unchanged(f"import pytest\n\n{use}\n", "ASH101")


IN_CLASS = "class TestA:\n    @pytest.mark.asyncio\n    async def test_a(self): ...\n"


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n\n@pytest.mark.anyio\n@pytest.mark.asyncio\nasync def test_a(): ...\n",
        "import pytest\n\npytestmark = pytest.mark.trio\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n",
        f"import pytest\n\npytestmark = [pytest.mark.slow, pytest.mark.anyio]\n\n{IN_CLASS}",
        f"import pytest\n\n@pytest.mark.anyio\n{IN_CLASS}",
        f"import pytest\n\n@pytest.mark.gen_test\n{IN_CLASS}",
    ],
)
def test_a_marker_beside_the_marker_of_another_backend_is_reported(text: str) -> None:
    result = assert_unchanged(text, "ASH101")
    assert "applies to the same tests" in result.findings[0].message


def test_the_marker_of_another_backend_on_another_test_does_not_matter() -> None:
    assert_rewritten(
        """
        import pytest

        class TestA:
            @pytest.mark.anyio
            async def test_a(self): ...

            @pytest.mark.asyncio
            async def test_b(self): ...
        """,
        """
        import pytest

        class TestA:
            @pytest.mark.anyio
            async def test_a(self): ...

            async def test_b(self): ...
        """,
    )


STRICT = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"}
MARKED = "import pytest\n\n\n@pytest.mark.asyncio\n@pytest.mark.slow\nasync def test_a(): ...\n"


def test_the_marker_is_removed_together_with_strict_mode() -> None:
    assert_rewritten(MARKED, MARKED.replace("@pytest.mark.asyncio\n", ""), beside=STRICT)


def test_the_marker_is_kept_while_strict_mode_stays() -> None:
    result = assert_unchanged(MARKED, "ASH101", beside=STRICT, select={"ASH101"})
    assert messages(result) == [
        "4:2 ASH101 needed while `asyncio_mode = strict` stays: select ASH401 too, or use --unsafe"
    ]
    assert_rewritten(
        MARKED, MARKED.replace("@pytest.mark.asyncio\n", ""), beside=STRICT, select={"ASH101"}, unsafe=True
    )


def test_strict_mode_in_addopts_keeps_the_marker_unless_ash402_is_selected() -> None:
    beside = {"pytest.ini": "[pytest]\naddopts = --asyncio-mode=strict\n"}
    assert_unchanged(MARKED, "ASH101", beside=beside, select={"ASH101", "ASH401"})
    assert_rewritten(MARKED, MARKED.replace("@pytest.mark.asyncio\n", ""), beside=beside, select={"ASH101", "ASH402"})


@pytest.mark.parametrize("scope", ["function", "class", "module"])
def test_a_marker_with_a_narrower_loop_scope_is_left_to_ash108(scope: str) -> None:
    text = f"import pytest\n\n@pytest.mark.asyncio(loop_scope='{scope}')\nasync def test_a(): ...\n"
    beside = {"pytest.ini": "[pytest]\nasyncio_default_test_loop_scope = session\n"}
    assert_unchanged(text, select={"ASH101"}, beside=beside)


def test_a_marker_with_the_default_loop_scope_is_removed() -> None:
    assert_rewritten(
        "import pytest\n\n@pytest.mark.asyncio(loop_scope='session')\nasync def test_a(): ...\n",
        "async def test_a(): ...\n",
        beside={"pytest.ini": "[pytest]\nasyncio_default_test_loop_scope = session\n"},
    )


def test_strict_mode_in_a_tox_command_keeps_the_marker() -> None:
    tox = {"tox.ini": "[testenv]\ncommands = pytest --asyncio-mode=strict\n"}
    result = assert_unchanged(MARKED, "ASH101", beside=tox)
    assert messages(result) == [
        "4:2 ASH101 needed while tox.ini passes `--asyncio-mode=strict`: remove that manually, or use --unsafe"
    ]
    assert_rewritten(MARKED, MARKED.replace("@pytest.mark.asyncio\n", ""), beside=tox, unsafe=True)


@pytest.mark.parametrize("mark", ["mark.asyncio", "mark.asyncio()"])
def test_a_marker_from_a_star_import_of_pytest_is_reported(mark: str) -> None:
    (found,) = assert_unchanged(f"from pytest import *\n\n\n@{mark}\nasync def test_it(): ...\n", "ASH101").findings
    assert found.message == "this may be pytest's marker, but the name may also mean something else"


@pytest.mark.parametrize("head", ["from helpers import *", "from .pytest import *", "import pytest"])
def test_a_mark_that_is_not_imported_from_pytest_is_kept(head: str) -> None:
    assert_unchanged(f"{head}\n\n\n@mark.asyncio\nasync def test_it(): ...\n")
