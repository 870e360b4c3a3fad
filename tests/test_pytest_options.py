from __future__ import annotations

from typing import Any

from asyncshim import pytest_options
from asyncshim.plugin.suite import options


class Declared:
    """Stands for pytest's parser, which gives no list of what is declared on it."""

    def __init__(self) -> None:
        self.flags: set[str] = set()
        self.settings: set[str] = set()

    def getgroup(self, *_: str) -> Declared:
        return self

    def addoption(self, flag: str, **_: Any) -> None:
        self.flags.add(flag.removeprefix("--").replace("-", "_"))

    def addini(self, name: str, *_: str, **__: Any) -> None:
        self.settings.add(name)


def test_the_plugin_declares_exactly_the_options_and_flags_that_have_a_default_here() -> None:
    declared = Declared()
    options.add_options(declared)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert declared.settings == pytest_options.DEFAULTS.keys()
    assert declared.flags == {*pytest_options.FLAGS, *pytest_options.ONLY_FLAGS}
