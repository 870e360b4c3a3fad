"""One finding of a test run, and how a baseline identifies it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

SLOW_CALLBACK = "slow callback"
BLOCKING_CALL = "blocking call"
NEVER_AWAITED = "never awaited"
LEGACY_USE = "legacy use"
WIDER_SCOPES = ("class", "module", "package", "session")


@dataclass(frozen=True, slots=True)
class RuntimeFinding:
    """Something that a test did and that is reported."""

    kind: str  # that of a ``loops.runners.Leak``, or one of the constants of this module
    test: str  # its node id; the path of a file if a file causes the finding; "" if none is known
    code: str  # identifies the finding in a baseline, also after lines have moved: a qualified name, a rule code
    place: str  # PATH:LINE, relative to the root folder where possible
    detail: str  # one line
    scope: str = "function"  # of a leak: the loop scope that it outlived

    @property
    def owner(self) -> str:
        """The node whose findings of this kind and code are counted together."""
        return owner_of(self.test, self.scope)

    @property
    def use(self) -> str:
        """The text that identifies the finding below its test in a baseline."""
        return f"{self.kind}: {self.code}" + (f" ({self.scope} scope)" if self.scope in WIDER_SCOPES else "")


def owner_of(test: str, scope: str) -> str:
    """Return the node with which *scope* of *test* ends. The first test to request a wide fixture varies."""
    file, _, rest = test.partition("::")
    if scope == "session":
        return ""
    if scope == "package":
        return posixpath.dirname(file)
    if scope == "module":
        return file
    if scope == "class":
        classes = rest.partition("[")[0].rpartition("::")[0]
        return f"{file}::{classes}" if classes else test
    return test


def scope_of(use: str) -> str:
    """Return the loop scope in the text that identifies a finding."""
    return next((scope for scope in WIDER_SCOPES if use.endswith(f" ({scope} scope)")), "function")
