"""All tests share the loop of the session."""

import asyncio

import pytest
from pytest_asyncio import is_async_test


def pytest_collection_modifyitems(items):
    session_marker = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if is_async_test(item):
            item.add_marker(session_marker, append=False)


@pytest.fixture(scope="session")
def seen():
    return asyncio.Queue()
