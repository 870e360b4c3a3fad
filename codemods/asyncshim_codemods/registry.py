"""Finds the rules by walking the ``rules`` package; nothing has to be registered by hand."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from asyncshim_codemods import rules as package
from asyncshim_codemods.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """One instance of every rule, in the order of their codes."""
    found: list[Rule] = []
    for module_info in iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{module_info.name}")
        found += [
            value()
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__
        ]
    return tuple(sorted(found, key=lambda rule: rule.code))
