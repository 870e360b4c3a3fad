from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from asyncshim_codemods.results import Safety
from loop_suites import AFTER, PLAIN, override
from migrated_suites import unchanged
from rule_tools import assert_unchanged, messages, rewrite

USED = "import contextlib\nimport gc\n"


@pytest.mark.parametrize(
    ("beside", "code", "safety"),
    [
        ({"tests/test_a.py": "from tests.conftest import event_loop\n"}, "ASH305", Safety.MANUAL),
        ({"tests/test_a.py": "from .conftest import event_loop as event_loop\n"}, "ASH305", Safety.MANUAL),
        ({"tests/test_a.py": "import tests.conftest\n"}, "ASH305", Safety.UNSAFE),
        ({"tests/test_a.py": "from tests.conftest import other\n"}, "ASH305", Safety.SAFE),
        ({"conftest.py": override("loop = MyLoop()\nyield loop")}, "ASH305", Safety.UNSAFE),
        ({"conftest.py": override(PLAIN)}, "ASH305", Safety.SAFE),
        ({"other/conftest.py": override("loop = MyLoop()\nyield loop")}, "ASH305", Safety.SAFE),
    ],
    ids=["import", "relative import", "whole import", "other name", "special above", "plain above", "special beside"],
)
def test_imports_and_overrides_of_other_files_decide_about_an_override(
    beside: dict[str, str], code: str, safety: Safety
) -> None:
    result = rewrite(override(PLAIN), path="tests/conftest.py", beside=beside)
    found = [each for each in result.findings if each.code.startswith("ASH3")]
    assert [(each.code, each.safety) for each in found] == [(code, safety)]
    assert result.changed is (safety is Safety.SAFE)


@pytest.mark.parametrize(
    ("above", "safety"),
    [
        (override("with contextlib.closing(asyncio.new_event_loop()) as loop:\n    yield loop", top=USED), Safety.SAFE),
        (override(PLAIN, '@pytest.fixture(name="event_loop")').replace("def event_loop", "def shared"), Safety.SAFE),
        ("class Suite:\n    def event_loop(self): ...\n", Safety.SAFE),
        (override("return uvloop.new_event_loop()", top="import uvloop\n"), Safety.UNSAFE),
        (override("policy = Policy()\nyield policy.new_event_loop()"), Safety.UNSAFE),
        (override(f"{PLAIN}\ngc.collect()", top=USED), Safety.UNSAFE),
        (override(PLAIN, "@shared_fixture", top="from helpers import *\n"), Safety.UNSAFE),
        ("def event_loop(: broken\n", Safety.UNSAFE),
        (override(PLAIN) + f"DEEP = {'(' * 3000}{')' * 3000}\n", Safety.UNSAFE),
    ],
    ids=["closing", "name", "method", "uvloop", "policy", "clean-up", "unknown decorator", "syntax error", "depth"],
)
def test_an_override_above_is_read_as_it_is_in_its_own_file(above: str, safety: Safety) -> None:
    result = rewrite(override(PLAIN), path="tests/conftest.py", beside={"conftest.py": above})
    assert [each.safety for each in result.findings if each.code == "ASH305"] == [safety]


def test_the_nearest_override_above_would_become_active() -> None:
    special = override("yield MyLoop()")
    beside = {"conftest.py": special, "a/conftest.py": override(PLAIN), "a/b/conftest.py": special, "z/conftest.py": ""}
    assert messages(rewrite(override(PLAIN), path="a/b/test_a.py", beside=beside))[0].endswith(
        "the `event_loop` of a/b/conftest.py would become active"
    )
    assert "of conftest.py" in messages(rewrite(override(PLAIN), path="a/test_a.py", beside=beside))[0]


def test_an_override_that_other_code_uses_by_name_is_kept() -> None:
    text = override(PLAIN).replace(AFTER, "def loops():\n    return event_loop\n")
    assert "uses it by name" in messages(assert_unchanged(text, "ASH305", unsafe=True))[0]
    text = override(PLAIN, top='__all__ = ["event_loop"]\n')
    assert "`__all__` names it" in messages(assert_unchanged(text, "ASH305", unsafe=True))[0]


