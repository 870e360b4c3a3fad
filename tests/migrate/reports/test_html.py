"""The html report: its content, and how a real browser shows, filters and prints it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asyncshim.migrate.reports import html
from asyncshim.migrate.reports.model import RunMode
from asyncshim_codemods.results import FileResult, Finding, Safety
from reports import report


def test_the_html_page_needs_no_network() -> None:
    page = html.render(report())
    assert "default-src 'none'" in page
    assert not re.search(r"""\b(?:src|href)="(?!#)|@import|url\(""", page)


def test_every_placeholder_of_the_template_is_filled() -> None:
    assert "{{" not in html.render(report())
    assert "{{" not in html.render(report(results=()))


def test_names_messages_and_code_are_escaped_in_the_html_page() -> None:
    page = html.render(report())
    assert "<b>really</b>" not in page
    assert "&lt;b&gt;really&lt;/b&gt;" in page
    assert "&lt;unclosed&gt;" in page


def test_names_between_backticks_become_code_elements() -> None:
    finding = Finding(1, 1, "ASH101", "`x<y` goes", Safety.SAFE, True)
    result = FileResult("a.py", b"", b"", (finding,))
    assert "<code>x&lt;y</code> goes" in html.render(report(results=(result,)))


def test_the_html_page_distinguishes_preview_and_written() -> None:
    assert "1</dd></div>" in html.render(report())
    assert "file would change" in html.render(report(RunMode.PREVIEW))
    assert "file changed" in html.render(report(RunMode.WRITTEN))


def test_remaining_uses_are_unsafe_or_for_manual_review() -> None:
    page = html.render(report())
    assert "<dt>unsafe use</dt><dd>1</dd>" in page
    assert "<dt>manual review</dt><dd>1</dd>" in page
    assert "<em>unsafe</em>" in page
    assert "<em>manual review</em>" in page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium here: `apt-get install chromium` lets these tests run")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with playwright.sync_playwright() as driver:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
        started = driver.chromium.launch(executable_path=chromium, args=quiet)
        yield started
        started.close()


@pytest.fixture
def page(browser: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    options = getattr(request, "param", {"viewport": {"width": 1400, "height": 900}})
    (tmp_path / "report.html").write_bytes(html.render(report()).encode("utf-8", "surrogateescape"))
    opened = browser.new_page(**options)
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text))
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("request", lambda sent: problems.append(sent.url) if not sent.url.startswith("file:") else None)
    opened.goto((tmp_path / "report.html").as_uri())
    yield opened
    opened.close()
    assert problems == []


def shown(page: Any) -> list[str]:
    return [file.text_content() for file in page.query_selector_all(".file:not([hidden]) h3")]


class TestInABrowser:
    def test_filters_for_rules_safety_folders_and_paths_hide_files(self, page: Any) -> None:
        assert len(shown(page)) == 4
        page.click(".chip[data-value=ASH331]")
        assert shown(page) == ["tests/api/test_a.py"]
        assert page.inner_text("#shown") == "1 of 4 files"
        assert page.query_selector(".diff:not([hidden])") is None
        assert len(page.query_selector_all(".findings li:not([hidden])")) == 1
        page.click("text=Show all")
        page.click(".chip[data-value=unsafe]")
        assert [name.startswith("tests/api/caf") for name in shown(page)] == [True]
        page.click("text=Show all")
        page.select_option("#folder", "tests")
        assert shown(page) == ["tests/test_broken.py", "tests/test_gone.py"]
        page.fill("#search", "GONE")
        assert shown(page) == ["tests/test_gone.py"]
        page.fill("#search", "nothing like it")
        assert page.is_visible("text=No file matches these filters.")

    def test_the_page_can_be_used_with_the_keyboard_alone(self, page: Any) -> None:
        keyboard = page.keyboard
        current = "document.activeElement.closest('.file')?.dataset.path"
        keyboard.press("j")
        keyboard.press("j")
        keyboard.press("j")
        assert page.evaluate(current) == "tests/test_broken.py"
        keyboard.press("k")
        keyboard.press("k")
        assert page.evaluate(current) == "tests/api/test_a.py"
        keyboard.press("Enter")
        assert not page.evaluate("document.querySelector('.file').open")
        keyboard.press("/")
        keyboard.type("jk")
        assert page.input_value("#search") == "jk"
        assert shown(page) == []
        keyboard.press("Escape")
        assert page.input_value("#search") == ""
        page.wait_for_function("!document.querySelector('.file').hidden")
        assert len(shown(page)) == 4

    def test_a_filter_button_is_focusable_and_exposes_its_state(self, page: Any) -> None:
        page.focus(".chip")
        page.keyboard.press("Space")
        assert page.get_attribute(".chip", "aria-pressed") == "true"
        assert shown(page) == ["tests/api/test_a.py"]

    @pytest.mark.parametrize(
        "page",
        [
            {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
            for width in (360, 800, 1400)
            for scheme in ("light", "dark")
        ],
        indirect=True,
    )
    def test_the_page_fits_every_width_and_has_enough_contrast(self, page: Any) -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        contrast = page.evaluate(CONTRAST)
        assert {name: ratio for name, ratio in contrast.items() if ratio < 4.5} == {}

    def test_the_printed_page_shows_every_file(self, page: Any) -> None:
        page.evaluate("document.querySelectorAll('.file').forEach((file) => (file.open = false))")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        assert page.query_selector(".file:not([open])") is None
        assert not page.is_visible(".filters")
        assert page.is_visible(".diff")
        assert page.pdf().startswith(b"%PDF")


# The contrast ratio of every text with its background, as defined by WCAG.
CONTRAST = """() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const color = channels(getComputedStyle(element).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest("script, option")) continue;
    const [a, b] = [channels(getComputedStyle(element).color), behind(element)].map(luminance);
    found[`${element.tagName}.${element.className}`] = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }
  return found;
}"""
