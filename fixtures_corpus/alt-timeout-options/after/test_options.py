import asyncio

import pytest


async def test_the_ini_option_counts_more(async_timeout):
    assert async_timeout.timeout == 0.2


def test_the_command_line_is_read(pytestconfig):
    assert pytestconfig.getoption("default_async_timeout") == 50
    assert pytestconfig.getoption("--default-async-timeout") == 50


async def test_expires():
    await asyncio.sleep(60)


@pytest.mark.asyncshim_timeout(60)
async def test_has_more_time():
    await asyncio.sleep(0.4)