def test_an_override_whose_name_is_bound_twice_is_kept() -> None:
    text = dedent("""
    import asyncio
    import pytest

    event_loop = None

    @pytest.fixture(scope="session")
    def event_loop():
        return asyncio.new_event_loop()
    """)
    assert "more than one way" in messages(assert_unchanged(text, "ASH305", unsafe=True))[0]


CONFTEST = "tests/conftest.py"
MAKE = "import pytest\n\n\ndef make():\n    yield 1\n\n\n"
REPORT = "ASH331 this may be a custom `event_loop`: "


@pytest.mark.parametrize(
    ("top", "decorator"),
    [
        ("from helpers import shared_loop\n", "@shared_loop"),
        ("from helpers import shared\n", "@shared(scope='session')"),
        ("session_wide = pytest.fixture(scope='session')\n", "@session_wide"),
        ("import functools\n\nwide = functools.partial(pytest.fixture, scope='session')\n", "@wide()"),
        ("from helpers import *\n", "@fixture(scope='session')"),
        ("import helpers\n", "@helpers.fixtures.wide"),
        ("", "@unknown"),
    ],
)
def test_an_override_behind_an_unknown_decorator_is_reported(top: str, decorator: str) -> None:
    text = override(PLAIN, decorator, top=top)
    for path in (CONFTEST, "tests/test_a.py", "tests/unit_test.py"):
        result = assert_unchanged(text, "ASH331", path=path, unsafe=True)
        (said,) = messages(result)
        assert said.partition(" ")[2] == f"{REPORT}the effect of `{decorator}` is unknown here"


def test_the_name_argument_of_an_unknown_decorator_is_read() -> None:
    text = "from helpers import shared\n\nNAME = 'event_loop'\n\n\n@shared(name={})\ndef make():\n    yield 1\n"
    assert_unchanged(text.format("'event_loop'"), "ASH331", path=CONFTEST)
    assert_unchanged(text.format("NAME"), "ASH331", path=CONFTEST)
    assert_unchanged(text.format("'loop'"), path=CONFTEST)
    assert_unchanged(text.replace("def make", "def event_loop").format("'loop'"), path=CONFTEST)


def test_an_import_that_may_fail_hides_the_decorator() -> None:
    top = "try:\n    from helpers import fixture\nexcept ImportError:\n    from pytest import fixture\n"
    assert_unchanged(override(PLAIN, "@fixture", top=top), "ASH331", path=CONFTEST)


@pytest.mark.parametrize(
    "decorator",
    [
        "@property",
        "@staticmethod",
        "@helpers.cached_property",
        "@event_loop.setter",
        "@contextlib.contextmanager",
        "@functools.lru_cache(maxsize=None)",
    ],
)
def test_decorators_that_make_no_fixture_are_not_reported(decorator: str) -> None:
    top = "import contextlib\nimport functools\nimport helpers\n"
    assert_unchanged(override(PLAIN, decorator, top=top), path=CONFTEST)


def test_outside_of_test_files_only_decorators_named_fixture_are_reported() -> None:
    text = "import helpers\n\n\n@helpers.{}\ndef event_loop():\n    return 1\n"
    assert_unchanged(text.format("command()"), path="tests/tools/loops.py")
    assert_unchanged(text.format("loop_fixture"), "ASH331", path="tests/tools/loops.py")
    settings = {"pytest.ini": "[pytest]\npython_files = loops.py\n"}
    assert_unchanged(text.format("command()"), "ASH331", path="tests/tools/loops.py", beside=settings)


def test_a_nested_function_is_not_reported() -> None:
    text = (
        "from helpers import shared\n\n\ndef make():\n    @shared\n    def event_loop(): ...\n    return event_loop\n"
    )
    assert_unchanged(text, path=CONFTEST)


@pytest.mark.parametrize(
    "value", ["pytest.fixture(make)", "pytest.fixture(scope='session')(make)", "pytest.fixture(lambda: 1)"]
)
def test_an_override_that_is_assigned_is_reported(value: str) -> None:
    said = f"{REPORT}it is an assignment, not a function: `{value}`"
    result = assert_unchanged(f"{MAKE}event_loop = {value}\n", "ASH331", path=CONFTEST, unsafe=True)
    assert messages(result) == [f"8:14 {said}"]
    result = assert_unchanged(f"{MAKE}class TestA:\n    event_loop = {value}\n", "ASH331", unsafe=True)
    assert messages(result) == [f"9:18 {said}"]


