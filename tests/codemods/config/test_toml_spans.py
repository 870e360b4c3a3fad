from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncshim_codemods.config.toml_spans import Holder, encode_string, scan_toml
from asyncshim_codemods.project.values import value_at

DOCUMENT = '''\
# comment with [brackets] and "quotes
top = 1 # [not.a.table]
"quoted key" = 'literal \\'
dotted.key."with.dot" = 1979-05-27 07:32:00Z
[table]
text = """
[inside] = "a string"
"""""
lit = \'\'\'
x = 1\'\'\'
escaped = "a \\" # no comment"
array = [ "a", # first
  [1, 2.5e3, [ ]], {x = 1, y = [true, false], "z z" = {}},
]
[ table . sub ]
empty = ""
[[aot]]
n = -1
[aot.child]
c = inf
[[aot]]
[[aot.inner]]
d = 0x1F
'''


def test_every_span_holds_the_value_that_tomllib_reads_at_its_path() -> None:
    document = tomllib.loads(DOCUMENT)
    spans = scan_toml(DOCUMENT)
    for item in spans.items:
        token = DOCUMENT[item.value_start : item.value_end]
        assert tomllib.loads(f"value = {token}")["value"] == value_at(document, item.path), item
    assert {item.path for item in spans.items} >= {
        ("top",),
        ("quoted key",),
        ("dotted", "key", "with.dot"),
        ("table", "array", 1, 2),
        ("table", "array", 2, "y", 1),
        ("table", "sub", "empty"),
        ("aot", 0, "child", "c"),
        ("aot", 1, "inner", 0, "d"),
    }


def test_headers_have_the_path_of_the_table_that_they_open() -> None:
    spans = scan_toml(DOCUMENT)
    assert [header.path for header in spans.headers] == [
        ("table",),
        ("table", "sub"),
        ("aot", 0),
        ("aot", 0, "child"),
        ("aot", 1),
        ("aot", 1, "inner", 0),
    ]
    header = spans.header(("table", "sub"))
    assert header is not None
    assert DOCUMENT[header.start : header.end] == "[ table . sub ]"


def test_a_key_span_ends_with_the_key_and_a_holder_span_encloses_the_brackets() -> None:
    text = "a . b  =  [ 1, {c = 2} ]\n"
    spans = scan_toml(text)
    pair, element, inner = spans.find(("a", "b")), spans.find(("a", "b", 0)), spans.find(("a", "b", 1, "c"))
    assert pair is not None
    assert element is not None
    assert inner is not None
    assert text[pair.start : pair.key_end] == "a . b"
    assert text[element.holder_start : element.holder_end] == "[ 1, {c = 2} ]"
    assert (inner.holder, text[inner.holder_start : inner.holder_end]) == (Holder.INLINE, "{c = 2}")


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "[a]", "[a]\n[b]\n", "a = 1\r\n\r\n[b]\r\nc = 2\r\n"])
def test_small_documents_are_read_to_their_end(text: str) -> None:
    document = tomllib.loads(text)
    assert all(value_at(document, item.path) is not None for item in scan_toml(text).items)


@given(st.text(), st.sampled_from(["'", '"', "'''", '"""']))
def test_a_string_is_encoded_so_that_tomllib_reads_it_back(value: str, quote: str) -> None:
    token = encode_string(value, quote)
    assert tomllib.loads(f"v = {token}")["v"] == value
    if quote == "'" and value.isprintable() and "'" not in value:
        assert token == f"'{value}'"


_KEYS = st.text(st.sampled_from("ab-_ .\"'"), min_size=1, max_size=4)
_VALUES = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.text(st.sampled_from("ab\"'\\#[]{},=\n"), max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=3)),
    max_leaves=8,
)


def _write(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return encode_string(value, '"')
    if isinstance(value, list):
        return "[" + ", ".join(map(_write, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{encode_string(key, chr(34))} = {_write(inner)}" for key, inner in value.items()) + "}"
    return str(value)


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_generated_documents_are_found_value_by_value(document: dict[str, object]) -> None:
    text = "".join(f"{encode_string(key, chr(34))} = {_write(value)}  # c\n" for key, value in document.items())
    assert tomllib.loads(text) == document
    found = scan_toml(text).items
    assert [item.path[0] for item in found if len(item.path) == 1] == list(document)
    for item in found:
        token = text[item.value_start : item.value_end]
        assert tomllib.loads(f"value = {token}")["value"] == value_at(document, item.path)
