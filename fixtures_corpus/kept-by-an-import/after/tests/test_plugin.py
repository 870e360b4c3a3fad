import pytest_asyncio

MODULES = [pytest_asyncio]


def test_version():
    assert MODULES[0].__name__ == "pytest_asyncio"