@pytest.mark.parametrize(
    ("text", "is_reported"),
    [
        ("import loops\n\nevent_loop = loops.event_loop\n", True),
        ("from loops import make as event_loop\n", True),
        ("from loops import make as event_loop\n\nevent_loop.close()\n", False),
        ("import loops as event_loop\n", False),
        ("import loops\n\nevent_loop = loops.make()\n", False),
        ("import loops\n\nevent_loop = loops.current\n", False),
        ("event_loop = self.event_loop\n", False),
        ("def f():\n    event_loop = pytest.fixture(1)\n", False),
        ("import loops\n\n\ndef f():\n    event_loop = loops.event_loop\n", False),
    ],
)
def test_an_override_of_another_file_is_reported(text: str, *, is_reported: bool) -> None:
    assert_unchanged(text, *["ASH331"] * is_reported, path=CONFTEST)


def test_a_renamed_import_is_an_override_only_in_a_conftest() -> None:
    assert_unchanged("from loops import make as event_loop\n", path="tests/helpers.py")


@pytest.mark.parametrize(
    "use",
    [
        "LOOP = eval('event_loop')",
        "def loops():\n    return eval('event_loop')",
        "def loops(name):\n    return eval(name)",
        "exec(CODE)",
        "def loops():\n    return globals()['event_loop']",
        "def loops(name):\n    return globals()[name]",
        "def loops():\n    return globals().get('event_loop')",
        "for name, value in globals().items(): ...",
        "NAMES = vars()",
        "def loops(module):\n    return getattr(module, 'event_loop')",
        "import sys\nLOOP = vars(sys.modules[__name__])['event_loop']",
    ],
)
def test_an_override_that_is_read_by_its_name_at_run_time_stays(use: str) -> None:
    text = override(PLAIN).replace(AFTER, f"{use}\n")
    result = assert_unchanged(text, "ASH305", unsafe=True)
    assert "may read it by its name" in result.findings[0].message


@pytest.mark.parametrize(
    "use",
    [
        "x = eval('1 + 1')",
        "exec('import a')",
        "x = globals()['other']",
        "globals().setdefault('other', 1)",
        "def f(a):\n    return vars(), locals()",
        "def f(a):\n    return getattr(a, 'other'), getattr(a, b)",
        "def f(eval, name):\n    return eval(name)",
        "x = a.eval(b)",
    ],
)
def test_other_names_read_at_run_time_do_not_keep_the_override(use: str) -> None:
    assert rewrite(override(PLAIN).replace(AFTER, f"{use}\n")).changed


@pytest.mark.parametrize("path", ["tests/test_other.py", "tests/conftest.py", "src/plugin.py"])
def test_an_override_stays_if_a_fixture_with_a_computed_name_is_requested(path: str) -> None:
    beside = {path: "def test_a(request, name):\n    request.getfixturevalue(name)\n"}
    (found,) = assert_unchanged(override(PLAIN), "ASH305", beside=beside, unsafe=True).findings
    assert found.safety is Safety.MANUAL
    assert "`getfixturevalue` with a computed name" in found.message
    beside = {path: "def test_a(request):\n    request.getfixturevalue('pool')\n"}
    assert rewrite(override(PLAIN), beside=beside).changed


def test_a_suite_that_reads_the_override_at_run_time_passes_after_migrate(tmp_path: Path) -> None:
    loop = override(PLAIN).replace(AFTER, "")
    test = "\n\ndef test_it(request):\n    assert callable({})\n\n\nasync def test_async(): ...\n"
    suite = {
        "pytest.ini": "[pytest]\n",
        "test_eval.py": loop + test.format("eval('event_loop')"),
        "test_globals.py": loop + test.format("globals()['event_loop']"),
        "test_request.py": loop + test.replace("callable({})", "request.getfixturevalue('event' + '_loop')"),
    }
    found = unchanged(tmp_path, suite)
    assert all("def event_loop" in found.text(name) for name in suite if name.endswith(".py"))
