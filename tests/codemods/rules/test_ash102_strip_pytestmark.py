from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages

REST = "\n\n@pytest.mark.slow\nasync def test_a(): ...\n"


@pytest.mark.parametrize(
    "statement",
    [
        "pytestmark = pytest.mark.asyncio()",
        "pytestmark = pytest.mark.asyncio(loop_scope='module')",
        "pytestmark = [\n    pytest.mark.asyncio,\n]",
        "pytestmark: object = pytest.mark.asyncio",
        "pytestmark: list[object] = [pytest.mark.asyncio]",
    ],
)
def test_a_pytestmark_with_only_the_marker_is_removed(statement: str) -> None:
    assert_rewritten(f"import pytest\n\n{statement}\n{REST}", f"import pytest\n{REST}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[pytest.mark.slow, pytest.mark.asyncio]", "[pytest.mark.slow]"),
        ("(pytest.mark.slow, pytest.mark.asyncio)", "(pytest.mark.slow,)"),
        ("[pytest.mark.a, pytest.mark.asyncio, pytest.mark.b]", "[pytest.mark.a, pytest.mark.b]"),
        (
            "[\n    pytest.mark.a,  # A\n    pytest.mark.asyncio,  # B\n    pytest.mark.c,  # C\n]",
            "[\n    pytest.mark.a,  # A\n    # B\n    pytest.mark.c,  # C\n]",
        ),
        ("[*common, pytest.mark.asyncio]", "[*common]"),
        ("common + [pytest.mark.slow, pytest.mark.asyncio]", "common + [pytest.mark.slow]"),
    ],
)
def test_the_marker_is_removed_from_a_list_that_stays_a_list(before: str, after: str) -> None:
    assert_rewritten(
        f"import pytest\n\npytestmark = {before}\n{REST}", f"import pytest\n\npytestmark = {after}\n{REST}"
    )


def test_statements_that_add_only_the_marker_are_removed() -> None:
    assert_rewritten(
        """
        import pytest

        pytestmark = [pytest.mark.slow]
        pytestmark += [pytest.mark.asyncio]
        pytestmark.append(pytest.mark.asyncio)
        pytestmark.extend([pytest.mark.asyncio])
        pytestmark.extend([pytest.mark.asyncio, pytest.mark.db])
        """,
        """
        import pytest

        pytestmark = [pytest.mark.slow]
        pytestmark.extend([pytest.mark.db])
        """,
    )


def test_a_list_that_is_extended_later_is_kept_empty() -> None:
    assert_rewritten(
        "import pytest\n\npytestmark = [pytest.mark.asyncio]\npytestmark.append(pytest.mark.slow)\n",
        "import pytest\n\npytestmark = []\npytestmark.append(pytest.mark.slow)\n",
    )


def test_comments_and_blank_lines_around_a_removed_pytestmark_are_kept() -> None:
    assert_rewritten(
        """
        # License.

        import pytest

        # All of these are coroutines.
        pytestmark = pytest.mark.asyncio  # every one

        # A constant.
        LIMIT = pytest.approx(3)
        """,
        """
        # License.

        import pytest

        # All of these are coroutines.
        # every one

        # A constant.
        LIMIT = pytest.approx(3)
        """,
    )


def test_a_class_never_loses_its_whole_body_with_pytestmark() -> None:
    assert_rewritten(
        """
        import pytest


        class TestA:
            pytestmark = pytest.mark.asyncio

            async def test_a(self): ...


        class TestB:
            '''Only a mark.'''

            pytestmark = [pytest.mark.asyncio]


        class TestC:
            pytestmark = [pytest.mark.asyncio]


        class TestD:
            x = 1; pytestmark = pytest.mark.asyncio; y = 2
        """,
        """
        class TestA:
            async def test_a(self): ...


        class TestB:
            '''Only a mark.'''


        class TestC:
            pass


        class TestD:
            x = 1; y = 2
        """,
    )


@pytest.mark.parametrize(
    "text",
    [
        "from tests.marks import pytestmark\n",
        "pytestmark = pytest.mark.asyncio\n",
        "import pytest\n\npytestmark: pytest.mark.asyncio_cooperative\n",
        "import pytest\n\npytestmark = pytest.mark.skipif('asyncio' in MODES, reason='asyncio')\n",
        "import pytest\n\npytestmark = pytest.mark.usefixtures('asyncio')\n",
        "import pytest\n\npytestmark = pytest.mark.anyio\npytestmark.append(pytest.mark.slow)\n",
        "class TestA:\n    pytestmark = mark.asyncio\n",
        "import pytest\n\nclass TestA:\n    pytestmark = [pytest.mark.slow]\n    pytestmark.append(pytest.mark.trio)\n",
        "from tests import marks\n\npytestmark = marks.asyncio\n",
        "from tests.marks import asyncio\n\npytestmark = [asyncio]\n",
        "import pytest\n\nPYTESTMARK = mypytestmark = [pytest.mark.slow]\n",
        "import pytest\n\nclass pytestmark:\n    asyncio = pytest.mark.slow\n",
        "import pytest\n\npytestmark = [\n    # pytest.mark.asyncio,\n    pytest.mark.slow,\n]\n",
    ],
)
def test_a_pytestmark_without_the_marker_is_kept(text: str) -> None:
    assert_unchanged(text)


