from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite

TEST = "@pytest.mark.asyncio\nasync def test_a(): ...\n"
BARE = "async def test_a(): ...\n"


@pytest.mark.parametrize(
    ("head", "new_head"),
    [
        ("import pytest\n\n\n", ""),
        ("import pytest  # for the marks\n\n\n", "# for the marks\n\n\n"),
        ("import pytest  # noqa: E402\n\n\n", ""),
        ("# License.\nimport pytest\n\n\n", "# License.\n\n\n"),
        ('"""Doc."""\n\nimport pytest\n\n\n', '"""Doc."""\n\n\n'),
        ("import os\n\nimport pytest\n\nx = os\n\n\n", "import os\n\nx = os\n\n\n"),
        ("import os\nimport pytest\nimport sys\n\nx = os, sys\n\n\n", "import os\nimport sys\n\nx = os, sys\n\n\n"),
        ("import os, pytest\n\nx = os\n\n\n", "import os\n\nx = os\n\n\n"),
        ("import os; import pytest\n\nx = os\n\n\n", "import os\n\nx = os\n\n\n"),
        (
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import pytest\n\n\n",
            "",
        ),
        ("import sys\n\nif sys.version_info < (4,):\n    import pytest\n\n\n", ""),
        ("if True:\n    import pytest\n\n\n", ""),
        ("if ready():\n    import pytest\n\n\n", "if ready():\n    pass\n\n\n"),
        (
            '"""Prose about pytest.\n\n>>> x = 1\n"""\n\nimport pytest\n\n\n',
            '"""Prose about pytest.\n\n>>> x = 1\n"""\n\n\n',
        ),
    ],
)
def test_an_import_without_a_remaining_use_is_removed(head: str, new_head: str) -> None:
    assert_rewritten(head + TEST, new_head + BARE)


def test_one_unused_name_is_removed_from_a_from_import() -> None:
    assert_rewritten(
        "from pytest import (\n    Item,\n    mark,  # marks\n)\n\nx: Item\n\n\n@mark.asyncio\nasync def test(): ...\n",
        "from pytest import (\n    Item,\n    # marks\n)\n\nx: Item\n\n\nasync def test(): ...\n",
    )


def test_an_import_used_only_by_a_removed_annotation_is_removed() -> None:
    result = assert_rewritten(
        "import asyncio\n\n\nasync def test_a(event_loop: asyncio.AbstractEventLoop): ...\n",
        "async def test_a(): ...\n",
    )
    assert messages(result)[0] == "1:8 ASH205 `asyncio` has no use any more"


@pytest.mark.parametrize(
    "rest",
    [
        "x = pytest",
        "def f():\n    return pytest.approx(1)",
        "x: 'pytest.Item'",
        "__all__ = ['pytest', 'test_a']",
        "x = cast('list[pytest.Item]', 1)",
        "patch('tests.test_module.pytest.skip')",
        "pytest.x = 1",
        "class A:\n    pytest = pytest",
        'def f():\n    """\n    >>> x = 1\n    ... x = pytest\n    """',
        "x = 1  # type: pytest.Item",
    ],
)
def test_an_import_with_another_use_is_kept(rest: str) -> None:
    assert_rewritten(f"import pytest\n\n\n{TEST}\n\n{rest}\n", f"import pytest\n\n\n{BARE}\n\n{rest}\n")


@pytest.mark.parametrize(
    "head",
    [
        "import pytest  # noqa: F401",
        "import pytest as pytest",
        "from pytest import mark as mark, MarkDecorator as pytest",
    ],
)
def test_a_re_exported_import_is_kept(head: str) -> None:
    marker = "@mark.asyncio" if "mark as" in head else "@pytest.mark.asyncio"
    before = f"{head}\n\n\n{marker}\nasync def test_a(): ...\n"
    assert_rewritten(before, before.replace(f"{marker}\n", ""))


def test_packages_and_imported_conftests_keep_their_imports() -> None:
    before, after = f"import pytest\n\n\n{TEST}", f"import pytest\n\n\n{BARE}"
    assert_rewritten(before, after, path="tests/__init__.py")
    assert_rewritten(before, after, path="tests/conftest.py", beside={"tests/a.py": "from .conftest import pytest\n"})
    assert_rewritten(
        before, after, path="tests/conftest.py", beside={"tests/a.py": "from tests.conftest import *\n\npytest.x\n"}
    )
    assert_rewritten(before, BARE, path="tests/conftest.py", beside={"tests/a.py": "from .conftest import other\n"})


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n\n\nasync def test_a(): ...\n",
        "import event_loop\n\nx = event_loop\n",
        "from pytest import mark, fixture  # pytest_asyncio\n",
        "import asyncio as event_loop\n",
    ],
)
def test_an_import_that_was_unused_before_is_kept(text: str) -> None:
    assert_unchanged(text)


