from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from pytest_asyncio.plugin import SubRequest", "from pytest import FixtureRequest as SubRequest"),
        ("from pytest_asyncio.plugin import SubRequest as Request", "from pytest import FixtureRequest as Request"),
        ("from pytest_asyncio.plugin import FixtureRequest", "from pytest import FixtureRequest"),
        ("from pytest_asyncio.plugin import Item, Config", "from pytest import Item, Config"),
        (
            "from pytest_asyncio.plugin import SubRequest, unused_tcp_port",
            "from pytest import FixtureRequest as SubRequest",
        ),
        (
            "from pytest_asyncio.plugin import (\n    Item,  # one\n    Parser,\n)",
            "from pytest import (\n    Item,  # one\n    Parser,\n)",
        ),
    ],
)
def test_classes_of_pytest_are_imported_from_pytest(before: str, after: str) -> None:
    use = "\n\ndef f(unused_tcp_port, x: 'FixtureRequest'): ...\n"
    assert_rewritten(before + use, after + use)


def test_uses_are_qualified_if_the_import_is_kept_for_another_name() -> None:
    result = assert_rewritten(
        """
        from pytest_asyncio.plugin import LoopFactory, SubRequest


        def port(request: SubRequest, factory: LoopFactory) -> int: ...
        """,
        """
        import pytest
        from pytest_asyncio.plugin import LoopFactory


        def port(request: pytest.FixtureRequest, factory: LoopFactory) -> int: ...
        """,
    )
    assert messages(result) == [
        "1:35 ASH203 `pytest_asyncio.plugin.LoopFactory` has no public replacement",
        "1:48 ASH203 `SubRequest` is pytest's own `FixtureRequest`",
    ]


@pytest.mark.parametrize(
    "name", ["unused_tcp_port", "unused_udp_port", "unused_tcp_port_factory", "unused_udp_port_factory"]
)
def test_imports_of_port_fixtures_are_removed(name: str) -> None:
    use = f"def test_port({name}): ...\n"
    assert_rewritten(f"from pytest_asyncio.plugin import {name}\n\n\n{use}", use)


def test_a_port_fixture_called_as_a_function_keeps_its_import() -> None:
    text = "from pytest_asyncio.plugin import SubRequest, unused_tcp_port\n\nPORT = unused_tcp_port()\nx: SubRequest\n"
    assert_rewritten(
        text,
        "import pytest\nfrom pytest_asyncio.plugin import unused_tcp_port\n\nPORT = unused_tcp_port()\n"
        "x: pytest.FixtureRequest\n",
    )


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("import pytest_asyncio.plugin as p", "p.SubRequest"),
        ("import pytest_asyncio.plugin", "pytest_asyncio.plugin.SubRequest"),
        ("from pytest_asyncio import plugin", "plugin.FixtureRequest"),
    ],
)
def test_a_class_used_through_the_module_comes_from_pytest(head: str, name: str) -> None:
    use = "\n\ndef port(request: {}) -> int: ...\n"
    assert_rewritten(f"{head}\n{use.format(name)}", f"import pytest\n{use.format('pytest.FixtureRequest')}")


def test_an_import_of_plugin_names_is_kept_where_the_name_pytest_is_taken() -> None:
    text = "from pytest_asyncio.plugin import LoopFactory, SubRequest\nfrom tools import pytest\n\nx: SubRequest\n"
    assert_unchanged(text, "ASH203", "ASH203", unsafe=True)


@pytest.mark.parametrize("use", ["p.SubRequest = object", "del p.SubRequest", "pytest = p.SubRequest"])
def test_an_assignment_to_a_plugin_name_is_reported(use: str) -> None:
    result = assert_unchanged(f"import pytest_asyncio.plugin as p\n\n{use}\n", "ASH203", unsafe=True)
    assert "`pytest_asyncio.plugin.SubRequest` cannot be imported from pytest in this place" in messages(result)[0]


