from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite


def test_an_alias_is_removed_with_all_its_uses() -> None:
    result = assert_rewritten(
        """
        import pytest

        aio = pytest.mark.asyncio(loop_scope="module")
        both = [pytest.mark.slow]


        @aio
        async def test_a(): ...


        class TestB:
            pytestmark = [aio, pytest.mark.slow]

            @pytest.mark.parametrize("n", [pytest.param(1, marks=aio)])
            @aio
            async def test_n(self, n): ...
        """,
        """
        import pytest

        both = [pytest.mark.slow]


        async def test_a(): ...


        class TestB:
            pytestmark = [pytest.mark.slow]

            @pytest.mark.parametrize("n", [pytest.param(1)])
            async def test_n(self, n): ...
        """,
    )
    assert messages(result) == ["3:7 ASH104 async tests need no `aio`"]


def test_an_alias_in_a_class_and_an_annotated_alias_are_removed() -> None:
    assert_rewritten(
        """
        from pytest import mark, MarkDecorator

        aio: MarkDecorator = mark.asyncio


        class TestA:
            local = mark.asyncio

            @local
            @aio
            async def test_a(self): ...
        """,
        """
        class TestA:
            async def test_a(self): ...
        """,
    )


def test_an_alias_and_the_marker_are_removed_from_one_list() -> None:
    assert_rewritten(
        "import pytest\n\naio = pytest.mark.asyncio\npytestmark = [aio, pytest.mark.asyncio]\n\nx = 1\n", "x = 1\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "from tests.marks import aio\n\n@aio\nasync def test_a(): ...\n",
        "import pytest\n\naio = pytest.mark\n\n@aio.slow\nasync def test_a(): ...\n",
        "import pytest\n\ndef aio(f): ...\n\n@aio\nasync def test_a(): ...\n",
    ],
)
def test_names_that_are_not_aliases_of_the_marker_are_kept(text: str) -> None:
    assert_unchanged(text)


@pytest.mark.parametrize(
    "use",
    [
        "print(aio.name)",
        "__all__ = [aio]",
        "aio = aio.with_args(1)",
        "test_b = aio(test_a)",
        "@aio(loop_factories=[1])\nasync def test_b(): ...",
        "@aio(**options)\nasync def test_b(): ...",
        "pytestmark = aio if True else []",
    ],
)
def test_one_use_that_cannot_be_removed_keeps_all_uses_of_the_alias(use: str) -> None:
    text = f"import pytest\n\naio = pytest.mark.asyncio\n\n\n@aio\nasync def test_a(): ...\n\n\n{use}\n"
    result = rewrite(text, unsafe=True)
    assert not result.changed
    assert "ASH104" in {found.code for found in result.findings}


def test_an_alias_with_loop_factories_is_left_to_ash108() -> None:
    text = "import pytest\n\naio = pytest.mark.asyncio(loop_factories=['a'])\n\n\n@aio\nasync def test_a(): ...\n"
    assert_unchanged(text, select={"ASH104"}, unsafe=True)


def test_another_backend_at_one_use_keeps_all_uses_of_the_alias() -> None:
    text = (
        "import pytest\n\naio = pytest.mark.asyncio\n\n\n@aio\n@pytest.mark.trio\nasync def test_a(): ...\n\n\n"
        "@aio\nasync def test_b(): ...\n"
    )
    assert_unchanged(text, "ASH104", unsafe=True)


@pytest.mark.parametrize("use", ["@Marks.aio\nasync def test_a(): ...", "pytestmark = [Marks.aio]", "print(x.aio)"])
def test_an_alias_that_may_be_read_from_its_class_is_kept(use: str) -> None:
    text = f"import pytest\n\n\nclass Marks:\n    aio = pytest.mark.asyncio\n\n\n{use}\n"
    assert_unchanged(text, "ASH104", unsafe=True, select={"ASH104"})


def test_an_alias_in_a_class_imported_by_another_file_is_kept() -> None:
    text = "import pytest\n\n\nclass Marks:\n    aio = pytest.mark.asyncio\n"
    beside = {"tests/test_a.py": "from .marks import Marks\n\n\n@Marks.aio\nasync def test_a(): ...\n"}
    assert_unchanged(text, "ASH104", path="tests/marks.py", beside=beside, unsafe=True)
    assert_rewritten(text, "class Marks:\n    pass\n", path="tests/marks.py", beside={"tests/test_a.py": "import x\n"})


@pytest.mark.parametrize("export", ["__all__ = ['aio']", "__all__ = []\n__all__ += ['aio']", "__all__.append('aio')"])
def test_an_alias_in_dunder_all_is_kept(export: str) -> None:
    text = f"import pytest\n\naio = pytest.mark.asyncio\n{export}\n\n\n@aio\nasync def test_a(): ...\n"
    assert_unchanged(text, "ASH104", unsafe=True)


