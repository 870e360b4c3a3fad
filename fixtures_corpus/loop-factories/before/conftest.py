import asyncio


class OtherLoop(asyncio.SelectorEventLoop):
    pass


def pytest_asyncio_loop_factories(config, item):
    return {"plain": asyncio.SelectorEventLoop, "other": OtherLoop}
