"""Private names of pytest: each function does in this pytest what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from asyncshim.history import NEWEST
from asyncshim.plugin.compat import pytest_compat
from house.nested import run_source

SUITE = """
import pytest, unittest
@pytest.fixture(scope="session")
def value(): return "module"
@pytest.fixture
def other(request): return request.node
def test_plain(value, other): pass
class TestIt:
    @pytest.fixture
    def value(self): return "class"
    def test_method(self, value): pass
class TestUnit(unittest.TestCase):
    def test_unit(self): pass
"""


@pytest.fixture
def items(pytester: pytest.Pytester) -> dict[str, pytest.Item]:
    package = pytester.mkpydir("package")
    (package / "test_it.py").write_text(SUITE, encoding="utf-8")
    found, _ = pytester.inline_genitems("package")
    return {item.name: item for item in found}


def test_definitions_are_all_of_one_name_or_of_all_names(items: dict[str, pytest.Item]) -> None:
    session = items["test_plain"].session
    assert {definition.scope for definition in pytest_compat.definitions(session, "value")} == {"session", "function"}
    assert pytest_compat.definitions(session, "no_such_fixture") == []
    names = {definition.argname for definition in pytest_compat.definitions(session)}
    assert {"value", "other", "tmp_path", "event_loop"} <= names


def test_visible_definitions_end_with_the_nearest(items: dict[str, pytest.Item]) -> None:
    session = items["test_plain"].session
    from_module = pytest_compat.visible_definitions(session, "value", items["test_plain"])
    from_class = pytest_compat.visible_definitions(session, "value", items["test_method"])
    assert [definition.scope for definition in from_module] == ["session"]
    assert [definition.scope for definition in from_class] == ["session", "function"]
    assert pytest_compat.visible_definitions(session, "no_such_fixture", items["test_plain"]) == ()


def test_a_fixture_lives_as_long_as_another_or_longer(items: dict[str, pytest.Item]) -> None:
    wide, narrow = pytest_compat.visible_definitions(items["test_plain"].session, "value", items["test_method"])
    assert pytest_compat.wider_or_same(wide, narrow)
    assert pytest_compat.wider_or_same(wide, wide)
    assert not pytest_compat.wider_or_same(narrow, wide)


@pytest.mark.parametrize(
    ("test", "scope", "kind"),
    [
        ("test_method", "function", pytest.Function),
        ("test_method", "class", pytest.Class),
        ("test_method", "module", pytest.Module),
        ("test_method", "package", pytest.Package),
        ("test_method", "session", pytest.Session),
        ("test_plain", "class", pytest.Function),  # as pytest does with class-scoped fixtures of plain functions
    ],
)
def test_the_node_of_a_scope(items: dict[str, pytest.Item], test: str, scope: str, kind: type[Any]) -> None:
    node = pytest_compat.scope_node(items[test], scope)
    assert isinstance(node, kind)
    assert node in items[test].listchain()


def test_without_a_package_the_session_is_the_node_of_that_scope(pytester: pytest.Pytester) -> None:
    item = pytester.getitem("def test_func(): pass")
    assert pytest_compat.scope_node(item, "package") is item.session


def test_tests_of_unittest_are_recognised(items: dict[str, pytest.Item]) -> None:
    assert pytest_compat.is_unittest(items["test_unit"])
    assert not pytest_compat.is_unittest(items["test_plain"])


def test_a_fixture_object_is_distinguished_from_its_function() -> None:
    def function() -> None: ...

    fixture = pytest.fixture(function)
    assert pytest_compat.is_fixture_object(fixture)
    assert not pytest_compat.is_fixture_object(function)
    assert pytest_compat.function_of_fixture(fixture) is function
    assert isinstance(pytest.fixture(scope="module"), pytest_compat.fixture_marker_class())
    assert callable(pytest_compat.mark_storing_module().store_mark)


@pytest.mark.parametrize(
    ("ini", "arguments", "expected"),
    [
        ("asyncio_mode = strict", [], True),
        ("", ["-o", "asyncio_mode=strict"], True),
        ("", ["-o", "asyncio_debug=true"], False),
        ("", [], False),
    ],
)
def test_a_configured_value_is_distinguished_from_a_default(
    pytester: pytest.Pytester, ini: str, arguments: list[str], expected: bool
) -> None:
    pytester.makeini(f"[pytest]\n{ini}\n")
    config = pytester.parseconfig(*arguments)
    assert pytest_compat.is_configured(config, "asyncio_mode") is expected


def test_finalizers_run_when_a_node_ends_or_when_the_fixtures_of_an_item_have_ended(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest
        from asyncshim.plugin.compat import pytest_compat
        notes = []
        @pytest.fixture
        def function():
            yield
            notes.append("fixture of the function")
        @pytest.fixture(scope="module")
        def module():
            yield
            notes.append("fixture of the module")
        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_call(item):
            pytest_compat.when_node_ends(item, item.parent, lambda: notes.append("module"))
            assert pytest_compat.when_fixtures_of_node_ended(item, lambda: notes.append("function"))
            return (yield)
        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_teardown(item):
            yield
            assert notes == ["fixture of the function", "function", "module", "fixture of the module"]
            assert not pytest_compat.when_fixtures_of_node_ended(item, lambda: None)
    """)
    run_source(pytester, "def test_it(module, function): pass", passed=1)