@pytest.mark.parametrize(
    "importing",
    [
        "from tests import marks\n\n\n@marks.on_loop\nasync def test_a(): ...\n",
        "import tests.marks as m\n\n\n@m.on_loop\nasync def test_a(): ...\n",
        "from .marks import *\n\n\n@on_loop\nasync def test_a(): ...\n",
    ],
)
def test_a_file_that_imports_the_whole_module_keeps_the_alias(importing: str) -> None:
    beside = {"tests/test_other.py": importing}
    (found,) = assert_unchanged(DEFINED, "ASH104", path="tests/marks.py", beside=beside, unsafe=True).findings
    assert found.message == "another file imports this whole module and may use `on_loop`; it stays"


DEFINED = "import pytest\n\non_loop = pytest.mark.asyncio(loop_scope='module')\nslow = pytest.mark.slow\n"
IMPORTER = "from tests.marks import on_loop, slow\n\n\n@on_loop\n@slow\nasync def test_a(): ...\n"


def test_an_alias_imported_by_another_file_is_removed_only_with_unsafe() -> None:
    beside = {"tests/test_other.py": IMPORTER}
    result = assert_unchanged(DEFINED, "ASH104", path="tests/marks.py", beside=beside)
    assert result.findings[0].message == "another file imports `on_loop`, and has to be rewritten as well"
    assert_rewritten(
        DEFINED, "import pytest\n\nslow = pytest.mark.slow\n", path="tests/marks.py", beside=beside, unsafe=True
    )


@pytest.mark.parametrize("module", ["tests.marks", ".marks", "marks"])
def test_uses_of_an_imported_alias_are_removed_in_the_same_run(module: str) -> None:
    text = IMPORTER.replace("tests.marks", module)
    beside = {"tests/marks.py": DEFINED}
    assert_unchanged(text, "ASH104", beside=beside)
    assert_rewritten(
        text, f"from {module} import slow\n\n\n@slow\nasync def test_a(): ...\n", beside=beside, unsafe=True
    )


@pytest.mark.parametrize(
    "beside",
    [
        {"tests/marks.py": "import pytest\n\non_loop = pytest.mark.slow\n"},
        {"tests/marks.py": "import pytest\n\non_loop = pytest.mark.asyncio(loop_factories=['a'])\n"},
        {"other/marks.py": DEFINED},
        {},
    ],
)
def test_an_imported_name_that_is_not_an_alias_of_the_marker_is_kept(beside: dict[str, str]) -> None:
    assert_unchanged(IMPORTER, unsafe=True, beside=beside)


def test_a_use_of_an_imported_alias_that_cannot_be_removed_is_reported() -> None:
    text = "from tests.marks import on_loop\n\ndecorate(on_loop)\n"
    assert_unchanged(text, "ASH104", unsafe=True, beside={"tests/marks.py": DEFINED})


@pytest.mark.parametrize(
    "use",
    [
        "\ndecorate(on_loop)",
        "\non_loop = on_loop",
        "\n__all__ = ['on_loop']",
        "\n@on_loop\n@pytest.mark.trio\nasync def test_b(): ...",
        "  # asyncshim: ignore[ASH104]\n@on_loop\nasync def test_b(): ...",
    ],
)
def test_an_alias_is_kept_while_another_file_still_uses_it(use: str) -> None:
    """Other files still lose their uses, because no test needs the alias."""
    text = f"import pytest\nfrom tests.marks import on_loop{use}\n"
    beside = {"tests/test_other.py": IMPORTER, "tests/test_b.py": text}
    (found,) = assert_unchanged(DEFINED, "ASH104", path="tests/marks.py", beside=beside, unsafe=True).findings
    assert found.message == "tests/test_b.py imports `on_loop`, and this run does not remove it there; it stays"
    beside = {"tests/marks.py": DEFINED, "tests/test_b.py": text}
    after = IMPORTER.replace("on_loop, ", "").replace("@on_loop\n", "")
    assert_rewritten(IMPORTER, after, path="tests/test_other.py", beside=beside, unsafe=True)


def test_an_alias_that_its_importer_exports_is_kept_in_both_files() -> None:
    again = {"tests/marks.py": DEFINED, "tests/test_c.py": "from tests.test_b import on_loop\n"}
    text = "from tests.marks import on_loop\n\n\n@on_loop\nasync def test_b(): ...\n"
    (found,) = assert_unchanged(text, "ASH104", path="tests/test_b.py", beside=again, unsafe=True).findings
    assert found.message.endswith("name for the marker, and other files may import it from here; it stays")
    beside = {"tests/test_b.py": text, "tests/test_c.py": again["tests/test_c.py"]}
    assert_unchanged(DEFINED, "ASH104", path="tests/marks.py", beside=beside, unsafe=True)


def test_an_alias_with_a_wide_scope_on_a_synchronous_test_too_warns_of_the_leaking_one() -> None:
    text = (
        "import asyncio\n\nimport pytest\n\naio = pytest.mark.asyncio(loop_scope='session')\n\n\n"
        "@aio\ndef test_sync(): ...\n\n\n@aio\nasync def test_it():\n    asyncio.create_task(serve())\n"
    )
    (found,) = assert_unchanged(text, "ASH104").findings
    assert found.message.startswith("`test_it` may leak tasks")
