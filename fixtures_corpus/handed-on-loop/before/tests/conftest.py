import pytest

from radio import Receiver, Wave


@pytest.fixture
def loop(event_loop):
    return event_loop


@pytest.fixture
def wave(event_loop):
    return Wave(loop=event_loop)


@pytest.fixture
def receiver(request, event_loop):
    receiver = Receiver(event_loop, "none")
    event_loop.run_until_complete(receiver.tune("news"))
    request.addfinalizer(lambda: event_loop.run_until_complete(receiver.switch_off()))
    return receiver


@pytest.fixture
def old_receiver(request, event_loop):
    old = Receiver(event_loop, "old")

    def switch_off():
        # it was never tuned
        event_loop.run_until_complete(old.switch_off())

    request.addfinalizer(switch_off)
    return old
