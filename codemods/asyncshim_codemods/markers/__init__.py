"""Uses of `pytest.mark.asyncio` and of `pytest_asyncio.fixture`, and what removing them would change."""
