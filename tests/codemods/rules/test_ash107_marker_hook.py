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


ADD = "item.add_marker(pytest.mark.asyncio)"


@pytest.mark.parametrize(
    ("body", "after"),
    [
        (f"for item in items:\n    {ADD}\n    item.add_marker(x)", "for item in items:\n    item.add_marker(x)"),
        (f"for item in items:\n    item.seen = True; {ADD}", "for item in items:\n    item.seen = True"),
        (
            f"for item in items:\n    if item.x:\n        {ADD}\n    item.seen = True",
            "for item in items:\n    item.seen = True",
        ),
        (f"for item in items:\n    if item.x:\n        {ADD}\nyield", "yield"),
        ("m = pytest.mark.asyncio\nitems.reverse()\nfor item in items:\n    item.add_marker(m)", "items.reverse()"),
        (
            f"m = pytest.mark.asyncio\nprint(m.name)\nfor item in items:\n    {ADD}",
            "m = pytest.mark.asyncio\nprint(m.name)",
        ),
        (f"items.sort()\nfor item in items: {ADD}", "items.sort()"),
        (f"items.sort()\nfor item in items:\n    {ADD}\n    item.add_marker('asyncio')", "items.sort()"),
    ],
)
def test_only_the_part_of_a_hook_that_adds_the_marker_is_removed(body: str, after: str) -> None:
    if "print(m.name)" in body:
        assert_unchanged(conftest(body), "ASH107", path=CONFTEST, unsafe=True)
    else:
        assert_rewritten(conftest(body), conftest(after), path=CONFTEST, unsafe=True)
        assert_unchanged(conftest(body), "ASH107", path=CONFTEST)


@pytest.mark.parametrize(
    "body",
    [
        "for item in items:\n    item.add_marker(pytest.mark.asyncio)\nelse:\n    print()",
        "items[:] = [item for item in items if item.add_marker(pytest.mark.asyncio)]",
        "with open('x'):\n    items[0].add_marker(pytest.mark.asyncio)",
        "return items[0].add_marker(pytest.mark.asyncio)",
        "if items:\n    print()\nelse:\n    items[0].add_marker(pytest.mark.asyncio)",
        "if items:\n    print()\nelif config:\n    items[0].add_marker(pytest.mark.asyncio)",
        "if items:\n    items[0].add_marker(pytest.mark.asyncio)\nelse:\n    print()",
        "while items.pop():\n    items[0].add_marker(pytest.mark.asyncio)",
        "print(pytest.mark.asyncio)\nitems[0].add_marker(pytest.mark.asyncio)",
    ],
)
def test_a_hook_whose_part_cannot_be_removed_cleanly_is_reported(body: str) -> None:
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


@pytest.mark.parametrize(
    "head",
    ["    import pytest\n", "    from pytest_asyncio import is_async_test\n", "    import pytest_asyncio, inspect\n"],
)
def test_a_hook_with_an_import_of_its_own_is_removed(head: str) -> None:
    body = "    for item in items:\n        item.add_marker(pytest.mark.asyncio)\n"
    top = "" if "import pytest\n" in head else "import pytest\n\n\n"
    assert_rewritten(
        f"{top}def pytest_collection_modifyitems(items):\n{head}{body}\n\nx = 1\n",
        "x = 1\n",
        unsafe=True,
        path="tests/conftest.py",
    )


@pytest.mark.parametrize(
    ("imports", "test"),
    [
        (
            "import pytest_asyncio\nfrom packaging.version import Version",
            'Version(pytest_asyncio.__version__) > Version("1")',
        ),
        ("import pytest_asyncio", 'pytest_asyncio.__version__ >= "0.23"'),
        ("import pytest_asyncio", 'hasattr(pytest_asyncio, "is_async_test")'),
        (
            "from importlib.metadata import version",
            'tuple(map(int, version("pytest-asyncio").split(".")[:2])) >= (0, 23)',
        ),
        ("from packaging import version\nimport pytest_asyncio", "version.parse(pytest_asyncio.__version__).major"),
    ],
)
def test_a_condition_on_the_version_goes_with_the_hook_inside_it(imports: str, test: str) -> None:
    hook = """
    def pytest_collection_modifyitems(items):
        marker = pytest.mark.asyncio(loop_scope="session")
        for item in items:
            item.add_marker(marker)
    """
    result = assert_rewritten(
        f"import pytest\n{imports}\n\nif {test}:{hook.rstrip()}\n\n\nx = 1\n",
        "x = 1\n",
        unsafe=True,
        path="tests/conftest.py",
    )
    assert {each.code for each in result.findings} == {"ASH107", "ASH205"}


def test_names_of_pytest_asyncio_in_a_removed_hook_are_not_reported() -> None:
    before = """
        import pytest
        import pytest_asyncio


        def pytest_collection_modifyitems(items):
            if pytest_asyncio.__version__ < "0.23":
                return
            for item in items:
                if pytest_asyncio.is_async_test(item):
                    item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


        x = 1
        """
    result = assert_rewritten(before, "x = 1\n", unsafe=True, path="tests/conftest.py")
    assert {each.code for each in result.findings} == {"ASH107", "ASH205"}
    assert_unchanged(before, "ASH107", path="tests/conftest.py")
    assert_unchanged(
        before.replace("x = 1", "pytest_asyncio.is_async_test(1)"), "ASH107", "ASH203", path="tests/conftest.py"
    )


@pytest.mark.parametrize(
    "line", ["from . import other; other.run(item)", "import os; os.environ['x'] = '1'", "import os\n    os.stat('x')"]
)
def test_a_hook_that_does_more_after_its_import_keeps_that(line: str) -> None:
    kept = f"def pytest_itemcollected(item):\n    {line}\n"
    before = f"import pytest\n\n\n{kept}    item.add_marker(pytest.mark.asyncio)\n"
    assert_rewritten(before, kept, unsafe=True, path="tests/conftest.py")


@pytest.mark.parametrize("line", ["import pytest", "import asyncio", "from app import asyncio", "import inspect as i"])
@pytest.mark.parametrize("use", ["item.add_marker(pytest.mark.slow)", "item.add_marker('asyncio_slow')"])
def test_a_hook_with_an_import_that_adds_another_marker_is_kept(line: str, use: str) -> None:
    text = f"import pytest\n\n\ndef pytest_itemcollected(item):\n    {line}\n    {use}\n"
    assert_unchanged(text, unsafe=True, path="tests/conftest.py")


def test_a_hook_whose_marker_a_loop_gives_needs_manual_review() -> None:
    text = (
        "import pytest\n\n\ndef pytest_collection_modifyitems(items):\n    for mark in [pytest.mark.asyncio]:\n"
        "        for item in items:\n            item.add_marker(mark)\n"
    )
    assert_unchanged(text, "ASH107", path="tests/conftest.py", unsafe=True)


def test_a_hook_that_also_uses_its_marker_elsewhere_needs_manual_review() -> None:
    text = (
        "import pytest\n\n\ndef pytest_collection_modifyitems(items):\n    mark = pytest.mark.asyncio\n"
        "    for item in items:\n        item.add_marker(mark)\n        print(mark)\n"
    )
    assert_unchanged(text, "ASH107", path="tests/conftest.py", unsafe=True)
