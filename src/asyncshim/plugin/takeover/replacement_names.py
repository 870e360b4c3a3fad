"""Names of ``pytest_asyncio.plugin`` that suites import, other than ``fixture`` and ``is_async_test``."""

from __future__ import annotations

import asyncio
import enum
import importlib
from collections.abc import Callable
from typing import Any, Literal

import pytest

from asyncshim.plugin.run import fixture_functions
from asyncshim.plugin.suite import predicates
from asyncshim.plugin.suite.state import state_of
from asyncshim.plugin.takeover import ports


class Mode(str, enum.Enum):  # noqa: UP042  (its str() is "Mode.AUTO" there)
    """The modes, as pytest-asyncio spells them."""

    AUTO = "auto"
    STRICT = "strict"


class PytestAsyncioError(Exception):
    """Base class for exceptions raised by pytest-asyncio; asyncshim raises none of them."""


class MultipleEventLoopsRequestedError(PytestAsyncioError):
    """Raised by 0.22 to 0.26 when a test asked for two loops."""


class PytestAsyncioFunction(pytest.Function):
    """Only for ``isinstance`` checks, which are false: asyncshim runs plain ``pytest.Function`` items."""


def mode_of(config: pytest.Config) -> Mode:
    """Return the current mode."""
    state = state_of(config)
    return Mode.STRICT if state is not None and state.mode == "strict" else Mode.AUTO


def inert_hook(*_: object, **__: object) -> None:
    """Replaces a hook function of pytest-asyncio: asyncshim's own hooks do what it did."""


_HOOKS = (
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_fixture_setup",
    "pytest_generate_tests",
    "pytest_pycollect_makeitem",
    "pytest_pyfunc_call",
    "pytest_report_header",
    "pytest_runtest_setup",
)
_OWN = {
    "AsyncHypothesisTest": PytestAsyncioFunction,
    "AsyncStaticMethod": PytestAsyncioFunction,
    "Coroutine": PytestAsyncioFunction,
    "FactoryFixtureFunction": Any,
    "FixtureFunction": Any,
    "FixtureFunctionMarker": Any,
    "LoopFactory": Callable[[], asyncio.AbstractEventLoop],
    "Mode": Mode,
    "MultipleEventLoopsRequestedError": MultipleEventLoopsRequestedError,
    "PytestAsyncioError": PytestAsyncioError,
    "PytestAsyncioFunction": PytestAsyncioFunction,
    "SimpleFixtureFunction": Any,
    "SubRequest": Any,
    "_ScopeName": Literal["session", "package", "module", "class", "function"],
    "_get_asyncio_mode": mode_of,
    "_is_asyncio_fixture_function": predicates.is_forced,
    "_is_coroutine_or_asyncgen": predicates.is_async,
    "_unused_port": ports.unused_port,
    **fixture_functions.shown(),
    "event_loop_policy": fixture_functions.event_loop_policy,
    "scope": "session",
    "unused_tcp_port": ports.unused_tcp_port,
    "unused_tcp_port_factory": ports.unused_tcp_port_factory,
    "unused_udp_port": ports.unused_udp_port,
    "unused_udp_port_factory": ports.unused_udp_port_factory,
}
# pytest-asyncio's module has these because it imports them itself; suites import them from there.
_MODULES = (
    "asyncio",
    "contextlib",
    "contextvars",
    "enum",
    "functools",
    "inspect",
    "pytest",
    "socket",
    "sys",
    "warnings",
)
_FROM = {
    "asyncio": ("AbstractEventLoop", "Runner"),
    "collections.abc": (
        "AsyncGenerator",
        "AsyncIterable",
        "AsyncIterator",
        "Awaitable",
        "Callable",
        "Collection",
        "Generator",
        "Iterable",
        "Iterator",
        "Mapping",
        "Sequence",
    ),
    "pytest": (
        "Config",
        "FixtureDef",
        "FixtureRequest",
        "Function",
        "Item",
        "Mark",
        "Metafunc",
        "MonkeyPatch",
        "Parser",
        "PytestCollectionWarning",
        "PytestDeprecationWarning",
        "PytestPluginManager",
        "Session",
    ),
    "typing": ("Any", "Dict", "List", "Literal", "Optional", "Set", "Type", "TypeVar", "Union", "cast", "overload"),
}


def find(name: str) -> object | None:
    """Return the object that ``pytest_asyncio.plugin`` calls *name*; ``None`` if it never had one."""
    if name in _OWN:
        return _OWN[name]
    if name in _HOOKS:
        return inert_hook
    if name in _MODULES:
        return importlib.import_module(name)
    source = next((source for source, names in _FROM.items() if name in names), None)
    return None if source is None else getattr(importlib.import_module(source), name, None)