@pytest.mark.parametrize(
    "head",
    [
        "import asyncio",
        "import pytest",
        "from pytest import mark",
        "from pytest_asyncio import x",
    ],
)
@pytest.mark.parametrize(
    "shape", ["{}", "if True:\n    {}", "def f():\n    {}", "try:\n    {}\nexcept ImportError: ..."]
)
def test_an_import_that_was_unused_before_is_kept_in_every_block(head: str, shape: str) -> None:
    text = shape.format(head) + "\n\n\nasync def test_a(event_loop): ...\n"
    assert_unchanged(text, select={"ASH205"})


@pytest.mark.parametrize(
    "use",
    [
        "x = pytest",
        "x: pytest.Item",
        "x: 'pytest.Item'",
        "def f(x=pytest): ...",
        "async def test_a(x: pytest.Item) -> pytest.Item: ...",
        "@pytest.hookimpl\ndef f(): ...",
        "class A(pytest.Item): ...",
        "print(f'{pytest!r}')",
        "lambda: pytest",
        "[pytest for _ in ()]",
        "pytest.x = 1",
        "__all__ = ['pytest']",
        "type A = pytest.Item",
        "def f[T: pytest.Item](): ...",
        "match x:\n    case pytest.Item(): ...",
        "with pytest.raises(E): ...",
        "def f():\n    global pytest\n    pytest = 1",
        "@decorate(pytest.mark.slow)\nclass A: ...",
        "async def f():\n    async with pytest.a() as b, b.c: ...",
        "x = 1 if pytest else 2",
        "def f(*a: *pytest.T): ...",
        "for pytest.x in y: ...",
        "x: list['pytest.Item']",
        "x = {**pytest.y}",
        "assert pytest",
        "async def f():\n    yield pytest",
        "print(lambda x=pytest: x)",
    ],
)
def test_an_import_with_any_kind_of_use_is_kept(use: str) -> None:
    text = f"import pytest\n\n\n{use}\n\n\n@pytest.mark.asyncio  # asyncshim: ignore\nasync def test_it(): ...\n"
    assert_unchanged(text)


def test_an_import_that_was_unused_before_is_kept_beside_a_removed_one() -> None:
    assert_rewritten(f"import os\nimport pytest\n\n\n{TEST}", f"import os\n\n\n{BARE}")


def test_an_unused_import_in_a_try_is_reported_and_kept() -> None:
    text = "try:\n    import pytest\nexcept ImportError:\n    raise SystemExit\n\n\n" + TEST
    result = rewrite(text)
    assert result.new.decode() == text.replace("@pytest.mark.asyncio\n", "")
    assert (
        messages(result)[0]
        == "2:12 ASH205 `pytest` has no use any more, but is imported in a `try`; review it manually"
    )
    assert not result.findings[0].fixed


def test_an_unused_import_is_kept_if_ash205_is_not_selected() -> None:
    assert_rewritten(f"import pytest\n\n\n{TEST}", f"import pytest\n\n\n{BARE}", select={"ASH101"})


def test_a_suppressed_unused_import_is_kept() -> None:
    head = "import pytest  # asyncshim: ignore[ASH205]\n\n\n"
    assert_rewritten(head + TEST, head + BARE)


def test_one_new_import_replaces_two_old_ones() -> None:
    fixtures = "\n\n@pytest_asyncio.fixture\nasync def a(): ...\n\n\n@pytest_asyncio.fixture\nasync def b(): ...\n"
    assert_rewritten(
        "import os\nimport pytest_asyncio\nimport pytest_asyncio.plugin\n\nos" + fixtures,
        "import os\nimport pytest\n\nos" + fixtures.replace("pytest_asyncio", "pytest"),
    )


def test_a_new_import_replaces_the_old_one_in_place() -> None:
    assert_rewritten(
        "import os\n\nimport pytest_asyncio  # pools\nimport x\n\n\n@pytest_asyncio.fixture\nasync def a(): x, os\n",
        "import os\n\nimport pytest  # pools\nimport x\n\n\n@pytest.fixture\nasync def a(): x, os\n",
    )


@pytest.mark.parametrize(
    "head",
    [
        "import asyncio\n\n\n",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import asyncio\n\n\n",
        "import typing\n\nif typing.TYPE_CHECKING:\n    import asyncio\n\n\n",
        "import asyncio\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import asyncio\n\n\n",
    ],
)
def test_an_import_used_only_in_the_string_of_a_removed_annotation_is_removed(head: str) -> None:
    assert_rewritten(
        head + "async def test_a(event_loop: 'asyncio.AbstractEventLoop'): ...\n", "async def test_a(): ...\n"
    )


