"""The file of accepted findings, which the command line and the plugin share: each keeps the part of the other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asyncshim.errors import UsageError
from asyncshim.whole_files import read_text, replace

_VERSION = 1

Runtime = Counter[tuple[str, str]]
"""How many findings are accepted of each test and text."""


@dataclass(frozen=True, slots=True)
class BaselineFile:
    """The content of a baseline.

    ``accepted`` has the uses that rules find, by file. ``runtime`` has the findings of test runs; it is ``None`` if no
    test run has written its part yet.
    """

    accepted: Counter[tuple[str, str]]
    runtime: Runtime | None = None

    def text(self) -> str:
        """Return the sorted content, with one finding on each line, so that git can merge two branches."""
        accepted: dict[str, list[str]] = {}
        for path, use in sorted(self.accepted.elements()):
            accepted.setdefault(path, []).append(use)
        content: dict[str, object] = {"version": _VERSION, "accepted": accepted}
        if self.runtime is not None:
            runtime: dict[str, dict[str, int]] = {}
            for (test, use), number in sorted(self.runtime.items()):
                if number > 0:
                    runtime.setdefault(test, {})[use] = number
            content["runtime"] = runtime
        return json.dumps(content, indent=1) + "\n"

    def save(self, file: Path) -> None:
        """Write the file as a whole."""
        replace(file, self.text())


def load(file: Path, *, option: str = "--update-baseline") -> BaselineFile:
    """Read a baseline. An error names *option*, which writes a new one."""
    try:
        return parse(read_text(file), str(file), option=option)
    except FileNotFoundError as error:
        raise UsageError(f"{file}: the baseline does not exist; {option} writes it") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: is not a baseline of asyncshim; write it with {option}") from error
    except OSError as error:
        raise UsageError(f"{file}: the baseline cannot be read: {error.strerror or error}") from error


def parse(text: str, name: str, *, option: str = "--update-baseline") -> BaselineFile:
    """Return the baseline with *text*; errors have the *name* of the file."""
    try:
        content = json.loads(text)
        if content["version"] != _VERSION:
            raise UsageError(f"{name}: has another format version; write it again with {option}")
        accepted = Counter((path, str(use)) for path, uses in content["accepted"].items() for use in uses)
        runtime = content.get("runtime")
        return BaselineFile(accepted, None if runtime is None else _runtime(runtime))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise UsageError(f"{name}: is not a baseline of asyncshim; write it with {option}") from error


def _runtime(content: Mapping[str, Mapping[str, Any]]) -> Runtime:
    found = Runtime()
    for test, uses in content.items():
        for use, number in uses.items():
            if type(number) is not int or number < 1:
                raise ValueError(number)
            found[test, use] = number
    return found
