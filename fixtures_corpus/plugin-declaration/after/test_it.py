import pytest


@pytest.mark.network
async def test_network():
    pass


def test_inner_run(pytester):
    pytester.makepyfile("def test_inner(): pass")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