def test_a_fixture_can_be_made_autouse_for_all(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest
        from asyncshim.plugin.compat import pytest_compat
        notes = []
        @pytest.fixture
        def noting(): notes.append("used")
        @pytest.hookimpl(tryfirst=True)
        def pytest_pycollect_makeitem(collector, name):
            if name == "test_it":
                pytest_compat.make_autouse(collector.session, "noting")
    """)
    run_source(pytester, "from conftest import notes\ndef test_it(): assert notes == ['used']", passed=1)


def test_a_coroutine_that_no_plugin_runs_is_reported_until_the_patch_is_undone(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest
        from asyncshim.plugin.compat import pytest_compat
        @pytest.hookimpl(wrapper=True)
        def pytest_pyfunc_call(pyfuncitem):
            def refuse(nodeid, returned):
                assert (returned is not None) == ("returns" in pyfuncitem.name)
                assert nodeid == pyfuncitem.nodeid
                raise RuntimeError("noticed")
            undo = pytest_compat.when_no_plugin_runs(refuse)
            if "undone" in pyfuncitem.name:
                undo()
            try:
                return (yield)
            except RuntimeError as error:
                assert str(error) == "noticed" and "coroutine" in pyfuncitem.name
                return True
            except (pytest.fail.Exception, pytest.skip.Exception) as error:
                assert "async def function" in str(error) and "undone" in pyfuncitem.name
                return True
            finally:
                undo()
    """)
    pytester.makepyfile("""
        async def run(): pass
        async def test_coroutine(): pass
        def test_returns_a_coroutine():
            coroutine = run()
            coroutine.close()
            return coroutine
        async def test_coroutine_undone(): pass
        def test_plain(): pass
    """)
    pytester.runpytest("-p", "no:asyncshim", "-p", "no:pytest_asyncio", "-W", "default").assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("pytest-asyncio", NEWEST),
        ("pytest-asyncio>=0.21", NEWEST),
        ("pytest_asyncio==0.21.2", "0.21.2"),
        ("pytest-asyncio>=0.20,<0.22", "0.20"),
        ("pytest-asyncio~=0.21.0", "0.21.0"),
    ],
)
def test_required_plugins_find_a_version_that_they_ask_for(pytester: pytest.Pytester, wanted: str, found: str) -> None:
    pytester.makeini(f"[pytest]\nrequired_plugins = {wanted}\n")
    manager = pytester.parseconfig().pluginmanager
    versions = [(d.project_name, d.version) for _, d in manager.list_plugin_distinfo() if "asyncio" in d.project_name]
    assert versions == [(re.split("[^a-z_-]", wanted)[0], found)]
    run_source(pytester, "async def test_it(): pass", passed=1)


def test_other_required_plugins_are_not_satisfied(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nrequired_plugins = pytest-other\n")
    result = pytester.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "Missing required plugins: pytest-other" in result.stderr.str()


def test_private_names_of_pytest_are_used_only_in_pytest_compat_and_before_its_import() -> None:
    private = re.compile(
        r"(?:from|import) _pytest"
        r"|\._(?:request|fixtureinfo|setupstate|fixturemanager|pyfuncitem|get_active|arg2|plugin_distinfo|inicfg|scope\b)"
    )
    plugin = Path(pytest_compat.__file__).parent
    found = {
        path.name: names
        for path in plugin.rglob("*.py")
        if path.name not in ("pytest_compat.py", "plain_import.py")
        and (names := private.findall(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("fails", "error", "hides"),
    [
        (False, ExceptionGroup("two", [ValueError()]), True),
        (True, ExceptionGroup("two", [ValueError()]), False),
        (True, BaseExceptionGroup("two", [KeyboardInterrupt()]), False),
        (True, ValueError(), True),
    ],
)
def test_a_frame_of_asyncshim_is_shown_only_where_pytest_needs_one_for_a_group(
    monkeypatch: pytest.MonkeyPatch, fails: bool, error: BaseException, hides: bool
) -> None:
    monkeypatch.setattr(pytest_compat, "FAILS_ON_HIDDEN_GROUPS", fails)
    with pytest.raises(type(error)) as excinfo:
        raise error
    assert pytest_compat.hides_frame(excinfo) is hides


def test_asyncshim_is_imported_without_assertion_rewriting(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        import asyncshim.plugin.run.tests

        def test_it():
            rewriting = [finder for finder in sys.meta_path if type(finder).__name__ == "AssertionRewritingHook"]
            assert len(rewriting) == 1
            assert __loader__ is rewriting[0]
            assert asyncshim.plugin.run.tests.__loader__ is not rewriting[0]
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
