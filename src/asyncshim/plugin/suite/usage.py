"""Uses of old features, counted; shown, warned about or failed on as ``asyncshim_legacy`` says."""

from __future__ import annotations

import functools
import inspect
import os
import warnings
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.compat.warning_types import LegacyUsageWarning
from asyncshim.plugin.suite import marks

if TYPE_CHECKING:
    from asyncshim.plugin.findings.collection import Findings
    from asyncshim.plugin.suite.exclusions import Exclusions

MESSAGES = {
    "ASH101": "@pytest.mark.asyncio is not needed: async tests run without it",
    "ASH102": "pytestmark = pytest.mark.asyncio is not needed: async tests run without it",
    "ASH103": "marks=pytest.mark.asyncio is not needed: async tests run without it",
    "ASH105": "@pytest.mark.asyncio on a fixture has no meaning, and pytest 9 refuses it",
    "ASH106": "@pytest.mark.asyncio on a function that is not async has no meaning",
    "ASH107": "a hook that adds pytest.mark.asyncio is not needed: async tests run without it",
    "ASH201": "@pytest_asyncio.fixture is not needed: @pytest.fixture takes async functions",
    "ASH302": "the fixture event_loop was removed in pytest-asyncio 1.0: use asyncio.get_running_loop()",
    "ASH303": "the fixture event_loop was removed in pytest-asyncio 1.0: let it be async, or use asyncio_runner",
    "ASH305": "overriding the fixture event_loop has had no effect since pytest-asyncio 1.0",
    "ASH307": "overriding the fixture event_loop_policy is deprecated since pytest-asyncio 1.3",
    "ASH308": 'usefixtures("event_loop"): the fixture was removed in pytest-asyncio 1.0',
    "ASH331": "the fixture event_loop, requested by name, was removed in pytest-asyncio 1.0: use asyncio_runner",
}


class Feature:
    """An old feature, one and several uses of it in words, and the rules that may report a use."""

    __slots__ = ("codes", "one", "several")

    def __init__(self, one: str, several: str, codes: tuple[str, ...]) -> None:
        self.one = one
        self.several = several
        self.codes = codes


FEATURES = (
    Feature("asyncio marker", "asyncio markers", ("ASH101", "ASH102", "ASH103", "ASH106", "ASH107")),
    Feature("asyncio marker on a fixture", "asyncio markers on fixtures", ("ASH105",)),
    Feature("pytest_asyncio.fixture", "pytest_asyncio.fixture decorators", ("ASH201",)),
    Feature(
        "request for event_loop",
        "requests for event_loop",
        ("ASH301", "ASH302", "ASH303", "ASH304", "ASH308", "ASH309", "ASH310", "ASH331"),
    ),
    Feature("event_loop override", "event_loop overrides", ("ASH305", "ASH306")),
    Feature("event_loop_policy override", "event_loop_policy overrides", ("ASH307",)),
)
_FEATURE_OF = {code: feature for feature in FEATURES for code in feature.codes}


