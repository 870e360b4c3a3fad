"""A suite's own fixtures in the place of ours are seen where pytest shows them to a test, and nowhere else."""

from __future__ import annotations

import pytest

from house.nested import run


def test_overrides_apply_in_their_modules_and_directories(pytester: pytest.Pytester) -> None:
    override = """
import asyncio, pytest

class {name}(asyncio.SelectorEventLoop):
    pass

@pytest.fixture(scope={scope!r})
def event_loop():
    loop = {name}()
    yield loop
    loop.close()
"""
    test = """
import asyncio

async def test_it(event_loop):
    assert asyncio.get_running_loop() is event_loop
    assert type(event_loop).__name__ == {name!r}
"""
    for folder, scope in (("outer", "session"), ("outer/inner", "package"), ("other", "function")):
        name = folder.replace("/", "").title()
        path = pytester.path / folder
        path.mkdir()
        path.joinpath("conftest.py").write_text(override.format(name=name, scope=scope))
        path.joinpath(f"test_{name}.py").write_text(test.format(name=name))
    module = override.format(name="OfModule", scope="module") + test.format(name="OfModule")
    pytester.path.joinpath("outer/test_own.py").write_text(module)
    run(pytester, passed=4)


def test_an_override_is_seen_in_whichever_class_or_module_it_stands(pytester: pytest.Pytester) -> None:
    override = """
import asyncio, pytest

class Own(asyncio.SelectorEventLoop): pass

class TestPlain:
    async def test_it(self): assert type(asyncio.get_running_loop()) is not Own

class TestOwn:
    @pytest.fixture
    def event_loop(self):
        loop = Own()
        yield loop
        loop.close()

    async def test_it(self): assert type(asyncio.get_running_loop()) is Own

class TestPlainAgain(TestPlain): pass
"""
    pytester.makepyfile(test_first=override, test_second=override, test_third="async def test_it(): pass")
    run(pytester, passed=7)
