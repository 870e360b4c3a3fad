from __future__ import annotations

import pytest

from asyncshim_codemods.markers.scope_effects import ends_with, is_wider
from asyncshim_codemods.results import Safety
from loop_suites import AFTER, PLAIN, override, verdict
from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite

LEAVES = "    global T\n    T = asyncio.create_task(serve())\n"
ENDS = "    await asyncio.create_task(serve())\n"
HEAD = "import asyncio\n\nimport pytest\n\n\n"
CONFIGURED = {"pytest.ini": "[pytest]\nasyncio_default_test_loop_scope = module\n"}


@pytest.mark.parametrize(
    ("scope", "than", "expected"),
    [
        ("session", "module", True),
        ("module", None, True),
        ("class", "class", False),
        ("function", None, False),
        (None, "session", True),
        ("function", "session", False),
    ],
)
def test_a_scope_is_wider_than_another(scope: str | None, than: str | None, *, expected: bool) -> None:
    assert is_wider(scope, than) is expected


def test_a_scope_that_cannot_be_read_has_no_name_in_the_message() -> None:
    assert ends_with("`x`", "test", None).endswith("would end with the test instead of its loop scope")


@pytest.mark.parametrize("scope", ["'class'", "'session'", "SCOPE"])
def test_a_marker_with_a_wide_scope_is_kept_on_a_test_that_leaks_a_task(scope: str) -> None:
    text = f"{HEAD}SCOPE = 'module'\n\n\n@pytest.mark.asyncio(loop_scope={scope})\nasync def test_it():\n{LEAVES}"
    result = assert_unchanged(text, "ASH101")
    assert result.findings[0].safety is Safety.UNSAFE
    assert "`test_it` may leak tasks or servers, which would end with the test" in messages(result)[0]
    assert b"mark" not in rewrite(text, unsafe=True).new


@pytest.mark.parametrize(
    ("marker", "body", "beside"),
    [
        ("@pytest.mark.asyncio(loop_scope='module')", ENDS, {}),
        ("@pytest.mark.asyncio", LEAVES, {}),
        ("@pytest.mark.asyncio(loop_scope='function')", LEAVES, {}),
        ("@pytest.mark.asyncio(loop_scope='module')", LEAVES, CONFIGURED),
        ("@pytest.mark.asyncio(scope='session')", "    await client.connect()\n", {}),
        ("@pytest.mark.asyncio(scope='session')", "    ...\n", {"tests/test_b.py": f"async def start():\n{LEAVES}"}),
    ],
)
def test_a_marker_with_a_wide_scope_is_removed_if_no_task_leaks(marker: str, body: str, beside: dict[str, str]) -> None:
    result = rewrite(f"{HEAD}{marker}\nasync def test_it():\n{body}", beside=beside)
    assert b"mark" not in result.new
    assert {finding.safety for finding in result.findings} == {Safety.SAFE}


@pytest.mark.parametrize(
    "text",
    [
        "pytestmark = pytest.mark.asyncio(loop_scope='module')\n\n\nasync def test_it():\n{body}",
        "pytestmark = [pytest.mark.asyncio(scope='module')]\nclass TestIt:\n    async def test_it(self):\n    {body}",
        "wide = pytest.mark.asyncio(loop_scope='module')\n\n\n@wide\nasync def test_it():\n{body}",
        "@pytest.mark.asyncio(loop_scope='class')\nclass TestIt:\n    async def test_it(self):\n    {body}",
        "@pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.asyncio(scope='class'))])\ndef t():\n{body}",
    ],
)
def test_leaks_are_found_for_every_way_to_mark_tests(text: str) -> None:
    one_line = "    T.append(asyncio.create_task(serve()))\n"
    assert not rewrite(HEAD + text.replace("{body}", one_line)).changed
    assert rewrite(HEAD + text.replace("{body}", ENDS)).changed


def test_only_leaks_of_the_marked_tests_count() -> None:
    tests = f"async def test_a():\n    ...\n\n\nasync def test_b():\n{LEAVES}"
    assert_rewritten(
        f"{HEAD}@pytest.mark.asyncio(loop_scope='module')\n{tests}",
        f"import asyncio\n\n\n{tests}",
    )


