"""``import pytest_asyncio`` while pytest-asyncio is not installed: everywhere in the suite, nowhere after it."""

from __future__ import annotations

import importlib.metadata
import sys

import pytest

from asyncshim.history import NEWEST
from asyncshim.plugin.takeover import replacement_module
from house.nested import run_source
from house.processes import run_python

pytestmark = pytest.mark.skipif(
    any(dist.name == "pytest-asyncio" for dist in importlib.metadata.distributions()),
    reason="shows what holds while pytest-asyncio is not installed",
)


def test_every_place_of_a_suite_can_import_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        helper="""
        from pytest_asyncio import fixture, is_async_test

        @fixture
        async def from_helper():
            return "helper"
        """,
        third_party_plugin="""
        import pytest_asyncio

        @pytest_asyncio.fixture(scope="session")
        async def from_plugin():
            yield "plugin"
        """,
    )
    pytester.makeconftest(
        """
        import pytest_asyncio as asyncio_plugin
        from pytest_asyncio.plugin import Mode
        from helper import from_helper

        pytest_plugins = ["third_party_plugin"]

        @asyncio_plugin.fixture
        async def from_conftest():
            return "conftest"
        """
    )
    run_source(
        pytester,
        """
        import pytest_asyncio
        import pytest_asyncio.plugin
        import importlib

        assert importlib.import_module("pytest_asyncio.plugin") is pytest_asyncio.plugin

        @pytest_asyncio.fixture
        async def here():
            return "here"

        async def test_it(from_helper, from_plugin, from_conftest, here):
            assert [from_helper, from_plugin, from_conftest, here] == ["helper", "plugin", "conftest", "here"]
        """,
        passed=1,
    )


FORMS = {
    "bare": "@pytest_asyncio.fixture",
    "called": "@pytest_asyncio.fixture()",
    "loop scope": '@pytest_asyncio.fixture(loop_scope="session")',
    "scopes": '@pytest_asyncio.fixture(scope="module", loop_scope="module")',
    "autouse": "@pytest_asyncio.fixture(autouse=True)",
    "renamed": '@pytest_asyncio.fixture(name="value")',
    "parameters": '@pytest_asyncio.fixture(params=[1], ids=["one"])',
    "scope by function": '@pytest_asyncio.fixture(scope=lambda fixture_name, config: "module")',
}


