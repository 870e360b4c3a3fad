"""Detect the import of asyncio during the session, for example by a test."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

NAME = "asyncio"


class LateImport:
    """A finder that calls *before* and *callback* around the import of asyncio; it finds no modules itself."""

    def __init__(self, callback: Callable[[], None], before: Callable[[], None]) -> None:
        self._callback = callback
        self._before = before

    def begin(self) -> None:
        """Install the finder before the others."""
        sys.meta_path.insert(0, self)

    def end(self) -> None:
        """Remove this finder, if asyncio was not imported."""
        with contextlib.suppress(ValueError):
            sys.meta_path.remove(self)

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Return what the other finders find, with a loader that calls the callback at the end."""
        if name != NAME:
            return None
        self.end()
        self._before()
        spec = importlib.util.find_spec(name)
        loader: Any = None if spec is None else spec.loader
        if hasattr(loader, "exec_module"):
            execute = loader.exec_module

            def exec_module(module: ModuleType) -> None:
                del loader.exec_module
                execute(module)
                self._callback()

            loader.exec_module = exec_module
        return spec
