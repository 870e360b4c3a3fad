import pytest
import pytest_asyncio


@pytest_asyncio.fixture  # asyncshim: ignore[ASH201]
async def kept():
    return "kept"


@pytest.mark.asyncio  # asyncshim: ignore[ASH101]
async def test_kept(kept):
    assert kept == "kept"


# asyncshim: ignore[ASH101]
# Kept until the next release.
@pytest.mark.usefixtures("kept")
@pytest.mark.asyncio
async def test_kept_from_above():
    pass


async def test_not_kept(kept):
    assert kept == "kept"


class TestMarked:
    async def test_method(self):
        pass
