pytest_plugins = ["pytester"]


def pytest_configure(config):
    config.addinivalue_line("markers", "network: talks to others")
