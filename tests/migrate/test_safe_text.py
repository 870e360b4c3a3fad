"""Names and messages of a repository, in every format and on the terminal: they say something and do nothing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes

import pytest

import tiny_rules
from asyncshim.migrate import safe_text
from asyncshim.migrate.reports.formats import FORMATS, Wanted
from asyncshim.migrate.reports.model import Report, RunMode
from asyncshim_codemods.results import FileResult, Finding, Safety

CONTROLS = {
    "C0": "".join(map(chr, [*range(1, 9), *range(11, 13), *range(14, 32)])),
    "delete": "\x7f",
    "C1": "".join(map(chr, range(0x80, 0xA0))),
    "line ends": "\n\r\x85\u2028\u2029",
    "bidi": "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "invisible": "\xad\u200b\u200c\u200d\u2060\ufeff\U000e0041",
    "surrogates": "\ud800 \udbff \udc00 \udfff",
    "undecodable bytes": "\udc80\udc9b\udcff",
    "private": "\ue000\U000f0000",
}
TEXTS = {
    "markdown": "`` ` [x](http://e.invalid) ![x](y) <b>bold</b> | @someone #1 *x* ~~x~~ \\",
    "html": "<script>alert(1)</script>\"'&amp;</details></td>",
    "template": "{{ files }}{{ style }}{{ script }}",
    "workflow command": "::error::forged",
    "workflow command after a space": "  ::error::forged",
    "workflow command after a line end": "x\n::error file=a::forged",
    "workflow command of the old kind": "x ##[error]forged",
    "percent": "%0A::error::forged%25%0D",
    "cdata": "]]><x>",
    "color": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
}
EVERYTHING = CONTROLS | TEXTS
each_text = pytest.mark.parametrize("text", EVERYTHING.values(), ids=EVERYTHING.keys())


def rendered(format_: str, text: str) -> str:
    """A report in which a file, a folder, a message, an error and a line of code hold the text."""
    source = f"x = 1  # {text}\n".encode("utf-8", "surrogatepass")
    results = (
        FileResult(f"{text}/{text}.py", source, source * 2, (Finding(1, 1, "ASH101", text, Safety.SAFE, True),)),
        FileResult(text, b"", b"", (Finding(1, 1, "ASH331", f"`{text}` stays", Safety.MANUAL, False),)),
        FileResult(text, b"", b"", error=text, error_line=1),
    )
    report = Report("0.1.0", RunMode.PREVIEW, results, tiny_rules.rules(), files=3)  # type: ignore[arg-type]
    return Wanted(format_, None).render(report).decode("utf-8")


@each_text
@pytest.mark.parametrize("format_", FORMATS)
def test_no_report_contains_control_characters(format_: str, text: str) -> None:
    bad = {c for c in rendered(format_, text) if not c.isprintable()} - {"\n"}
    assert not bad


@each_text
@pytest.mark.parametrize("format_", ["text", "github", "markdown"])
def test_no_report_has_a_line_more_than_for_a_plain_name(format_: str, text: str) -> None:
    assert rendered(format_, text).count("\n") == rendered(format_, "plain").count("\n")


@each_text
@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_no_line_of_a_report_is_a_workflow_command(format_: str, text: str) -> None:
    assert not [line for line in rendered(format_, text).splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in rendered(format_, text)


@each_text
def test_each_line_for_github_is_the_command_that_it_is_for_a_plain_name(text: str) -> None:
    def commands(report: str) -> list[str]:
        return [re.sub(r"=[^,:]*", "=", line.split("::")[1]) for line in report.splitlines()]

    assert commands(rendered("github", text)) == commands(rendered("github", "plain"))
    assert "##[" not in rendered("github", text)


class Outline(HTMLParser):
    """The elements of a page and the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"span", "mark", "code"}:
            self.found.append((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"span", "mark", "code"}:
            self.found.append(("/" + tag,))


@pytest.mark.parametrize("text", [*CONTROLS.values(), *TEXTS.values()], ids=EVERYTHING.keys())
def test_an_unusual_name_adds_no_elements_to_a_page(text: str) -> None:
    # A line end in a comment of the source makes a line of code, which is a row of the table.
    if "\n" in text or "\r" in text:
        text = text.replace("\n", "\v").replace("\r", "\v")
    assert Outline(rendered("html", text)).found == Outline(rendered("html", "plain")).found


def test_a_template_placeholder_in_a_name_is_not_filled() -> None:
    page = rendered("html", "{{ files }}")
    assert "{{ files }}" in page
    assert page.count("<style>") == rendered("html", "plain").count("<style>")


@each_text
def test_markdown_stays_in_its_code_span(text: str) -> None:
    span = safe_text.markdown_code(text)
    fence = re.match("`+", span)
    assert fence is not None
    inside = span[len(fence[0]) : -len(fence[0])]
    assert span.endswith(fence[0])
    assert fence[0] not in inside
    assert not inside.startswith("`")
    assert not inside.endswith("`")


def test_markdown_outside_of_code_spans_is_only_text() -> None:
    assert safe_text.markdown("`a|b` is <b> [x](y) @me | `") == ("`a|b` is &lt;b&gt; \\[x\\](y) &#64;me \\| \\`")


@each_text
def test_json_contains_the_exact_name(text: str) -> None:
    assert json.loads(rendered("json", text))["files"][1]["path"] == text
    sarif = json.loads(rendered("sarif", text))
    uri = sarif["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    lone = any("\ud800" <= c <= "\udc7f" for c in text)  # on Windows only
    assert unquote_to_bytes(uri).decode("utf-8", "surrogatepass" if lone else "surrogateescape") == text


@each_text
def test_terminal_output_contains_no_control_sequences(text: str) -> None:
    for colored in (False, True):
        shown = safe_text.terminal(safe_text.name(text), colored=colored)
        assert shown.isprintable()
        assert not shown.lstrip().startswith("::")


def test_terminal_output_contains_only_the_colours_of_asyncshim() -> None:
    text = "\x1b[31merror\x1b[0m: \x1b]0;title\x07 \x1b[2J\ttab\nnext"
    assert safe_text.terminal(text, colored=True) == "\x1b[31merror\x1b[0m: \\x1b]0;title\\x07 \\x1b[2J\ttab\nnext"
    assert "\x1b" not in safe_text.terminal(text, colored=False)


def test_a_name_stays_readable() -> None:
    assert safe_text.name("tests/caf\udce9 é/a\nb\x1b[31m.py") == "tests/caf\\xe9 é/a\\nb\\x1b[31m.py"
