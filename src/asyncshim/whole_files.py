"""Read a regular file; replace a file as a whole, so that no reader ever sees a part."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

_MOST = 64 * 2**20
_BINARY = getattr(os, "O_BINARY", 0)
# Without O_NONBLOCK, opening a FIFO waits for a writer.
_READ = os.O_RDONLY | _BINARY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def read_text(path: Path) -> str:
    """Return the text of a regular file; anything else, or a file of 64 MiB or more, is an ``OSError``."""
    descriptor = os.open(path, _READ)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        if status.st_size >= _MOST:
            raise OSError("too large")
        return stream.read().decode("utf-8")


def check_replaceable(path: Path) -> None:
    """Raise ``OSError`` if :func:`replace` would fail now."""
    temporary = _temporary(Path(os.path.realpath(path)))
    os.close(_created(temporary))
    temporary.unlink()


def replace(path: Path, text: str) -> None:
    """Replace the file, or the file that a link points to, by *text*; its mode stays."""
    target = Path(os.path.realpath(path))
    temporary = _temporary(target)
    try:
        with os.fdopen(_created(temporary), "wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _temporary(target: Path) -> Path:
    """Return the name of a new file beside *target*, which must be a regular file if it exists."""
    if target.exists() and not target.is_file():
        raise OSError("not a regular file")
    return target.with_name(f".asyncshim-{secrets.token_hex(8)}.tmp")


def _created(temporary: Path) -> int:
    return os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