@pytest.mark.parametrize(
    ("name", "rest", "beside"),
    [
        ("unused_tcp_port as port", "def test_port(port): ...", {}),
        ("unused_tcp_port", "__all__ = ['unused_tcp_port']", {}),
        ("unused_tcp_port", "", {"tests/unit/conftest.py": "from tests.conftest import unused_tcp_port\n"}),
    ],
)
def test_an_import_of_a_port_fixture_that_other_code_uses_is_kept(name: str, rest: str, beside: dict[str, str]) -> None:
    text = f"from pytest_asyncio.plugin import {name}\n\n\n{rest}\n"
    assert_unchanged(text, "ASH203", path="tests/conftest.py", beside=beside)


def test_an_exported_plugin_class_is_kept_if_the_import_has_another_name() -> None:
    text = "from pytest_asyncio.plugin import LoopFactory, SubRequest\n\n__all__ = ['SubRequest']\n"
    assert_unchanged(text, "ASH203", "ASH203")
    alone = text.replace("LoopFactory, ", "")
    assert_rewritten(alone, alone.replace("pytest_asyncio.plugin import", "pytest import FixtureRequest as"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "import pytest_asyncio\n\nfx = getattr(pytest_asyncio, 'fixture')\n",
            "`pytest_asyncio` itself is passed to other code",
        ),
        ("import pytest_asyncio as pa\n\nMODULES = [pa]\n", "`pytest_asyncio` itself is passed to other code"),
        (
            "from pytest_asyncio import plugin\n\nregister(plugin)\n",
            "`pytest_asyncio.plugin` itself is passed to other code",
        ),
        ("import importlib\n\np = importlib.import_module('pytest_asyncio')\n", "is imported by a call"),
        ("plugin = __import__('pytest_asyncio.plugin')\n", "is imported by a call"),
        ("from importlib import import_module as im\n\nim('pytest_asyncio.plugin')\n", "is imported by a call"),
    ],
)
def test_pytest_asyncio_used_as_a_value_is_reported(text: str, message: str) -> None:
    assert message in messages(assert_unchanged(text, "ASH203", unsafe=True))[0]


@pytest.mark.parametrize("runner", ["conftest", "alt-pytest-asyncio", "anyio"])
def test_port_fixtures_are_reported_for_other_runners(runner: str) -> None:
    text = "from pytest_asyncio.plugin import unused_tcp_port\n\n\ndef test_port(unused_tcp_port): ...\n"
    assert_unchanged(text, "ASH203", "ASH207", runner=runner)


@pytest.mark.parametrize(
    "text",
    [
        "from pytest_asyncio import is_async_test\n",
        "from pytest_asyncio.plugin import LoopFactory\n",
        "from pytest_asyncio.plugin import Mode as M, _get_event_loop\n",
        "import pytest_asyncio\n\nprint(pytest_asyncio.__version__)\n",
        "import pytest_asyncio.plugin as p\n\nx: p.LoopFactory\n",
        "import pytest_asyncio.plugin as p\n\nx: p.Mode.Item\n",
        "from pytest_asyncio import plugin\n\nx = plugin.Mode.STRICT\n",
    ],
)
def test_plugin_names_without_a_public_replacement_are_reported(text: str) -> None:
    result = assert_unchanged(text, *["ASH203"] * (2 if "Mode as M" in text else 1))
    assert "has no public replacement" in result.findings[0].message


@pytest.mark.parametrize(
    "text",
    [
        "from pytest import FixtureRequest\n",
        "from _pytest.fixtures import SubRequest\n",
        "from tests.pytest_asyncio import SubRequest\n",
        "from .plugin import SubRequest  # pytest_asyncio\n",
        "def test_port(unused_tcp_port): ...  # pytest_asyncio\n",
        "import importlib\n\nx = importlib.import_module('asyncio'), importlib.import_module(name)\n",
        "import importlib\n\nx = importlib.import_module('pytest_asyncio_cooperative')\n",
        "import importlib\n\nx = importlib.import_module()\n",
        "x = __import__('asyncio')\n",
    ],
)
def test_names_of_other_modules_are_kept(text: str) -> None:
    assert_unchanged(text)


def test_is_async_test_in_a_marker_hook_is_left_to_ash107() -> None:
    text = """
        import pytest
        from pytest_asyncio import is_async_test


        def pytest_collection_modifyitems(items):
            marker = pytest.mark.asyncio(loop_scope="session")
            for item in items:
                if is_async_test(item):
                    item.add_marker(marker)
    """
    assert_unchanged(text, "ASH107", path="conftest.py")
