import asyncio


class Service:
    def __init__(self, loop):
        self.loop = loop

    def stop(self):
        self.loop.stop()


# TODO(asyncshim): ASH331 sync code keeps `event_loop`: the loop is used for more than ...
def test_run_forever(event_loop):
    service = Service(event_loop)
    event_loop.call_soon(service.stop)
    event_loop.run_forever()
    assert not event_loop.is_running()


def test_by_name(request):
    # TODO(asyncshim): ASH304 sync code requests `event_loop` by name; `asyncio_runner` has the loop
    loop = request.getfixturevalue("event_loop")
    assert isinstance(loop, asyncio.AbstractEventLoop)


async def test_plain():
    await asyncio.sleep(0)
