"""Sync Playwright, with a real browser: it keeps a loop "running" in a suspended greenlet."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: `apt-get install chromium`")
SUITE = """
import asyncio, pytest
from playwright.sync_api import sync_playwright

@pytest.fixture(scope="SCOPE")
def browser():
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield started
        started.close()

@pytest.fixture
def page(browser):
    opened = browser.new_page()
    yield opened
    opened.close()

@pytest.fixture
async def value():
    await asyncio.sleep(0.01)
    yield 42
    await asyncio.sleep(0.01)

@pytest.fixture(scope="session")
async def session_value():
    yield asyncio.get_running_loop()
    await asyncio.sleep(0.01)

def test_sync(page):
    page.set_content("<title>one</title>")
    assert page.title() == "one"

async def test_async(value, session_value):
    await asyncio.sleep(0.01)
    assert value == 42

async def test_both(page, value):
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0.01)
    page.set_content("<title>two</title>")
    assert page.title() == "two"
    assert asyncio.get_running_loop() is loop
    async with asyncio.timeout(60):
        await asyncio.sleep(0.01)
    assert value == 42

async def test_events(page):
    texts = []
    page.on("console", lambda message: texts.append(message.text))
    page.evaluate("console.log('hello')")
    await asyncio.sleep(0)
    page.evaluate("1")
    assert texts == ["hello"]

def test_sync_with_async_fixture(page, value):
    assert value == 42
    assert page.title() == ""

def test_sync_with_loop(event_loop, page):
    assert event_loop.run_until_complete(asyncio.sleep(0, 1)) == 1
    assert page.title() == ""

async def test_last(value):
    await asyncio.sleep(0)
"""


@pytest.mark.parametrize(
    ("scope", "runner"), [("session", "session"), ("function", "session"), ("module", "loop_scope")]
)
def test_async_tests_and_sync_playwright_fixtures_pass_together(
    pytester: pytest.Pytester, scope: str, runner: str
) -> None:
    pytest.importorskip("playwright.sync_api")
    pytester.makepyfile(test_it=SUITE.replace("SCOPE", scope).replace("CHROMIUM", repr(CHROMIUM)))
    result = pytester.runpytest_subprocess("-W", "error", f"--asyncshim-runner={runner}")
    result.assert_outcomes(passed=7)
    assert "Warning" not in result.stdout.str() + result.stderr.str()