@pytest.mark.parametrize("mode", ["strict", "auto"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_decorator_takes_every_form(pytester: pytest.Pytester, form: str, mode: str) -> None:
    run_source(
        pytester,
        f"""
        import asyncio, pytest, pytest_asyncio

        {form}
        async def value():
            yield await asyncio.sleep(0, 1)

        {form.replace("value", "sync_value")}
        def sync_value():
            return 1

        @pytest.mark.asyncio
        async def test_it(value, sync_value):
            assert value == sync_value == 1
        """,
        f"--asyncio-mode={mode}",
        passed=1,
    )


def test_a_sync_fixture_of_the_decorator_finds_the_loop_of_its_loop_scope(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest, pytest_asyncio

        @pytest_asyncio.fixture(scope="module", loop_scope="module")
        def loop():
            return asyncio.get_event_loop()

        async def test_function(loop):
            assert asyncio.get_running_loop() is not loop

        @pytest.mark.asyncio(loop_scope="module")
        async def test_module(loop):
            assert asyncio.get_running_loop() is loop
        """,
        "--asyncshim-runner=loop_scope",
        passed=2,
    )


def test_the_decorator_makes_plain_fixtures_of_methods_too(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import pytest, pytest_asyncio

        class TestMethods:
            @pytest_asyncio.fixture
            async def me(self):
                yield self

            @pytest.mark.asyncio
            async def test_it(self, me):
                assert me is self
        """,
        "--asyncio-mode=strict",
        passed=1,
    )


def test_is_async_test_tells_which_items_run_on_a_loop(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        from pytest_asyncio import is_async_test

        def pytest_collection_modifyitems(items):
            print("async:", sorted(item.name for item in items if is_async_test(item)))
        """
    )
    pytester.makepyfile(
        """
        import pytest, unittest

        async def test_unmarked(): pass

        @pytest.mark.asyncio
        async def test_marked(): pass

        @pytest.mark.asyncio
        def test_sync(): pass

        @pytest.mark.trio
        async def test_trio(): pass

        class Cases(unittest.IsolatedAsyncioTestCase):
            async def test_case(self): pass
        """
    )
    pytester.makeini("[pytest]\nmarkers = trio: of another plugin\n")
    auto = pytester.runpytest("--collect-only")
    auto.stdout.fnmatch_lines(["async: ['test_marked', 'test_unmarked']"])
    strict = pytester.runpytest("--collect-only", "--asyncio-mode=strict")
    strict.stdout.fnmatch_lines(["async: ['test_marked']"])


def test_the_version_of_the_replacement_module_is_the_newest_that_it_replaces(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        f"import pytest_asyncio\n\ndef test_it():\n    assert pytest_asyncio.__version__ == {NEWEST!r}\n",
        passed=1,
    )


def test_an_unknown_name_of_the_replacement_module_is_an_ordinary_import_error(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import pytest, pytest_asyncio, pytest_asyncio.plugin

        @pytest.mark.parametrize("module", [pytest_asyncio, pytest_asyncio.plugin])
        def test_attribute(module):
            text = rf"module '{module.__name__}' \\(provided by asyncshim\\) has no attribute 'nonsense'"
            with pytest.raises(AttributeError, match=text):
                module.nonsense

        def test_name():
            with pytest.raises(ImportError, match="nonsense"):
                from pytest_asyncio import nonsense

        def test_submodule():
            with pytest.raises(ImportError, match="pytest_asyncio.nonsense"):
                import pytest_asyncio.nonsense
        """,
        passed=4,
    )


@pytest.mark.parametrize("name", ["pytest_asyncio", "pytest_asyncio.plugin"])
@pytest.mark.parametrize("place", ["pytest_plugins", "PYTEST_PLUGINS", "-p"])
def test_it_may_be_named_as_a_plugin(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, name: str, place: str
) -> None:
    arguments: list[str] = []
    if place == "pytest_plugins":
        pytester.makeconftest(f"pytest_plugins = {name!r}\n")
    elif place == "PYTEST_PLUGINS":
        monkeypatch.setenv("PYTEST_PLUGINS", name)
    else:  # after asyncshim: before it, only an entry point can help, and has the first name only
        arguments = ["-p", "asyncshim", "-p", name]
    run_source(pytester, "import pytest_asyncio\n\nasync def test_it(): pass\n", *arguments, passed=1)


def test_tools_can_inspect_the_replacement_module(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import inspect, importlib.util, pkgutil, pytest_asyncio, sys

        def test_it():
            assert importlib.util.find_spec("pytest_asyncio") is pytest_asyncio.__spec__
            assert importlib.util.find_spec("pytest_asyncio.plugin").name == "pytest_asyncio.plugin"
            assert inspect.ismodule(pytest_asyncio)
            assert list(pkgutil.iter_modules(pytest_asyncio.__path__)) == []
            assert "fixture" in dir(pytest_asyncio)
            for module in list(sys.modules.values()):
                getattr(module, "__file__", None), getattr(module, "__wrapped__", None)
        """,
        passed=1,
    )


def test_the_replacement_module_is_not_on_disk_and_is_removed_afterwards(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="import pytest_asyncio\n\nasync def test_it(): pass\n")
    code = """
import importlib.util, sys, pytest
assert importlib.util.find_spec("pytest_asyncio") is None
for _ in range(2):
    assert pytest.main(["-q", "-p", "no:cacheprovider"]) == 0
    assert not {"pytest_asyncio", "pytest_asyncio.plugin"} & set(sys.modules)
assert importlib.util.find_spec("pytest_asyncio") is None
"""
    result = run_python("-W", "error", "-c", code, cwd=pytester.path, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                                                                         "PYTEST_ADDOPTS": "-p asyncshim"})  # fmt: skip
    assert result.returncode == 0, result.stdout
    assert result.stdout.count("1 passed") == 2


def test_an_inner_session_has_its_own_replacement_module_and_restores_the_outer_one(pytester: pytest.Pytester) -> None:
    before = sys.modules["pytest_asyncio"], sys.modules["pytest_asyncio.plugin"]
    run_source(
        pytester,
        """
        import pytest_asyncio

        def test_it():
            pytest_asyncio.assigned = pytest_asyncio.plugin.assigned = True
        """,
        passed=1,
    )
    assert (sys.modules["pytest_asyncio"], sys.modules["pytest_asyncio.plugin"]) == before
    assert not any(hasattr(module, "assigned") for module in before)


def test_removing_the_replacement_module_restores_the_old_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, replacement_module.PACKAGE)
    monkeypatch.setitem(sys.modules, replacement_module.PLUGIN, pytest)
    installation = replacement_module.Installation()
    installation.put()
    assert isinstance(sys.modules[replacement_module.PACKAGE], replacement_module.ReplacementModule)
    assert isinstance(sys.modules[replacement_module.PLUGIN], replacement_module.ReplacementModule)
    installation.take_back()
    installation.take_back()
    assert replacement_module.PACKAGE not in sys.modules
    assert sys.modules[replacement_module.PLUGIN] is pytest
