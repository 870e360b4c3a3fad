"""Whether type checkers find the types of asyncshim and pytest_asyncio: by looking for files, as they do (PEP 561)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from asyncshim.migrate.doctor.model import TypeInformation

_TYPED = "py.typed"
_MODULES = ("asyncshim", "pytest_asyncio")


def type_information(entries: Sequence[str] | None = None) -> Iterator[TypeInformation]:
    """Yield one entry for each module; ``entries`` are the folders that Python imports from."""
    folders = [Path(entry) for entry in (sys.path if entries is None else entries) if entry]
    for module in _MODULES:
        yield _of(module, folders)


def _of(module: str, folders: Sequence[Path]) -> TypeInformation:
    # A package of stubs comes before the package itself, in any folder.
    for folder in folders:
        if _is_file(folder / f"{module}-stubs" / "__init__.pyi"):
            return TypeInformation(module, True, f"stubs in {folder / f'{module}-stubs'}")
    for folder in folders:
        package = folder / module
        if _is_file(package / "__init__.py"):
            typed = _is_file(package / _TYPED)
            return TypeInformation(
                module, typed, f"{'types' if typed else 'no types (py.typed is missing)'} in {package}"
            )
    return TypeInformation(module, False, "neither stubs nor a package: type checkers report a missing import")


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - unlike a Path's, never fails
