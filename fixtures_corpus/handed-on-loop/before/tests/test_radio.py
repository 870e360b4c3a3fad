import asyncio

import pytest

from radio import Receiver


@pytest.mark.asyncio
async def test_hears(wave):
    await wave.hear("hello")
    assert wave.heard == ["hello"]


@pytest.mark.asyncio
async def test_shares_one_loop(wave, loop):
    assert wave.loop is loop is asyncio.get_running_loop()


@pytest.mark.asyncio
async def test_tunes(receiver, old_receiver):
    await receiver.tune("music")
    assert (receiver.station, old_receiver.station) == ("music", "old")


def test_was_switched_off():
    assert Receiver.off == ["old", "music"]
