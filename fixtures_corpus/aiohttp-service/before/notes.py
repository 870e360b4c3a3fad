"""Notes over HTTP."""

from aiohttp import web

NOTES = web.AppKey("NOTES", dict)


async def read(request):
    notes = request.app[NOTES]
    try:
        return web.json_response({"text": notes[request.match_info["name"]]})
    except KeyError:
        raise web.HTTPNotFound from None


async def write(request):
    body = await request.json()
    request.app[NOTES][request.match_info["name"]] = body["text"]
    return web.json_response(body, status=201)


async def feed(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data.upper())
    return socket


def make_app():
    app = web.Application()
    app[NOTES] = {}
    app.router.add_get("/notes/{name}", read)
    app.router.add_put("/notes/{name}", write)
    app.router.add_get("/feed", feed)
    return app
