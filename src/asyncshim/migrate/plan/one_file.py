"""One file: read it, ask the rules, and turn what goes wrong into an error of this file. Other processes call this."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.migrate.plan.plan import FileChange
from asyncshim.migrate.read import files
from asyncshim_codemods.results import TOO_DEEP, FileResult, Options

if TYPE_CHECKING:
    from asyncshim_codemods.api import FileFacts, KeptAliases, ProjectFacts

_NOT_READ = "cannot be read"

Rewrite = Callable[[str, bytes, "ProjectFacts", Options], FileResult]


@dataclass(frozen=True, slots=True)
class Visited:
    """One file after the rules: the result, the permission bits it was read with, and details of a crash.

    If there is a ``change``, it has the bytes, and the result only says that they differ. ``given_up`` says that a
    limit stopped the work, so that the content of the file is unknown.
    """

    result: FileResult
    mode: int = 0
    details: str = ""
    change: FileChange | None = None
    given_up: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether the next run may differ although the file does not: a rule crashed, or the file was not readable."""
        return bool(self.details) or (self.result.error or "").startswith(_NOT_READ)

    @property
    def whole(self) -> FileResult:
        """The result with the bytes."""
        if self.change is None:
            return self.result
        return replace(self.result, old=self.change.old.data, new=self.change.new.data)


@dataclass(frozen=True, slots=True)
class Careful:
    """The rules for files that can be handled as they are, and for suspicious ones."""

    rewrite: Rewrite
    apart: Rewrite
    suspicious: frozenset[str]

    def __call__(self, path: str, data: bytes, facts: ProjectFacts, options: Options) -> FileResult:
        """Run the rules on a file."""
        return (self.apart if path in self.suspicious else self.rewrite)(path, data, facts, options)


def kept_aliases(
    root: Path,
    imported: Callable[[str, bytes, ProjectFacts], KeptAliases],
    rewrite: Callable[[str], Visited],
    facts: ProjectFacts,
    edited: frozenset[str],
    path: str,
) -> KeptAliases:
    """Return the names for the marker that a file still imports when it is rewritten."""
    result = rewrite(path).result if path in edited else None
    if result is not None and result.changed:
        return imported(path, result.new, facts)
    try:
        return imported(path, files.read(f"{root}/{path}").data, facts)
    except OSError:
        return every_alias(facts, path)


def every_alias(facts: ProjectFacts, path: str, _reason: str = "") -> KeptAliases:
    """Return all names: those that an unknown file may import."""
    return frozenset((alias, path) for alias in facts.aliases)


def visit(
    root: Path,
    rewrite: Rewrite,
    facts: ProjectFacts,
    options: Options,
    path: str,
) -> Visited:
    """Read a file and run the rules on it."""
    try:
        snapshot = files.read(f"{root}/{path}", most=files.MOST)
    except OSError as error:
        return Visited(failed(path, f"{_NOT_READ}: {error.strerror}"))
    return rewritten(path, snapshot, rewrite, facts, options)


def rewritten(path: str, snapshot: files.Snapshot, rewrite: Rewrite, facts: ProjectFacts, options: Options) -> Visited:
    """Run the rules on these bytes; whatever goes wrong is an error of this file."""
    try:
        result = rewrite(path, snapshot.data, facts, options)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a rule's fault must not cost the other files
        import traceback  # slow to import

        place = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"a rule crashed, the file stays unchanged: {type(error).__name__}: {error} ({place.name})"
        return Visited(failed(path, reason), details=traceback.format_exc())
    if not result.changed:
        # Thousands of files that stay as they are need not stay in memory, too.
        result = replace(result, old=b"", new=b"")
    elif not snapshot.mode & 0o222:
        return Visited(failed(path, "is read-only: make it writable, then run again"))
    return Visited(result, mode=snapshot.mode, details=result.details, given_up=result.error == TOO_DEEP)


def gave_up(path: str, reason: str) -> Visited:
    """Return the result of a file that a limit stopped."""
    return Visited(failed(path, reason), given_up=True)


def rewritten_as_given(
    snapshot: files.Snapshot, rewrite: Rewrite, facts: ProjectFacts, options: Options, path: str
) -> Visited:
    """Run the rules on bytes that are not on disk."""
    return rewritten(path, snapshot, rewrite, facts, options)


def facts_of(
    root: Path,
    read: Callable[[str, bytes], FileFacts | None],
    given: Mapping[str, files.Snapshot],
    path: str,
) -> tuple[str, FileFacts | None, str]:
    """Return what a suspicious file says, or the reason why that stays unknown."""
    try:
        data = given[path].data if path in given else files.read(f"{root}/{path}", most=files.MOST).data
        return path, read(path, data), TOO_DEEP
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a hostile file makes of it costs that file alone
        return path, None, f"{_NOT_READ}: {error}"


def may_be_broken(root: Path, ask: Callable[[bytes], bool], most: int, path: str) -> tuple[str, bool]:
    """Return whether a file of at most so many bytes may be no Python, although no rule looks for anything in it."""
    try:
        data = files.read(f"{root}/{path}", most=most + 1).data
    except OSError:
        return path, False
    return path, ask(data)


def no_facts(path: str, reason: str) -> tuple[str, FileFacts | None, str]:
    """Return the reason why the content of a file is unknown."""
    return path, None, reason


def still_required_by(
    root: Path,
    ask: Callable[[ProjectFacts, Iterable[tuple[str, bytes]], Collection[str], Options], ProjectFacts],
    facts: ProjectFacts,
    edited: Collection[str],
    options: Options,
    path: str,
) -> tuple[str, ...]:
    """Return the file if it still requires pytest-asyncio."""
    try:
        data = files.read(f"{root}/{path}", most=files.MOST).data
    except OSError:
        return (path,)
    return ask(facts, [(path, data)], edited, options).still_required_by


def failed(path: str, reason: str) -> FileResult:
    """Return the result of a file that stays unchanged because of an error."""
    return FileResult(path=path, old=b"", new=b"", error=reason)
