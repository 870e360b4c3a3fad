from __future__ import annotations

import importlib

import pytest

from asyncshim_codemods.config.yaml_lists import read_lists
from asyncshim_codemods.source.config_text import ConfigText

DOCUMENT = """\
name: x
channels: [conda-forge, "defaults"]  # c
dependencies:
- python=3.11
  # comment
- 'quoted one'   # c
- pip:
    - "inner"
    - y >= 1
- after
nested:
  deeper:
    - id: a
      list: [ one,
        # c
        two,
      ]
      more:
      - z
    - id: b
      text: |
        - not an item
        list: [no]
      folded: >-
        - nor this
      last:
        - w
empty: []
flow: [a, {b: c}]
"""


def entries() -> list[tuple[tuple[str, ...], str]]:
    source = ConfigText.decode("f", DOCUMENT.encode())
    found = read_lists(source)
    for entry in found:
        assert source.text[entry.start : entry.end] == entry.text
        assert source.line(entry.start) == entry.line
    return [(entry.keys, entry.text) for entry in found]


def test_scalars_of_block_and_flow_lists_are_found_under_their_keys() -> None:
    assert entries() == [
        (("channels",), "conda-forge"),
        (("channels",), "defaults"),
        (("dependencies",), "python=3.11"),
        (("dependencies",), "quoted one"),
        (("dependencies", "pip"), "inner"),
        (("dependencies", "pip"), "y >= 1"),
        (("dependencies",), "after"),
        (("nested", "deeper", "list"), "one"),
        (("nested", "deeper", "list"), "two"),
        (("nested", "deeper", "more"), "z"),
        (("nested", "deeper", "last"), "w"),
    ]


def scalars(value: object, keys: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in scalars(inner, (*keys, str(key)))]
    if isinstance(value, list):
        plain = [(keys, element) for element in value if isinstance(element, str)]
        return plain + [found for element in value if isinstance(element, dict) for found in scalars(element, keys)]
    return []


def test_a_yaml_parser_finds_the_same() -> None:
    for name in ("yaml", "yaml_ft"):
        try:
            yaml = importlib.import_module(name)
        except ImportError:
            continue
        expected = scalars(yaml.safe_load(DOCUMENT))
        # A list that also holds mappings is passed over.
        assert sorted(entries()) == sorted(found for found in expected if found[0] != ("flow",))
        return
    pytest.skip("no YAML parser is installed")


def test_lists_know_where_they_begin() -> None:
    source = ConfigText.decode("f", b"a: [x, y]\nb:\n  - z\n  - w\n")
    found = read_lists(source)
    assert [
        (entry.flow, entry.holder == other.holder) for entry, other in zip(found[::2], found[1::2], strict=True)
    ] == [
        (True, True),
        (False, True),
    ]
    assert source.text[found[0].holder] == "["
