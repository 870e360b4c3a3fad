"""Descriptors that were closed behind the loop's back."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator

import pytest

from asyncshim.plugin.loops.stale_descriptors import drop_stale_descriptors


class Recorder(asyncio.Protocol):
    """Notes whether it was told that its connection is gone."""

    def __init__(self) -> None:
        self.is_lost = False

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.SelectorEventLoop()
    yield loop
    loop.close()


def watched(loop: asyncio.AbstractEventLoop) -> set[int]:
    return {key.fd for key in loop._selector.get_map().values()}


def connect(loop: asyncio.AbstractEventLoop, sock: socket.socket) -> tuple[asyncio.BaseTransport, Recorder]:
    sock.setblocking(False)
    return loop.run_until_complete(loop.create_connection(Recorder, sock=sock))


def test_a_connection_whose_socket_the_test_closed_is_aborted(loop: asyncio.AbstractEventLoop) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        _, protocol = connect(loop, ours)
        number = ours.fileno()
        ours.close()
        assert number in watched(loop)
        drop_stale_descriptors(loop)
    assert number not in watched(loop)
    assert protocol.is_lost


def test_a_new_socket_with_the_same_number_receives_data(loop: asyncio.AbstractEventLoop) -> None:
    ours, theirs = socket.socketpair()
    connect(loop, ours)
    number = ours.fileno()
    ours.close()
    drop_stale_descriptors(loop)
    theirs.close()
    again, other = socket.socketpair()
    with again, other:
        assert again.fileno() == number, "the operating system gives the lowest free number"
        again.setblocking(False)
        other.sendall(b"heard")
        assert loop.run_until_complete(loop.sock_recv(again, 5)) == b"heard"


def test_an_open_connection_is_not_closed(loop: asyncio.AbstractEventLoop) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        transport, protocol = connect(loop, ours)
        drop_stale_descriptors(loop)
        assert ours.fileno() in watched(loop)
        assert not protocol.is_lost
        transport.close()
        loop.run_until_complete(asyncio.sleep(0))


def test_a_watched_descriptor_that_was_closed_is_forgotten(loop: asyncio.AbstractEventLoop) -> None:
    reading, writing = os.pipe()
    loop.add_reader(reading, print)
    os.close(reading)
    os.close(writing)
    drop_stale_descriptors(loop)
    assert reading not in watched(loop)


def test_a_loop_without_a_selector_is_ignored(loop: asyncio.AbstractEventLoop) -> None:
    before = watched(loop)
    drop_stale_descriptors(loop)
    assert watched(loop) == before

    class Foreign:
        """A loop without a selector."""

    drop_stale_descriptors(Foreign())


def test_sockets_that_a_test_closed_are_unregistered_before_the_next_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio, socket

        left = []

        async def test_closes_the_socket_below_its_transport():
            ours, theirs = socket.socketpair()
            ours.setblocking(False)
            left.append(ours.fileno())
            await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
            ours.close()
            theirs.close()

        async def test_next():
            again, other = socket.socketpair()
            with again, other:
                again.setblocking(False)
                assert again.fileno() == left[0]
                other.sendall(b"heard")
                assert await asyncio.get_running_loop().sock_recv(again, 5) == b"heard"
        """
    )
    pytester.runpytest("-W", "error").assert_outcomes(passed=2)


VIRTUAL_TIME = """
import asyncio, heapq, pytest
from unittest.mock import Mock

class Virtual(asyncio.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._now = 0.0
        self._selector = Mock()  # nothing is ever read or written

    def time(self):
        return self._now

    def _run_once(self):
        if not self._ready and self._scheduled:
            self._now = max(self._now, self._scheduled[0]._when)
        super()._run_once()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

class Policy(asyncio.DefaultEventLoopPolicy):
    _loop_factory = Virtual
"""
BY_POLICY = VIRTUAL_TIME + "@pytest.fixture\ndef event_loop_policy(): return Policy()\n"
BY_LOOP = VIRTUAL_TIME + "@pytest.fixture\ndef event_loop():\n    loop = Virtual()\n    yield loop\n    loop.close()\n"


@pytest.mark.filterwarnings("ignore:'asyncio.DefaultEventLoopPolicy' is deprecated:DeprecationWarning")
@pytest.mark.parametrize("conftest", [BY_POLICY, BY_LOOP], ids=["policy", "loop"])
def test_a_loop_with_a_custom_selector_is_accepted(pytester: pytest.Pytester, conftest: str) -> None:
    pytester.makeconftest(conftest)
    pytester.makepyfile(
        """
        import asyncio

        async def test_hours(request):
            begin = asyncio.get_running_loop().time()
            task = asyncio.create_task(asyncio.sleep(7200))
            await asyncio.sleep(3600)
            assert asyncio.get_running_loop().time() - begin == 3600
            assert not task.done()

        async def test_next():
            assert len(asyncio.all_tasks()) == 1
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)
