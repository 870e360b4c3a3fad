"""`mark` and another name for pytest."""

import pytest as pt
from pytest import mark


async def test_of_the_module():
    pass


@mark.parametrize("n", [1])
async def test_twice_marked(n):
    assert n == 1


async def test_other_name():
    with pt.raises(ZeroDivisionError):
        1 / 0
