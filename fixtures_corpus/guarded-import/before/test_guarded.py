import asyncio

import pytest

from helpers import async_fixture


@async_fixture
async def answer():
    return await asyncio.sleep(0, 42)


@pytest.mark.asyncio
async def test_answer(answer):
    assert answer == 42


class pytest_like:
    class mark:
        @staticmethod
        def asyncio(function):
            return function


@pytest_like.mark.asyncio
async def test_of_another_mark():
    await asyncio.sleep(0)


def test_shadowed():
    class pytest:
        class mark:
            asyncio = staticmethod(lambda function: "shadowed")

    @pytest.mark.asyncio
    async def inner():
        pass

    assert inner == "shadowed"