def test_an_import_used_in_the_string_of_another_annotation_is_kept() -> None:
    head = "import asyncio\n\n\n"
    rest = "\n\ndef f(x: 'asyncio.Task'): ...\n"
    assert_rewritten(
        head + "async def test_a(event_loop: 'asyncio.AbstractEventLoop'): ..." + rest,
        head + "async def test_a(): ..." + rest,
    )


def test_an_import_used_only_in_a_removed_type_comment_is_removed() -> None:
    assert_rewritten(
        """
        import asyncio
        from asyncio import AbstractEventLoop

        import pytest


        @pytest.fixture(scope="session")
        def event_loop(request: "AbstractEventLoop"):
            loop = asyncio.new_event_loop()  # type: AbstractEventLoop
            yield loop
            loop.close()


        async def test_a(): ...
        """,
        "async def test_a(): ...\n",
    )


def test_every_import_of_a_name_is_removed_with_its_last_use() -> None:
    assert_rewritten(
        "import pytest\n\nif 1:\n    import pytest\nelse:\n    import pytest\n\n\n" + TEST,
        BARE,
    )


def test_an_import_in_both_branches_of_a_try_is_kept() -> None:
    head = "try:\n    from pytest import mark\nexcept ImportError:\n    from py.test import mark\n\n\n"
    assert_unchanged(head + "@mark.asyncio\nasync def test_a(): ...\n", "ASH101")


CONFTEST = "import pytest\n\n\n" + TEST
THIRD_PARTY = {
    "a module": "from tests import conftest\n\nconftest.setup()\n",
    "an unused module": "from . import conftest\n",
    "all names": "import pytest\nfrom tests.conftest import *\n\npytest.skip()\n",
    "the base name of a package": "import conftest\n\nconftest.setup()\n",
    "the base name with all names": "from conftest import *\n\nsetup()\n",
    "a package with a module of this name": "import vendor.tests.conftest as c\n\nc.setup()\n",
}


@pytest.mark.parametrize("text", THIRD_PARTY.values(), ids=THIRD_PARTY)
def test_an_import_that_no_other_file_uses_is_removed(text: str) -> None:
    assert_rewritten(CONFTEST, BARE, path="tests/conftest.py", beside={"tests/test_a.py": text})


@pytest.mark.parametrize(
    "text",
    [
        "from tests import conftest\n\nconftest.pytest.skip()\n",
        "from tests import conftest as c\n\nsetattr(c, 'x', 1)\n",
        "import tests.conftest\n\ntests.conftest.pytest.skip()\n",
        "from tests.conftest import *\n\npytest.skip()\n",
        "from conftest import pytest\n",
        "from .conftest import pytest as p\n",
    ],
)
def test_an_import_that_another_file_uses_is_kept(text: str) -> None:
    after = CONFTEST.replace("@pytest.mark.asyncio\n", "")
    assert_rewritten(CONFTEST, after, path="tests/conftest.py", beside={"tests/test_a.py": text})


def test_pytest_asyncio_that_another_file_may_use_is_reported() -> None:
    text = "import pytest\nimport pytest_asyncio\n\n\n@pytest_asyncio.fixture\nasync def a(): ...\n"
    result = rewrite(text, path="tests/kit.py", beside={"tests/a.py": "from .kit import pytest_asyncio\n"})
    assert messages(result)[0] == (
        "2:8 ASH205 nothing in this file uses `pytest_asyncio`, but another file may use it from here; "
        "review it manually"
    )
    assert not result.findings[0].fixed


@pytest.mark.parametrize(
    "text",
    [
        "import pytest_asyncio\n",
        "import pytest_asyncio  # noqa\nfrom event_loop import x\n",
        "import pytest_asyncio as pytest_asyncio\n",
        "import pytest_asyncio.plugin  # noqa: F401\n",
        "from pytest_asyncio import plugin as p\n",
        "import os, pytest_asyncio\n\nprint(os)\n",
        "def f():\n    import pytest_asyncio\n",
        "if TYPE_CHECKING:\n    import pytest_asyncio\n",
        "try:\n    import pytest_asyncio\nexcept ImportError:\n    IS_INSTALLED = False\n",
        "try:\n    import pytest_asyncio\nexcept ImportError:\n    pytest_asyncio = None\n",
        "import pytest_asyncio\n\n__all__ = ['pytest_asyncio']\n",
    ],
)
@pytest.mark.parametrize("path", ["tests/test_module.py", "tests/conftest.py", "tests/__init__.py"])
def test_an_import_of_pytest_asyncio_for_nothing_is_kept_and_reported(text: str, path: str) -> None:
    result = assert_unchanged(text, "ASH205", path=path)
    assert "nothing in this file uses `pytest_asyncio`" in result.findings[0].message
    assert not rewrite(text, path=path, runner="pytest-asyncio").findings


