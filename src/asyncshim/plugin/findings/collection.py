"""All findings of a session, in bounded memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from asyncshim.plugin.findings.accepted import Accepted
from asyncshim.plugin.findings.model import RuntimeFinding

MOST_GROUPS = 10_000
Key = tuple[str, str, str, str, str]


@dataclass(slots=True)
class Group:
    """Equal findings: all but the detail is the same. ``first`` is the first of them."""

    first: RuntimeFinding
    count: int = 0
    new: int = 0  # how many of them the baseline does not accept


class Findings:
    """The findings until now. Exists only if a report or a baseline is asked for.

    ``accepted`` is ``None`` without a baseline. While a baseline is made, it accepts everything.
    """

    def __init__(self, accepted: Accepted | None = None, *, accepts_all: bool = False) -> None:
        self.accepted = accepted
        self.accepts_all = accepts_all
        self.groups: dict[Key, Group] = {}
        self.kinds = Counter[str]()
        self.new = 0
        self.omitted = Counter[str]()  # findings beyond the groups that are kept, by kind

    @property
    def fails_new(self) -> bool:
        """Whether a new finding fails its test, whatever the options of its producer say."""
        return self.accepted is not None and not self.accepts_all

    def note(self, finding: RuntimeFinding) -> bool:
        """Count *finding*; return whether it is new, which means that no baseline accepts it."""
        covered = self.accepted is not None and self.accepted.covers(finding)
        is_new = not (covered or self.accepts_all)
        self.add(finding, 1, int(is_new))
        return is_new

    def knows(self, finding: RuntimeFinding) -> bool:
        """Return whether an equal finding was noted."""
        return _key(finding) in self.groups

    def add(self, finding: RuntimeFinding, count: int, new: int) -> None:
        """Add findings that have been compared with the baseline."""
        group = self.groups.get(_key(finding))
        if group is None and len(self.groups) < MOST_GROUPS:
            group = self.groups[_key(finding)] = Group(finding)
        if group is None:
            self.omitted[finding.kind] += count
        else:
            group.count += count
            group.new += new
        self.kinds[finding.kind] += count
        self.new += new

    def add_omitted(self, omitted: Counter[str], new: int) -> None:
        """Add findings that another process has counted only."""
        self.omitted += omitted
        self.kinds += omitted
        self.new += new

    def judge(self, finding: RuntimeFinding, reaction: str) -> str:
        """Note *finding*; return how its producer reacts: as *reaction* says, ``ignore``, or ``error``.

        An accepted finding is ignored. A new one is an error if there is a baseline.
        """
        if not self.note(finding):
            return "ignore"
        return "error" if self.fails_new else reaction


def _key(finding: RuntimeFinding) -> Key:
    return finding.kind, finding.test, finding.code, finding.place, finding.scope
