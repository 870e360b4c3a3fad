import asyncio
import enum
import socket
from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias, TypeVar, overload

import pytest

_ScopeName: TypeAlias = Literal["session", "package", "module", "class", "function"]
_Scope: TypeAlias = _ScopeName | Callable[[str, pytest.Config], _ScopeName]
_Ids: TypeAlias = Iterable[str | float | int | bool | None] | Callable[[Any], object | None]
_Function = TypeVar("_Function", bound=Callable[..., object])
SubRequest: TypeAlias = pytest.FixtureRequest
LoopFactory: TypeAlias = Callable[[], asyncio.AbstractEventLoop]

class Mode(str, enum.Enum):  # noqa: UP042
    AUTO = "auto"
    STRICT = "strict"

class PytestAsyncioError(Exception): ...
class MultipleEventLoopsRequestedError(PytestAsyncioError): ...
class PytestAsyncioFunction(pytest.Function): ...

@overload
def fixture(
    fixture_function: _Function,
    *,
    scope: _Scope = ...,
    loop_scope: _ScopeName | None = ...,
    params: Iterable[object] | None = ...,
    autouse: bool = ...,
    ids: _Ids | None = ...,
    name: str | None = ...,
) -> _Function: ...
@overload
def fixture(
    fixture_function: None = None,
    *,
    scope: _Scope = ...,
    loop_scope: _ScopeName | None = ...,
    params: Iterable[object] | None = ...,
    autouse: bool = ...,
    ids: _Ids | None = ...,
    name: str | None = ...,
) -> Callable[[_Function], _Function]: ...
def is_async_test(item: pytest.Item) -> bool: ...
def event_loop(request: pytest.FixtureRequest) -> Iterable[asyncio.AbstractEventLoop]: ...
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy: ...
def unused_tcp_port() -> int: ...
def unused_udp_port() -> int: ...
def unused_tcp_port_factory() -> Callable[[], int]: ...
def unused_udp_port_factory() -> Callable[[], int]: ...
def _unused_port(socket_type: socket.SocketKind | int) -> int: ...

__all__ = [
    "LoopFactory",
    "Mode",
    "MultipleEventLoopsRequestedError",
    "PytestAsyncioError",
    "PytestAsyncioFunction",
    "SubRequest",
    "event_loop",
    "event_loop_policy",
    "fixture",
    "is_async_test",
    "unused_tcp_port",
    "unused_tcp_port_factory",
    "unused_udp_port",
    "unused_udp_port_factory",
]
