import pytest


async def test_used(used):
    assert used == "used"


def test_sync(used):
    with pytest.raises(AttributeError):
        used.missing
