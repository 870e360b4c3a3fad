import pytest

on_loop = pytest.mark.asyncio
slow = pytest.mark.slow
