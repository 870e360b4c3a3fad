from pytest_asyncio.plugin import fixture as fixture
from pytest_asyncio.plugin import is_async_test as is_async_test

__all__ = ("fixture", "is_async_test")
__version__: str