def test_a_leaking_helper_of_another_file_is_known_by_its_name() -> None:
    test = "@pytest.mark.asyncio(loop_scope='module')\nasync def test_it():\n    start()\n"
    text = f"{HEAD}from servers import start\n\n\n{test}"
    helper = {"tests/servers.py": "async def start():\n    TASKS.add(asyncio.create_task(serve()))\n"}
    assert "`start` may leak tasks or servers" in messages(assert_unchanged(text, "ASH101", beside=helper))[0]
    assert rewrite(text).changed


def test_a_class_may_inherit_tests_that_leak_tasks() -> None:
    text = f"{HEAD}from base import Base\n\n\n@pytest.mark.asyncio(loop_scope='class')\nclass TestIt(Base):\n    ...\n"
    base = {
        "tests/base.py": "class Base:\n    async def test_start(self):\n        self.t = asyncio.create_task(a())\n"
    }
    assert_unchanged(text, "ASH101", beside=base)
    assert rewrite(text, beside={"tests/base.py": "class Base:\n    async def test_start(self): ...\n"}).changed


@pytest.mark.parametrize(
    ("head", "arguments", "beside"),
    [
        ("import pytest_asyncio", "pytest_asyncio.fixture(loop_scope='session')", {}),
        ("import pytest_asyncio", "pytest_asyncio.fixture(loop_scope='session', scope='module')", {}),
        ("import pytest_asyncio as pytest", "pytest.fixture(loop_scope='module')", {}),
        ("from pytest_asyncio import fixture", "fixture(scope='class', loop_scope='session')", {}),
        ("import pytest_asyncio", "pytest_asyncio.fixture(loop_scope=SCOPE)", {}),
        (
            "import pytest_asyncio",
            "pytest_asyncio.fixture(loop_scope='function')",
            {"pytest.ini": "[pytest]\nasyncio_default_fixture_loop_scope = session\n"},
        ),
    ],
)
def test_a_fixture_that_leaks_a_task_keeps_its_loop_scope(head: str, arguments: str, beside: dict[str, str]) -> None:
    text = f"import asyncio\n{head}\n\n\n@{arguments}\nasync def server():\n{LEAVES}"
    (finding,) = rewrite(text, beside=beside).findings
    assert (finding.safety, finding.fixed) == (Safety.UNSAFE, False)
    assert "`server` may leak tasks or servers, which would end with the fixture's scope" in finding.message
    (finding, *_) = rewrite(text.replace(LEAVES, ENDS), beside=beside).findings
    assert finding.safety is Safety.SAFE


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "(scope='session', loop_scope='session')",
        "(scope='session', loop_scope='module')",
        "(loop_scope='function')",
    ],
)
def test_a_loop_scope_equal_to_the_default_is_removed_even_if_tasks_leak(arguments: str) -> None:
    head = "import asyncio\n\nimport pytest_asyncio\n\n\n"
    text = f"{head}@pytest_asyncio.fixture{arguments}\nasync def server():\n{LEAVES}"
    assert rewrite(text).findings[0].safety is Safety.SAFE


@pytest.mark.parametrize(
    ("path", "beside", "safety"),
    [
        ("tests/conftest.py", {"tests/test_a.py": f"async def test_a():\n{LEAVES}"}, Safety.UNSAFE),
        ("tests/conftest.py", {"tests/helpers.py": f"async def start():\n{LEAVES}"}, Safety.UNSAFE),
        ("tests/conftest.py", {"tests/test_a.py": f"async def test_a():\n{ENDS}"}, Safety.SAFE),
        ("tests/unit/conftest.py", {"tests/test_a.py": f"async def test_a():\n{LEAVES}"}, Safety.SAFE),
        ("tests/test_b.py", {"tests/test_a.py": f"async def test_a():\n{LEAVES}"}, Safety.SAFE),
    ],
)
def test_an_override_that_keeps_leaked_tasks_alive_needs_unsafe(
    path: str, beside: dict[str, str], safety: Safety
) -> None:
    result = rewrite(override(PLAIN), path=path, beside=beside)
    assert ("ASH305", safety) in {(finding.code, finding.safety) for finding in result.findings}
    assert result.changed is (safety is Safety.SAFE)


def test_an_override_needs_unsafe_if_its_own_module_leaks_tasks() -> None:
    text = override(PLAIN).replace(AFTER, f"async def test_it():\n{LEAVES}")
    code, safety, message = verdict(text)
    assert (code, safety) == ("ASH305", Safety.UNSAFE)
    assert message.endswith(
        "; but `test_it` of tests/test_module.py may leak tasks or servers, which live as long as this loop"
    )
