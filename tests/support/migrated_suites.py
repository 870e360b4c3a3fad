"""Write a small suite, migrate it, and compare the node ids and outcomes of pytest before and after."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from house.corpus import run_tests
from house.processes import run_python


@dataclass(frozen=True, slots=True)
class Migrated:
    """A suite that was migrated, the outcomes of its tests, and the output of ``migrate``."""

    folder: Path
    before: dict[str, str]
    after: dict[str, str]
    output: str

    def text(self, name: str) -> str:
        """Return the content of a file after the migration."""
        return (self.folder / name).read_text("utf-8")


def migrate(tmp_path: Path, suite: Mapping[str, str], *flags: str, arguments: tuple[str, ...] = ()) -> Migrated:
    """Write ``suite``, run it, run ``migrate`` with ``flags``, and run it again, each time with these arguments."""
    folder = tmp_path / "suite"
    for name, content in suite.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content).lstrip("\n"), encoding="utf-8")
    reports = tmp_path / "reports"
    reports.mkdir()
    before = run_tests(sys.executable, folder, reports / "before.json", *arguments)
    migrated = run_python("-m", "asyncshim", "migrate", ".", *flags, cwd=folder)
    after = run_tests(sys.executable, folder, reports / "after.json", *arguments)
    return Migrated(folder, before.tests, after.tests, migrated.stdout)


def unchanged(tmp_path: Path, suite: Mapping[str, str], *flags: str, arguments: tuple[str, ...] = ()) -> Migrated:
    """Return the same after an assertion: at least one test passes, and all outcomes are the same."""
    found = migrate(tmp_path, suite, *flags, arguments=arguments)
    assert "passed" in found.before.values(), found.before
    assert found.after == found.before, found.output
    return found
