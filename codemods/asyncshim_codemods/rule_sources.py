"""Read the declarations of the rules from their source, because importing a rule imports LibCST.

A command that finds no word of any rule in the files never needs more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import cast

from asyncshim_codemods import rules as package

_NAME = re.compile(r'^    code = "(?P<code>\w+)"\n    name = "(?P<name>[\w-]+)"$', re.MULTILINE)
# Compiled for the first file that is looked at: most runs of `check` need only the names.
_WORDS = r"^    words = (\([^()]*\))$"
_STRING = r'"([^"\\\n]*)"'
_STRINGS = r'\((?:\s*"[^"\\\n]*"\s*,)+(?:\s*"[^"\\\n]*")?\s*\)'


@cache
def names() -> Mapping[str, str] | None:
    """Return the name of every rule by its code; None if some module does not show them."""
    try:
        found = [_NAME.search(source) for source in _sources()]
    except OSError:
        return None
    return None if None in found else {match["code"]: match["name"] for match in found if match is not None}


@cache
def words() -> frozenset[str] | None:
    """Return the words of all rules; None if they are not tuples of strings and of names of strings."""
    try:
        return frozenset(word for source in _sources() for word in _words_of(source))
    except (OSError, LookupError, TypeError, ValueError, SyntaxError, AttributeError):
        return None


def _words_of(source: str) -> Iterator[str]:
    for match in re.finditer(_WORDS, source, re.MULTILINE):
        is_plain = re.fullmatch(_STRINGS, match[1])
        yield from re.findall(_STRING, match[1]) if is_plain else _evaluated(match[1], source)


def _evaluated(text: str, source: str) -> Iterator[str]:
    """Yield the strings of a tuple that also has names."""
    import ast  # slow to import

    for element in ast.iter_child_nodes(ast.parse(text, mode="eval").body):
        if isinstance(element, ast.Constant):
            yield str(element.value)
        elif isinstance(element, ast.Name):
            yield str(_value(element.id, source))
        elif isinstance(element, ast.Starred) and isinstance(element.value, ast.Name):
            yield from map(str, cast("Iterable[object]", _value(element.value.id, source)))


@cache
def _sources() -> tuple[str, ...]:
    """Return the text of the module of each rule; an ``OSError`` if they are not files in a folder."""
    folder = Path(package.__path__[0])
    found = sorted(path for path in folder.iterdir() if path.suffix == ".py" and path.name != "__init__.py")
    if not found:
        raise FileNotFoundError(folder)
    return tuple(path.read_text("utf-8") for path in found)


def _value(name: str, source: str) -> object:
    """Return the value of a constant that the module of a rule defines in one line, or imports."""
    import ast

    if found := re.search(rf"^{name} = (.+)$", source, re.MULTILINE):
        return ast.literal_eval(found[1])
    home = re.search(rf"^from (\S+) import .*\b{name}\b", source, re.MULTILINE)
    return getattr(import_module(home[1] if home else package.__name__), name)
