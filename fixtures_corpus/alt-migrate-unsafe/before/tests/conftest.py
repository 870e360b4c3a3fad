pytest_plugins = ["pytester", "alt_pytest_asyncio.enable"]
