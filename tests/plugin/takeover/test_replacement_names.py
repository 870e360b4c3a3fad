"""Names that suites import from ``pytest_asyncio.plugin``."""

from __future__ import annotations

import asyncio
import importlib
import typing

import pytest

from asyncshim.plugin.takeover import replacement_names
from asyncshim.plugin.takeover.replacement_names import find
from house.nested import run, run_source

# Seen in public suites, beside `fixture` and `is_async_test`.
SEEN = [
    "FactoryFixtureFunction",
    "LoopFactory",
    "Mode",
    "PytestAsyncioFunction",
    "SimpleFixtureFunction",
    "SubRequest",
    "_ScopeName",
    "_unused_port",
    "asyncio",
    "event_loop",
    "event_loop_policy",
    "pytest_configure",
    "pytest_runtest_setup",
    "scope",
    "unused_tcp_port",
    "unused_tcp_port_factory",
    "unused_udp_port",
    "unused_udp_port_factory",
]


def test_names_seen_in_suites_can_be_imported_and_used_in_annotations(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        f"""
        from pytest_asyncio.plugin import {", ".join(name for name in SEEN if not name.startswith("pytest_"))}
        import pytest

        @pytest.fixture(params=[1], scope=scope)
        async def value(request: SubRequest, port: SimpleFixtureFunction | None = None) -> int:
            return request.param

        def factories() -> dict[str, LoopFactory]:
            return {{}}

        async def test_it(value, event_loop, unused_tcp_port):
            assert value == 1
            assert event_loop is asyncio.get_running_loop()
            assert _unused_port("SOCK_STREAM") > 1023
        """,
        passed=1,
    )


def test_every_name_is_found_and_nothing_else() -> None:
    assert [name for name in SEEN if find(name) is None] == []
    for source, names in replacement_names._FROM.items():
        present = [name for name in names if hasattr(importlib.import_module(source), name)]
        assert [name for name in present if find(name) is None] == [], source
    assert [name for name in replacement_names._MODULES if getattr(find(name), "__name__", "") != name] == []
    assert find("nonsense") is None
    assert find("__path__") is None
    assert find("pytest_plugins") is None


def test_names_of_the_replacement_module_are_the_original_objects() -> None:
    assert find("AbstractEventLoop") is asyncio.AbstractEventLoop
    assert find("Config") is pytest.Config
    assert find("Any") is typing.Any


def test_importing_the_loop_fixture_is_no_override(pytester: pytest.Pytester) -> None:
    """In a module and in a conftest: the fixture that is found there is the one that everybody has."""
    pytester.makeconftest("from pytest_asyncio.plugin import event_loop, event_loop_policy, unused_tcp_port")
    result = run_source(
        pytester,
        """
        import asyncio, pytest
        from pytest_asyncio.plugin import event_loop

        @pytest.fixture(scope="session")
        async def loop():
            return asyncio.get_running_loop()

        async def test_it(event_loop, loop):
            assert event_loop is loop is asyncio.get_running_loop()
        """,
        passed=1,
    )
    result.stdout.no_fnmatch_line("*ASH305*")


def test_hook_functions_of_the_replacement_module_have_no_effect(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest_asyncio
        from pytest_asyncio.plugin import pytest_runtest_setup, pytest_fixture_setup, pytest_pyfunc_call

        def pytest_configure(config):
            pytest_asyncio.plugin.pytest_configure(config)
        """
    )
    run_source(
        pytester,
        """
        import pytest

        runs = []

        @pytest.fixture
        async def value():
            runs.append("fixture")

        async def test_it(value):
            runs.append("test")

        def test_count():
            assert runs == ["fixture", "test"]
        """,
        passed=2,
    )


def test_assigning_to_the_replacement_module_has_no_effect(pytester: pytest.Pytester) -> None:
    """Suites of 2020 put their override there, against pytest-asyncio#171."""
    pytester.makeconftest(
        """
        import asyncio, pytest, pytest_asyncio

        @pytest.fixture(scope="session")
        def event_loop():
            loop = asyncio.get_event_loop()
            yield loop
            loop.close()

        pytest_asyncio.plugin.event_loop = event_loop
        pytest_asyncio.plugin.asyncio_mode = "auto"
        """
    )
    run_source(
        pytester,
        "import asyncio\n\nasync def test_it(event_loop):\n    assert event_loop is asyncio.get_running_loop()\n",
        passed=1,
    )


@pytest.mark.parametrize(("option", "mode"), [("auto", "AUTO"), ("strict", "STRICT"), (None, "AUTO")])
def test_the_mode_can_be_read_from_the_replacement_module(
    pytester: pytest.Pytester, option: str | None, mode: str
) -> None:
    run_source(
        pytester,
        f"""
        from pytest_asyncio.plugin import Mode, _get_asyncio_mode

        def test_it(request):
            assert _get_asyncio_mode(request.config) is Mode.{mode}
            assert Mode.{mode} == "{mode.lower()}" and str(Mode.{mode}) == "Mode.{mode}"
        """,
        *([] if option is None else [f"--asyncio-mode={option}"]),
        passed=1,
    )


def test_items_are_not_instances_of_the_item_classes_of_pytest_asyncio(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        from pytest_asyncio.plugin import Coroutine, PytestAsyncioFunction

        def pytest_collection_modifyitems(items):
            assert not any(isinstance(item, (Coroutine, PytestAsyncioFunction)) for item in items)
        """
    )
    pytester.makepyfile("async def test_it(): pass")
    run(pytester, passed=1)