@pytest.mark.parametrize(
    "text",
    [
        "import pytest_asyncio_cooperative\n",
        "from tests import pytest_asyncio\n",
        "import tests.pytest_asyncio\n",
        "from .pytest_asyncio import plugin\n",
        "pytest_asyncio = None\n",
        "x = 'import pytest_asyncio'\n",
    ],
)
def test_an_import_of_a_namesake_for_nothing_is_kept(text: str) -> None:
    assert_unchanged(text)


@pytest.mark.parametrize("head", ["import pytest_asyncio  # noqa: F401", "import pytest_asyncio as pytest_asyncio"])
def test_an_import_of_pytest_asyncio_that_is_kept_on_purpose_is_reported(head: str) -> None:
    text = f"import pytest\n{head}\n\n\n@pytest_asyncio.fixture\nasync def a(): ...\n"
    result = rewrite(text)
    assert result.new.decode() == text.replace("@pytest_asyncio", "@pytest")
    assert any("ASH205 nothing in this file uses `pytest_asyncio`; review" in each for each in messages(result))


@pytest.mark.parametrize(
    "head",
    [
        "import asyncio",
        "from asyncio import AbstractEventLoop",
        "if TYPE_CHECKING:\n    import asyncio",
        "if TYPE_CHECKING:\n    from asyncio import AbstractEventLoop",
        "if typing.TYPE_CHECKING:\n    import asyncio",
        "import asyncio\nimport asyncio",
        "import asyncio\nif TYPE_CHECKING:\n    import asyncio",
    ],
)
@pytest.mark.parametrize(
    "rest",
    [
        "def serve(event_loop: 'asyncio.AbstractEventLoop'): ...",
        "async def test_a(event_loop: 'AbstractEventLoop' = None): ...",
        "event_loop: 'asyncio.AbstractEventLoop'",
        "class A:\n    def event_loop(self) -> 'AbstractEventLoop': ...",
        "event_loop = cast('asyncio.AbstractEventLoop', x)",
        "def f() -> 'asyncio.AbstractEventLoop':\n    return event_loop",
    ],
)
def test_an_import_for_a_string_that_stays_is_kept(head: str, rest: str) -> None:
    assert_unchanged(f"{head}\n\n\n{rest}\n", select={"ASH205", "ASH301"})


OVERRIDE = """
# The loop of the suite.
import asyncio

import pytest


@pytest.fixture(scope="session")
def event_loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()
"""


@pytest.mark.parametrize(
    "text",
    [
        "pytest_plugins = ['tests.fixtures.loop']\n",
        "pytest_plugins = (\n    'other',\n    'tests.fixtures.loop',\n)\n",
        "from tests.fixtures.loop import other\n",
        "from .fixtures import loop\n",
    ],
)
def test_a_module_of_which_nothing_is_left_is_reported_if_another_file_loads_it(text: str) -> None:
    result = assert_rewritten(
        OVERRIDE,
        "# The loop of the suite.\n",
        path="tests/fixtures/loop.py",
        beside={"tests/conftest.py": text},
        unsafe=True,
    )
    message = "nothing is left of this module, but another file loads it; remove both manually"
    assert [each.message for each in result.findings if not each.fixed] == [message]


@pytest.mark.parametrize("text", ["pytest_plugins = ['tests.fixtures.other']\n", "import loop_tools\n"])
def test_a_module_of_which_nothing_is_left_is_not_reported_if_no_file_loads_it(text: str) -> None:
    result = assert_rewritten(
        OVERRIDE, "# The loop of the suite.\n", path="tests/fixtures/loop.py", beside={"tests/conftest.py": text}
    )
    assert all(each.fixed for each in result.findings)


@pytest.mark.parametrize("rest", ["x = 1", "import os", "def f(): ..."])
def test_a_module_of_which_something_is_left_is_not_reported(rest: str) -> None:
    result = rewrite(
        f"{OVERRIDE}\n\n{rest}\n",
        path="tests/fixtures/loop.py",
        beside={"tests/conftest.py": "pytest_plugins = ['tests.fixtures.loop']\n"},
    )
    assert all(each.fixed for each in result.findings)
