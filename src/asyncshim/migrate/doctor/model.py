"""The results of ``doctor``, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """A problem keeps async tests from running as the suite expects; a note is information only."""

    PROBLEM = "problem"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that other tools or files do to async tests. ``place`` is ``path:line``, or empty."""

    id: str
    level: Level
    message: str
    remedy: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class InstalledPlugin:
    """One entry point of the group ``pytest11``; ``requires_pytest_asyncio`` is about its distribution."""

    name: str
    module: str
    distribution: str
    version: str
    requires_pytest_asyncio: bool = False


@dataclass(frozen=True, slots=True)
class Environment:
    """The interpreter that runs asyncshim, and what is installed for it. ``plugins`` are in load order.

    ``variables`` are the environment variables that pytest or asyncshim read, with values that may be shown.
    ``finder`` says whether asyncshim can be loaded early, for plugins that import ``pytest_asyncio`` before it.
    ``other`` is the interpreter of a virtual environment that is active or in the project, if it is another one.
    """

    python: str
    implementation: str
    platform: str
    executable: str
    virtual: bool
    packages: tuple[tuple[str, str], ...]
    plugins: tuple[InstalledPlugin, ...]
    variables: tuple[tuple[str, str], ...] = ()
    finder: bool = True
    other: str = ""

    def version(self, distribution: str) -> str:
        """Return the version of a package that is reported; "" if it is not installed."""
        return dict(self.packages).get(distribution, "")


@dataclass(frozen=True, slots=True)
class ConfigurationFile:
    """A file that configures pytest, asyncshim or the environment: what it says, as far as it is about async tests.

    ``use`` says who reads it, or why it is not read. ``is_used`` is about a run of pytest from the given paths.
    """

    path: str
    use: str
    is_used: bool
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What a conftest.py or plugin module of the project does about event loops. Each place is a line and a name."""

    path: str
    hooks: tuple[tuple[int, str], ...] = ()
    runners: tuple[tuple[int, str], ...] = ()
    overrides: tuple[tuple[int, str], ...] = ()
    plugins: tuple[str, ...] = ()
    is_ejected: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Executor:
    """Who runs the async tests: ``who`` in a few words, each reason as a sentence, and other plugins with their tests.

    ``mode`` is ``auto`` or ``strict``, or empty if nothing here has a mode; ``mode_from`` is the file that sets it.
    """

    who: str
    reasons: tuple[str, ...]
    mode: str = ""
    mode_from: str = ""
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TypeInformation:
    """Where type checkers find the types of a module; ``found`` is false if they report an error."""

    module: str
    found: bool
    source: str


@dataclass(frozen=True, slots=True)
class RemainingUses:
    """The uses of pytest-asyncio that the rules find, and the number of files that they cannot check."""

    safe: int
    unsafe: int
    manual: int
    failed: int
    files: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that ``doctor`` reports."""

    environment: Environment
    root: str
    version_control: str
    configuration: tuple[ConfigurationFile, ...]
    code: tuple[CodeFacts, ...]
    executor: Executor
    conflicts: tuple[Conflict, ...]
    types: tuple[TypeInformation, ...]
    uses: RemainingUses | None
    errors: tuple[str, ...]
    next_command: str
    next_reason: str

    @property
    def problems(self) -> int:
        """The number of problems, without errors."""
        return sum(conflict.level is Level.PROBLEM for conflict in self.conflicts)