@pytest.mark.parametrize(
    "statement",
    [
        "pytestmark = pytest.mark.asyncio if True else []",
        "pytestmark = [m for m in (pytest.mark.asyncio,)]",
        "pytestmark = pytest.mark.asyncio\nothers = [pytestmark, pytest.mark.slow]",
        "if True:\n    pytestmark = pytest.mark.asyncio\nelse:\n    pytestmark = []",
        "pytestmark = wrap(pytest.mark.asyncio)",
        "pytestmark = {pytest.mark.asyncio}",
        "pytestmark = [[pytest.mark.asyncio], pytest.mark.slow]",
        "pytestmark = list((pytest.mark.asyncio, pytest.mark.slow))",
        "pytestmark = [mark := pytest.mark.asyncio, pytest.mark.slow]",
        "pytestmark = [pytest.mark.asyncio, pytest.mark.slow][:1]",
        "pytestmark = pytest.mark.asyncio or []",
        "class TestA:\n    pytestmark = pytest.mark.asyncio\n    marks = [pytestmark]",
    ],
)
def test_a_computed_or_reused_pytestmark_is_reported(statement: str) -> None:
    (found,) = assert_unchanged(f"import pytest\n\n{statement}\n", "ASH102").findings
    assert found.message == "this `pytestmark` is used or built in a way that needs manual review"


@pytest.mark.parametrize(
    "mark", ["pytest.mark.asyncio(loop_factories=['a'])", "pytest.mark.asyncio(loop_scope='class')"]
)
def test_a_pytestmark_that_isolates_tests_is_left_to_ash108(mark: str) -> None:
    session = {"pytest.ini": "[pytest]\nasyncio_default_test_loop_scope = session\n"}
    for statement in (f"pytestmark = {mark}", f"pytestmark = [pytest.mark.slow, {mark}]"):
        assert_unchanged(f"import pytest\n\n{statement}\n", select={"ASH102"}, beside=session, unsafe=True)


def test_a_pytestmark_imported_by_another_file_is_kept() -> None:
    beside = {"tests/test_other.py": "from tests.test_module import pytestmark\n"}
    assert_unchanged("import pytest\n\npytestmark = pytest.mark.asyncio\n", "ASH102", beside=beside)


BASE = "import pytest\n\n\nclass Base:\n    pytestmark = pytest.mark.asyncio\n"


@pytest.mark.parametrize("read", ["Base.pytestmark", "[*Base.pytestmark, pytest.mark.slow]"])
def test_a_pytestmark_read_from_its_class_is_kept(read: str) -> None:
    reader = f"class TestA(Base):\n    pytestmark = {read}\n"
    assert_unchanged(f"{BASE}\n\n{reader}", "ASH102", unsafe=True)
    importing = {"tests/test_a.py": f"from .base import Base\n\n\n{reader}"}
    assert_unchanged(BASE, "ASH102", path="tests/base.py", beside=importing, unsafe=True)


def test_the_pytestmark_of_an_imported_class_is_removed_if_nobody_reads_it() -> None:
    importing = {"tests/test_a.py": "from .base import Base\n\n\nclass TestA(Base): ...\n"}
    elsewhere = {"tests/test_b.py": "from .other import Other\n\npytestmark = Other.pytestmark\n"}
    after = "class Base:\n    pass\n"
    assert_rewritten(BASE, after, path="tests/base.py", beside=importing)
    assert_rewritten(BASE, after, path="tests/base.py", beside=elsewhere)


def test_a_pytestmark_list_read_from_its_class_is_kept_empty() -> None:
    text = "import pytest\n\n\nclass Base:\n    pytestmark = [{}]\n\n\npytestmark = Base.pytestmark + [pytest.mark.x]\n"
    assert_rewritten(text.format("pytest.mark.asyncio"), text.format(""))


@pytest.mark.parametrize("names", ["['pytestmark']", "('other', 'pytestmark')"])
def test_a_pytestmark_in_dunder_all_is_kept(names: str) -> None:
    assert_unchanged(f"import pytest\n\npytestmark = pytest.mark.asyncio\n__all__ = {names}\n", "ASH102")


def test_a_pytestmark_for_two_backends_is_reported() -> None:
    text = "import pytest\n\npytestmark = [pytest.mark.asyncio, pytest.mark.anyio]\n"
    result = assert_unchanged(text, "ASH102", unsafe=True)
    assert messages(result) == ["3:15 ASH102 `pytest.mark.anyio` applies to the same tests; keep the right marker"]


def test_a_pytestmark_is_kept_while_strict_mode_stays() -> None:
    strict = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"}
    assert_unchanged(
        "import pytest\n\npytestmark = pytest.mark.asyncio\n", "ASH102", beside=strict, select={"ASH102", "ASH205"}
    )


@pytest.mark.parametrize(
    "marks",
    [
        "[pytest.mark.asyncio, pytest.mark.usefixtures('event_loop')]",
        "[\n    pytest.mark.asyncio,\n    pytest.mark.usefixtures('event_loop'),\n]",
    ],
)
def test_a_pytestmark_emptied_by_two_rules_is_removed(marks: str) -> None:
    assert_rewritten(
        f"import pytest\n\npytestmark = {marks}\n\n\nasync def test_it():\n    ...\n",
        "async def test_it():\n    ...\n",
    )
    assert_rewritten(
        f"import pytest\n\npytestmark = {marks}\nother = pytestmark\n\n\nasync def test_it():\n    ...\n",
        "pytestmark = []\nother = pytestmark\n\n\nasync def test_it():\n    ...\n",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import pytest; pytestmark = pytest.mark.asyncio", ""),
        ("import pytest; pytestmark = pytest.mark.asyncio; X = 1", "X = 1\n"),
        ("X = 1; import pytest; pytestmark = [pytest.mark.asyncio]", "X = 1\n"),
    ],
)
def test_a_pytestmark_on_the_line_of_an_import_is_removed(before: str, after: str) -> None:
    test = "async def test_it():\n    ...\n"
    assert_rewritten(f"{before}\n{test}", f"{after}{test}")
