from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged

CONFTEST = "tests/conftest.py"


def conftest(body: str, signature: str = "pytest_collection_modifyitems(items)") -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"import pytest\n\nANSWER = pytest.approx(42)\n\n\ndef {signature}:\n{lines}\n"


AFTER = "import pytest\n\nANSWER = pytest.approx(42)\n"


@pytest.mark.parametrize(
    "body",
    [
        "for item in items:\n    item.add_marker(pytest.mark.asyncio)",
        "for item in items:\n    item.add_marker('asyncio')",
        "'''Doc.'''\nfor item in items:\n    item.add_marker(pytest.mark.asyncio(loop_scope='session'), append=False)",
        "m = pytest.mark.asyncio\nfor i in items:\n    if i:\n        i.add_marker(m)\n    else:\n        continue",
        "tests = [item for item in items if item.name]\nfor item in tests:\n    item.add_marker(pytest.mark.asyncio)",
        "if not items:\n    return\nelif items[0]:\n    pass\nfor item in items: item.add_marker(pytest.mark.asyncio)",
    ],
)
def test_a_hook_that_only_adds_the_marker_is_removed(body: str) -> None:
    assert_rewritten(conftest(body), AFTER, path=CONFTEST, unsafe=True)


def test_an_itemcollected_hook_is_removed_with_its_imports() -> None:
    assert_rewritten(
        """
        import inspect

        from pytest_asyncio import is_async_test


        def pytest_itemcollected(item):
            if is_async_test(item) and inspect.isfunction(item.obj):
                item.add_marker("asyncio")


        LIMIT = 3
        """,
        "LIMIT = 3\n",
        path=CONFTEST,
        unsafe=True,
    )


def test_a_marker_hook_is_only_reported_without_unsafe() -> None:
    text = conftest("for item in items:\n    item.add_marker('asyncio')")
    result = assert_unchanged(text, "ASH107", path=CONFTEST)
    assert result.findings[0].message == "a hook that only adds the marker is not needed"


@pytest.mark.parametrize(
    "body",
    [
        "for item in items:\n    item.add_marker(pytest.mark.asyncio)\n    item.add_marker(pytest.mark.slow)",
        "for item in items:\n    item.add_marker(pytest.mark.asyncio)\n    item.seen = True",
        "for item in items:\n    item.add_marker(pytest.mark.asyncio)\nelse:\n    print()",
        "items[:] = [item for item in items if item.add_marker(pytest.mark.asyncio)]",
        "for item in items:\n    item.add_marker(pytest.mark.asyncio)\nyield",
        "with open('x'):\n    items[0].add_marker(pytest.mark.asyncio)",
        "return items[0].add_marker(pytest.mark.asyncio)",
        "for item in items:\n    item.add_marker(pytest.mark.asyncio)\n    item.add_marker(config)",
    ],
)
def test_a_hook_with_other_side_effects_is_reported(body: str) -> None:
    result = assert_unchanged(conftest(body), "ASH107", path=CONFTEST, unsafe=True)
    assert result.findings[0].message == "this code adds the marker and does more; review it manually"


@pytest.mark.parametrize(
    ("marker", "scope"),
    [("pytest.mark.asyncio(loop_factories=['a'])", "function"), ("pytest.mark.asyncio(loop_scope='class')", "session")],
)
def test_a_hook_that_isolates_tests_is_reported(marker: str, scope: str) -> None:
    text = conftest(f"for item in items:\n    item.add_marker({marker})")
    beside = {"pytest.ini": f"[pytest]\nasyncio_default_test_loop_scope = {scope}\n"}
    assert_unchanged(text, "ASH107", "ASH108", path=CONFTEST, unsafe=True, beside=beside)


@pytest.mark.parametrize(
    ("rest", "beside"),
    [
        ("HOOKS = [pytest_collection_modifyitems]\n", {}),
        ("__all__ = ['pytest_collection_modifyitems']\n", {}),
        ("", {"tests/unit/conftest.py": "from tests.conftest import pytest_collection_modifyitems\n"}),
    ],
)
def test_a_marker_hook_used_by_name_is_reported(rest: str, beside: dict[str, str]) -> None:
    text = conftest("for item in items:\n    item.add_marker(pytest.mark.asyncio)") + rest
    assert_unchanged(text, "ASH107", path=CONFTEST, unsafe=True, beside=beside)


@pytest.mark.parametrize(
    "signature", ["add_markers(items)", "pytest_runtest_setup(items)", "pytest_generate_tests(items)"]
)
def test_a_function_other_than_a_collection_hook_is_reported(signature: str) -> None:
    text = conftest("items[0].add_marker(pytest.mark.asyncio)", signature)
    assert_unchanged(text, "ASH107", path=CONFTEST, unsafe=True)


def test_a_marker_added_at_module_level_is_ignored() -> None:
    assert_unchanged("from tools import items\n\nitems[0].add_marker('asyncio')\n", path=CONFTEST, unsafe=True)


def test_a_fixture_that_adds_the_marker_to_its_test_is_reported() -> None:
    text = (
        "import pytest\n\n\n@pytest.fixture\ndef marked(request):\n    request.node.add_marker(pytest.mark.asyncio)\n"
    )
    assert_unchanged(text, "ASH107", unsafe=True)


@pytest.mark.parametrize(
    "body",
    [
        "for item in items:\n    item.add_marker('slow')",
        "for item in items:\n    item.add_marker('asyncio_slow')",
        "items.append('asyncio')",
        "import asyncio\nasyncio.run(items)",
    ],
)
def test_hooks_that_do_not_add_the_marker_are_kept(body: str) -> None:
    assert_unchanged(conftest(body), path=CONFTEST, unsafe=True)
