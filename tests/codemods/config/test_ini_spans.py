from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asyncshim_codemods.config.ini_spans import scan_ini
from asyncshim_codemods.project.ini_reading import read_as_pytest
from asyncshim_codemods.source.config_text import ConfigError, Source

TEXT = "[a] ; c\r\nk : v w \r\n  # c\r\n\r\n  more\r\nempty =\r\n[b]\r\n  x = 1\r\n  y = 2\r\n"


def test_spans_hold_names_and_the_lines_of_values_without_blanks() -> None:
    source = Source.decode("f", TEXT.encode())
    spans = scan_ini(source)
    assert spans.sections == {"a": 1, "b": 7}
    first = spans.options[0]
    assert (first.section, first.name, first.text, first.lines) == ("a", "k", "v w\nmore", [2, 5])
    assert [source.text[part.start : part.end] for part in first.value] == ["v w", "more"]
    assert source.text[first.start : first.name_end] == "k"
    assert [(option.name, option.text) for option in spans.section("b")] == [("x", "1"), ("y", "2")]
    assert (spans.options[1].text, spans.options[1].lines) == ("", [6])


PIECES = ["[a]", "[b]", "[c] # x", "k = v", "l: v", "m=1 ; 2", "n =", "  more", "    deeper", "# c", "  ; c", ""]


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("\n".join))
def test_what_pytest_can_read_is_found_option_by_option(text: str) -> None:
    try:
        reading = read_as_pytest(text)
    except ConfigError:
        return
    spans = scan_ini(Source.decode("f", text.encode()))
    found: dict[str, dict[str, str]] = {name: {} for name in spans.sections}
    for option in spans.options:
        found[option.section][option.name] = option.text
    assert found == reading
