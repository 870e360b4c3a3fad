"""The html report: its content, and how a real browser shows, filters and prints it."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asyncshim.migrate.reports import html
from asyncshim.migrate.reports.model import Report, RunMode
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


def test_a_long_diff_is_omitted_and_the_number_of_its_lines_is_given() -> None:
    old = b"".join(b"line %d\n" % number for number in range(6_000))
    page = html.render(report(results=(FileResult("a.py", old, old.replace(b"line", b"text")),)))
    assert '<p class="omitted">diff omitted: 6,000 lines change; `--dry-run` prints them</p>' in page
    assert "text 1" not in page


ORIGIN = {"project": "<shop>", "command": "asyncshim migrate --select '<a>'", "date": "2026-11-28 12:00 UTC"}


def test_the_top_of_the_page_says_where_the_report_comes_from() -> None:
    page = html.render(dataclasses.replace(report(), **ORIGIN))  # type: ignore[arg-type]
    top = page.partition("<header>")[2].partition("</header>")[0]
    for part in (
        "&lt;shop&gt;",
        "2026-11-28 12:00 UTC",
        "<dd>0.1.0</dd>",
        "asyncshim migrate --select &#x27;&lt;a&gt;&#x27;",
    ):
        assert part in top
    assert "<title>&lt;shop&gt;: asyncshim report</title>" in page
    assert "Command" not in html.render(report()).partition("</header>")[0]


def several(code: str, *lines: int, fixed: bool = False) -> tuple[Finding, ...]:
    return tuple(Finding(line, 1, code, "the same `x`", Safety.MANUAL, fixed) for line in lines)


def items(page: str) -> list[str]:
    listed = page.partition('<ul class="findings">')[2].partition("</ul>")[0]
    return [re.sub(r"<[^>]+>", "", item).strip() for item in listed.split("</li>") if item]


def test_identical_findings_of_a_file_are_one_item_with_their_source_lines() -> None:
    source = b"".join(b"line <%d>\n" % number for number in range(1, 31))
    found = (*several("ASH331", 3, 7, 7), *several("ASH331", 9, fixed=True))
    first, second = items(html.render(report(results=(FileResult("a.py", source, source, found),))))
    assert first == "lines 3, 7 ASH331 the same x manual review3line &lt;3&gt;\n7line &lt;7&gt;"
    assert second.startswith("line 9 ASH331 the same x would change")


def test_many_source_lines_of_one_finding_are_cut() -> None:
    source = b"x = 1\n" * 30
    found = several("ASH331", *range(1, 21))
    (item,) = items(html.render(report(results=(FileResult("a.py", source, source, found),))))
    assert item.count("x = 1") == 5
    assert item.endswith("and 15 more lines")


def test_a_line_that_the_diff_shows_has_no_other_source() -> None:
    old = b"a\n" * 3 + b"old\n" + b"b\n" * 40 + b"left\n"
    found = (*several("ASH101", 4, fixed=True), *several("ASH331", 45))
    first, second = items(html.render(report(results=(FileResult("a.py", old, old.replace(b"old", b"new"), found),))))
    assert first == "line 4 ASH101 the same x would change"
    assert second.endswith("45left")


def test_an_error_has_its_source_line() -> None:
    result = FileResult("a.py", b"x\ndef <(:\n", b"x\ndef <(:\n", error="syntax error", error_line=2)
    assert '<pre class="source"><i>2</i>def &lt;(:\n</pre>' in html.render(report(results=(result,)))


def test_lines_beyond_the_file_and_files_without_content_have_no_source() -> None:
    page = html.render(report(results=(FileResult("a.py", b"x\n", b"x\n", several("ASH331", 99)),)))
    assert '<pre class="source">' not in page


def test_what_remains_is_counted_by_message_the_most_frequent_first() -> None:
    results = (
        FileResult("a.py", b"", b"", (*several("ASH331", 1, 2), Finding(1, 1, "ASH101", "rare", Safety.MANUAL, False))),
        FileResult("b.py", b"", b"", several("ASH331", 5)),
    )
    table = html.render(report(results=results)).partition("<h2>What remains</h2>")[2].partition("</table>")[0]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in table.split("<tr>")[2:]]
    assert [row[-2:] for row in rows] == [["3", "2"], ["1", "1"]]


def test_each_rule_is_linked_to_its_explanation() -> None:
    page = html.render(report())
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert "rule-ASH101" in targets
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    assert "https://" not in page
    linked = html.render(dataclasses.replace(report(), documentation="https://docs.example/asyncshim/"))
    assert 'href="https://docs.example/asyncshim/rules/ash101"' in linked
    assert "javascript:" not in html.render(dataclasses.replace(report(), documentation="javascript:alert(1)"))


def test_every_state_and_sign_of_the_page_is_in_the_legend() -> None:
    legend = html.render(report(RunMode.WRITTEN)).partition('class="legend"')[2].partition("</details>")[0]
    assert all(f">{state}</em>" in legend for state in ("changed", "unsafe", "manual review"))


def large(number: int = 3_000) -> Report:
    old = "import pytest_asyncio\n\n\n" + "@pytest_asyncio.fixture\nasync def thing():\n    return 1\n\n\n" * 3
    found = (*(Finding(4 + 5 * n, 2, "ASH101", "an old word", Safety.SAFE, True) for n in range(3)),)
    results: list[FileResult] = []
    for index in range(number):
        data = (old + f"def test_{index}(event_loop):\n    event_loop.run_forever()\n").encode()
        findings = (*found, *several("ASH331", 19))
        path = f"tests/area_{index % 40}/test_of_orders_{index}.py"
        results.append(FileResult(path, data, data.replace(b"pytest_asyncio", b"pytest"), findings))
    return report(results=tuple(results))


def test_a_report_of_many_files_is_small() -> None:
    page = html.render(large(300))
    assert len(page) < 5_000_000 / 10
    assert page.count('class="packed"') == 6
    assert '<table class="diff"' not in page


@pytest.mark.parametrize(("number", "says"), [(1, False), (300, True)])
def test_a_large_report_says_what_is_missing_without_javascript(number: int, *, says: bool) -> None:
    text = html.render(large(number)).partition("<noscript>")[2].partition("</noscript>")[0]
    assert ("shows no findings and no diffs" in text) is says


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
        assert not page.is_visible("#search")
        assert page.is_visible("#shown")
        assert page.is_visible(".diff")
        assert page.pdf().startswith(b"%PDF")

    def test_a_large_report_shows_a_file_when_it_is_opened(self, browser: Any, tmp_path: Path) -> None:
        (tmp_path / "large.html").write_text(html.render(large(300)), encoding="utf-8")
        page = browser.new_page()
        page.goto((tmp_path / "large.html").as_uri())
        assert page.query_selector(".diff") is None
        file = page.locator(".file").nth(173)
        file.locator("summary").click()
        file.locator(".diff").first.wait_for()
        assert "def test_173(event_loop)" in file.inner_text()
        assert file.locator(".findings > li").count() == 2
        page.click(".chip[data-value=ASH331]")
        assert page.inner_text("#shown") == "300 of 300 files"
        assert file.locator(".findings > li:not([hidden])").count() == 1
        page.close()

    def test_a_large_report_prints_the_findings_and_diffs_of_files_that_were_never_opened(
        self, browser: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "large.html").write_text(html.render(large(300)), encoding="utf-8")
        page = browser.new_page()
        page.goto((tmp_path / "large.html").as_uri())
        page.fill("#search", "_orders_11")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        printed = page.locator(".file:not([hidden])")
        assert printed.count() == 11
        for index, number in enumerate((11, *range(110, 120))):
            assert printed.nth(index).locator(".diff").count() == 1
            assert f"def test_{number}(event_loop)" in printed.nth(index).text_content()
        assert page.query_selector("details:not([open], [hidden])") is None
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.query_selector(".file[open]") is None
        page.close()

    def test_a_link_to_a_rule_opens_its_explanation(self, page: Any) -> None:
        page.click(".by-rule a.code >> nth=0")
        page.wait_for_function("document.getElementById('rule-ASH101').open")

    @pytest.mark.parametrize("page", [{"viewport": {"width": 420, "height": 900}}], indirect=True)
    def test_no_table_is_cut_at_420_pixels(self, page: Any) -> None:
        page.click(".legend summary")
        cut = "[...document.querySelectorAll('.scroll')].filter((e) => e.scrollWidth > e.clientWidth + 1).length"
        assert page.evaluate(cut) == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
