"""Names of ``pytest_asyncio.plugin`` that suites import, other than ``fixture`` and ``is_async_test``."""

from __future__ import annotations

import asyncio
import enum
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pytest

from asyncshim.plugin.legacy import ports


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


# pytest-asyncio's module has these by importing them; suites took them from there.
_IMPORTED = {
    "AbstractEventLoop": asyncio.AbstractEventLoop,
    "Any": typing.Any,
    "Callable": Callable,
    "Config": pytest.Config,
    "FixtureDef": pytest.FixtureDef,
    "FixtureRequest": pytest.FixtureRequest,
    "Function": pytest.Function,
    "Item": pytest.Item,
    "Iterable": Iterable,
    "Iterator": Iterator,
    "Literal": typing.Literal,
    "LoopFactory": Callable[[], asyncio.AbstractEventLoop],
    "Mapping": Mapping,
    "Mark": pytest.Mark,
    "Metafunc": pytest.Metafunc,
    "MonkeyPatch": pytest.MonkeyPatch,
    "Parser": pytest.Parser,
    "PytestPluginManager": pytest.PytestPluginManager,
    "Runner": asyncio.Runner,
    "Sequence": Sequence,
    "Session": pytest.Session,
    "SubRequest": typing.Any,
    "asyncio": asyncio,
    "pytest": pytest,
}
_OWN = {
    "Mode": Mode,
    "MultipleEventLoopsRequestedError": MultipleEventLoopsRequestedError,
    "PytestAsyncioError": PytestAsyncioError,
    "PytestAsyncioFunction": PytestAsyncioFunction,
    "_unused_port": ports.unused_port,
    "unused_tcp_port": ports.unused_tcp_port,
    "unused_tcp_port_factory": ports.unused_tcp_port_factory,
    "unused_udp_port": ports.unused_udp_port,
    "unused_udp_port_factory": ports.unused_udp_port_factory,
}


def find(name: str) -> object | None:
    """The object that ``pytest_asyncio.plugin`` calls *name*; ``None`` if it never had one."""
    return _OWN.get(name, _IMPORTED.get(name))
