pytest_plugins = ["pytester", "pytest_asyncio"]


def pytest_configure(config):
    config.addinivalue_line("markers", "asyncio: runs on an event loop")
    config.addinivalue_line("markers", "network: talks to others")
