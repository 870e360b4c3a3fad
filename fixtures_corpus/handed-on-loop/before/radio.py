import asyncio


class Wave:
    def __init__(self, *, loop=None):
        self.loop = loop or asyncio.get_event_loop()
        self.heard = []

    async def hear(self, word):
        await asyncio.sleep(0)
        self.heard.append(word)


class Receiver:
    off = []

    def __init__(self, loop, station):
        self._wave = Wave(loop=loop)
        self.station = station

    async def tune(self, station):
        await self._wave.hear(station)
        self.station = station

    async def switch_off(self):
        await asyncio.sleep(0)
        self.off.append(self.station)
