"""Find the rules by walking the ``rules`` package; there is no registration."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from asyncshim_codemods import rule_sources
from asyncshim_codemods import rules as package
from asyncshim_codemods.rule import Described, Rule
from asyncshim_codemods.source.words import MARKER, holds_marker


@cache
def described() -> tuple[type[Described], ...]:
    """Return the class of every rule in the order of their codes, including those about configuration files."""
    found: list[type[Described]] = []
    for module_info in iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{module_info.name}")
        found += [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Described) and value.__module__ == module.__name__
        ]
    return tuple(sorted(found, key=lambda rule: rule.code))


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return one instance of every rule about Python files, in the order of their codes."""
    return tuple(rule() for rule in described() if issubclass(rule, Rule))


@cache
def all_words() -> tuple[str, ...]:
    """Return the words of all rules."""
    words = rule_sources.words()
    if words is None:
        words = frozenset(word for rule in all_rules() for word in rule.words)
    return tuple(sorted(words))


def is_relevant(data: bytes) -> bool:
    """Return whether a Python file holds a word that some rule looks for; others are never parsed."""
    apart, around = _plain_words()
    return any(word in data for word in apart) or holds_marker(data, around)


@cache
def _plain_words() -> tuple[tuple[bytes, ...], tuple[tuple[bytes, int], ...]]:
    """Return the words of all rules except the marker, without those that hold a shorter one of them.

    The second tuple is of those that hold the marker: they are looked for only where the marker is found.
    """
    words = [word for word in all_words() if word != MARKER]
    words = [word for word in words if not any(each in word for each in words if each != word)]
    apart = tuple(word.encode() for word in words if MARKER not in word)
    return apart, tuple((word.encode(), word.index(MARKER)) for word in words if MARKER in word)