class Usage:
    """The old features that this session used, each place once."""

    def __init__(self, reaction: str, root: str) -> None:
        self.reaction = reaction
        self._root = root + os.sep
        self.findings: Findings | None = None  # if a report or a baseline is asked for
        self._places: dict[tuple[str, str, int], Any] = {}  # and the module or class, where the line is not known yet
        self._refused: set[tuple[str, str, int]] = set()  # by the baseline

    def counts(self) -> dict[Feature, int]:
        """Return how many places use each feature, without those that ``asyncshim check`` is told not to report."""
        uses = Counter[Feature]()
        for (code, path, line), owner in self._places.items():
            place = (path, line) if owner is None else _place_of(owner)
            if not self._is_excluded(code, *place):
                uses[_FEATURE_OF[code]] += 1
        return {feature: uses[feature] for feature in FEATURES if uses[feature]}

    @functools.cached_property
    def _exclusions(self) -> Exclusions:
        from asyncshim.plugin.suite.exclusions import Exclusions

        return Exclusions(Path(self._root))

    def _is_excluded(self, code: str, path: str, line: int) -> bool:
        return bool(line) and self._exclusions.cover(_FEATURE_OF[code].codes, path, line)

    def note(self, code: str, path: str, line: int, *, once: bool = False, test: str = "") -> None:
        """Count one use at *path*, *line*. Warn or fail the current test, once for each place, if so configured.

        *once* counts all uses as one: they have a single origin, which is not known. *test* is the test that is
        the use; without it, a baseline accepts the use for the whole file.
        """
        place = (code, "", 0) if once else (code, path, line)
        is_known = place in self._places
        if is_known and self.reaction != "error" and place not in self._refused:
            return
        if (self.reaction != "allow" or self.findings is not None) and self._is_excluded(code, path, line):
            return
        self._places[place] = None
        reaction = self.reaction
        if self.findings is not None:
            reaction = self._judged(self.findings, place, test, is_known=is_known)
        message = f"{code} {MESSAGES[code]}; `python -m asyncshim migrate` rewrites it or says why not"
        if reaction == "warn":
            warnings.warn_explicit(LegacyUsageWarning(message), LegacyUsageWarning, path, line)
        elif reaction == "error":
            origin = "asyncshim_legacy = error" if self.reaction == "error" else "not accepted by asyncshim_baseline"
            pytest.fail(f"{path}:{line}: {message} ({origin})", pytrace=False)

    def _judged(self, findings: Findings, place: tuple[str, str, int], test: str, *, is_known: bool) -> str:
        """Return the reaction to the use at *place*; the first one counts."""
        from asyncshim.plugin.findings import model
        from asyncshim.plugin.findings.leaks import relative

        if is_known:
            return "error" if place in self._refused or not findings.fails_new else "ignore"
        code, path, line = place
        file = relative(path, self._root)
        found = model.RuntimeFinding(
            model.LEGACY_USE, test or file, code, f"{file}:{line}" if line else "", MESSAGES[code]
        )
        reaction = findings.judge(found, self.reaction)
        if reaction == "error":
            self._refused.add(place)
        return reaction

    def note_function(self, code: str, function: Any, *, once: bool = False, test: str = "") -> None:
        """Count one use by *function*."""
        found: CodeType | None = getattr(inspect.unwrap(getattr(function, "__func__", function)), "__code__", None)
        if found is not None and self._is_of_the_suite(found.co_filename):
            self.note(code, found.co_filename, found.co_firstlineno, once=once, test=test)

    def note_call(self, code: str) -> None:
        """Count one use by the innermost call in the suite."""
        frame: FrameType | None = inspect.currentframe()
        while frame is not None and not self._is_of_the_suite(frame.f_code.co_filename):
            frame = frame.f_back
        if frame is not None:
            self.note(code, frame.f_code.co_filename, frame.f_lineno)

    def _is_of_the_suite(self, path: str) -> bool:
        """Return whether the file belongs to the suite, not to an installed plugin."""
        return path.startswith(self._root) and "site-packages" not in path[len(self._root) :]

    def note_item(self, item: pytest.Function, mark: pytest.Mark | None, *, is_async: bool) -> None:
        """Count the old features that a test itself uses: the marker, and the fixture ``event_loop``."""
        test = "" if self.findings is None else _without_parameters(item)
        if "event_loop" in pytest_compat.argument_names(item):
            self.note_function("ASH302" if is_async else "ASH303", item.obj, test=test)
        elif "event_loop" in pytest_compat.fixture_names(item) and _asks_by_mark(item):
            self.note_function("ASH308", item.obj, test=test)
        if mark is None or mark is marks.AUTOMATIC:
            return
        owner: Any = next(node for node in reversed(item.listchain()) if any(own is mark for own in node.own_markers))
        if owner is item:
            code = _origin(item, mark) if is_async else "ASH106"
            self.note_function(code, item.obj, once=code == "ASH107", test=test)
        elif is_async:
            code = "ASH101" if isinstance(owner, pytest.Class) else "ASH102"
            if self.reaction == "allow" and self.findings is None:  # no source is read before the summary
                self._places[code, owner.nodeid, 0] = owner
            else:
                self.note(code, *_place_of(owner), test=owner.nodeid)


def _without_parameters(item: pytest.Function) -> str:
    """Return the node id of the test function: which set of parameters comes first is not always the same."""
    return item.nodeid.removesuffix(f"[{item.callspec.id}]") if hasattr(item, "callspec") else item.nodeid


def _asks_by_mark(item: pytest.Item) -> bool:
    return any("event_loop" in mark.args for mark in item.iter_markers("usefixtures"))


def _origin(item: pytest.Function, mark: pytest.Mark) -> str:
    """Return whether a decorator, a parameter set or a hook put *mark* on the test itself."""
    function = getattr(item.obj, "__func__", item.obj)
    if any(own is mark for own in getattr(function, "pytestmark", ())):
        return "ASH101"
    of_parameters = item.callspec.marks if hasattr(item, "callspec") else ()
    return "ASH103" if any(getattr(other, "mark", other) is mark for other in of_parameters) else "ASH107"


def _place_of(owner: Any) -> tuple[str, int]:
    """Return the file and the line of a class, or of the first ``pytestmark`` of a module."""
    return str(owner.path), _line_of(owner)


def _line_of(owner: Any) -> int:
    if isinstance(owner, pytest.Class):
        return (owner.reportinfo()[1] or 0) + 1
    lines: list[bytes] = owner.path.read_bytes().splitlines() if owner.path.is_file() else []
    return next((number for number, line in enumerate(lines, 1) if line.startswith(b"pytestmark")), 1)
