"""One digest of all inputs of a run: files, options, limits, rules, installed packages and Python."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim import errors
from asyncshim.migrate.read import files
from asyncshim_codemods import catalog

if TYPE_CHECKING:
    from asyncshim.migrate.plan.engine import Engine
    from asyncshim.migrate.read.discover import Discovery

_VERSION = 1
_INSTALLED = (".dist-info", ".egg-info", ".egg-link")
_BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``content`` is equal if the outcome is; ``moment`` also changes when a file is written without a change."""

    content: str
    moment: str


def fingerprint(engine: Engine, discovery: Discovery) -> Fingerprint:
    """Read all files of a project, and return the digest of everything that the outcome depends on."""
    content, moment = hashlib.sha256(_around(engine, discovery)), hashlib.sha256()
    names = (*discovery.python, *discovery.settings)
    for number, name in enumerate(names, 1):
        engine.progress("Reading", number, len(names))
        _add(f"{engine.root}/{name}", content.update, moment.update)
    return Fingerprint(content.hexdigest(), moment.hexdigest())


def _add(path: str, content: Callable[[bytes], None], moment: Callable[[bytes], None]) -> None:
    """Add the size and the bytes of a file, and whether it is read-only; or why it cannot be read."""
    try:
        descriptor = os.open(path, files.READ_FLAGS)
    except OSError as error:
        content(b"cannot be read %d;" % (error.errno or 0))
        return
    try:
        status = os.fstat(descriptor)
        moment(b"%d %d %d;" % (status.st_ino, status.st_mtime_ns, status.st_ctime_ns))
        content(b"%d %d %d;" % (status.st_size, stat.S_IFMT(status.st_mode), bool(status.st_mode & 0o222)))
        if stat.S_ISREG(status.st_mode) and status.st_size < files.MOST:
            while block := os.read(descriptor, _BLOCK):
                content(b"%d " % len(block))
                content(block)
    except OSError as error:
        content(b"cannot be read %d;" % (error.errno or errno.EIO))
    finally:
        os.close(descriptor)


def _around(engine: Engine, discovery: Discovery) -> bytes:
    """Return all that is not the content of a file."""
    options = engine.options
    asked = (sorted(options.select), options.unsafe, options.todo, options.runner, options.runner_given)
    rest = (_VERSION, sys.version, sys.platform, engine.looks_outside, asked, engine.limits)
    return repr((rest, [*_installed()], [*_sources()], discovery)).encode("utf-8", "surrogatepass")


def _sources() -> Iterator[tuple[str, int, int]]:
    """Yield the source files that decide what is found, with what Python looks at to see that one has changed."""
    ours = Path(errors.__file__).parent
    pending = [str(ours / "migrate"), str(Path(catalog.__file__).parent)]
    yield from (_source(ours / name) for name in ("errors.py", "history.py", "pytest_options.py"))
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if entry.name.endswith(".py"):
                    yield _source(Path(entry.path), entry.stat())
                elif entry.name != "__pycache__" and entry.is_dir():
                    pending.append(entry.path)


def _source(path: Path, status: os.stat_result | None = None) -> tuple[str, int, int]:
    status = status or path.stat()
    return str(path), status.st_size, status.st_mtime_ns


def _installed() -> Iterator[tuple[str, int]]:
    """Yield the installed distributions, whose names have versions: parsers, and plugins that need pytest-asyncio."""
    for folder in sys.path:
        try:
            with os.scandir(folder or ".") as entries:
                found = [(each.name, each.stat().st_mtime_ns) for each in entries if each.name.endswith(_INSTALLED)]
        except OSError:
            continue
        yield from sorted(found)
