"""A chat room over TCP: every line goes to everybody else."""

import asyncio


class Room:
    def __init__(self):
        self._writers = set()

    async def join(self, reader, writer):
        self._writers.add(writer)
        try:
            while line := await reader.readline():
                for other in self._writers - {writer}:
                    other.write(line)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def serve(self, started):
        server = await asyncio.start_server(self.join, "127.0.0.1", 0)
        started.set_result(server.sockets[0].getsockname())
        async with server:
            await server.serve_forever()
