"""A chat room over TCP: what the suite tests."""

import asyncio


class Room:
    """Everyone who is in hears every line."""

    def __init__(self):
        self.lines = []
        self._members = set()

    async def serve(self, reader, writer):
        self._members.add(writer)
        writer.write(b"welcome\n")
        try:
            while line := await reader.readline():
                self.lines.append(line.decode().rstrip())
                for member in self._members:
                    member.write(line)
        finally:
            self._members.discard(writer)
            writer.close()


class Client:
    """One person in the room."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port):
        client = cls(*await asyncio.open_connection("127.0.0.1", port))
        assert await client.hear() == "welcome"
        return client

    async def say(self, line):
        self._writer.write(f"{line}\n".encode())
        await self._writer.drain()

    async def hear(self):
        return (await self._reader.readline()).decode().rstrip()

    async def leave(self):
        self._writer.close()
        await self._writer.wait_closed()
