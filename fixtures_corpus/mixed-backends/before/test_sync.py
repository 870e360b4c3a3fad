import anyio
import trio

from portable import double


def test_run_anyio():
    assert anyio.run(double, [5]) == {5: 10}


def test_run_trio():
    assert trio.run(double, [6]) == {6: 12}
