"""Compares what the conformance tool found with `differences.toml`: no difference unlisted, none listed that is gone.

    python tests/conformance/compare.py REPORT.json --runner session|loop_scope [--python 3.14]

An entry of differences.toml is one test:

    [[difference]]
    version = "1.5.0"
    test = "tests.markers.test_class_scope::test_asyncio_mark_provides_class_scoped_loop"
    kind = "isolation"
    why = "asserts that two classes have two loops"
    since_python = "3.14"  # where it differs on later ones only
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LISTED = Path(__file__).with_name("differences.toml")
# What a listed test may differ for, and under which runners it may. What a test sets on the loop object is taken back
# before the loop is closed. Releases that disagree are `relaxed`: a later one
# decides.
KINDS: Mapping[str, frozenset[str]] = {
    "isolation": frozenset({"session"}),
    "deprecation-text": frozenset({"session", "loop_scope"}),
    "taken-back": frozenset({"session", "loop_scope"}),
    "relaxed": frozenset({"session", "loop_scope"}),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One test of one release that asyncshim is allowed to fail."""

    version: str
    test: str
    kind: str
    why: str
    since_python: str = "3.11"

    def applies(self, version: str, runner: str, python: str) -> bool:
        """Whether the test may differ for that release of pytest-asyncio, under that runner, on that Python."""
        is_late = tuple(map(int, python.split("."))) >= tuple(map(int, self.since_python.split(".")))
        return self.version == version and runner in KINDS[self.kind] and is_late


def load(path: Path) -> list[Difference]:
    """The listed differences; a kind or a key that is not ours is refused."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("difference", [])
    found = [Difference(**entry) for entry in entries]
    for entry in found:
        if entry.kind not in KINDS:
            raise ValueError(f"{entry.test}: kind {entry.kind!r} is none of {', '.join(KINDS)}")
        if not entry.why.strip():
            raise ValueError(f"{entry.test}: says not why it differs")
    return found


def complaints(lost: Mapping[str, list[str]], listed: list[Difference], runner: str, python: str) -> list[str]:
    """Sentences about tests that are lost but not listed, and listed but not lost."""
    found = []
    for version, tests in lost.items():
        allowed = {entry.test for entry in listed if entry.applies(version, runner, python)}
        found += [f"{version}: {test} is lost and not listed" for test in sorted(set(tests) - allowed)]
        found += [f"{version}: {test} is listed but passes under {runner}" for test in sorted(allowed - set(tests))]
    return found


def main() -> int:
    """Compare, and exit with 1 when there is anything to say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path)
    parser.add_argument("--runner", choices=["session", "loop_scope"], required=True)
    parser.add_argument("--python", default=f"{sys.version_info.major}.{sys.version_info.minor}")
    parser.add_argument("--listed", type=Path, default=LISTED)
    options = parser.parse_args()
    summary = json.loads(options.report.read_text(encoding="utf-8"))
    for version, entry in summary.items():
        print(f"{version}: {entry['conform']} of {entry['expected']} conform under {options.runner}")
    lost = {version: entry["lost"] for version, entry in summary.items()}
    found = complaints(lost, load(options.listed), options.runner, options.python)
    print("\n".join(found) or "every difference is listed, and every listed one is still there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
