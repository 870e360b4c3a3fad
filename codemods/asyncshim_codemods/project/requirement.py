"""One requirement (PEP 508): its name, and the text that replaces it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

_NAME = re.compile(r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
# After such a character, the word was a URL scheme or a module, not a distribution.
_NO_NAME = re.compile(r"://|[._-]")
_SEPARATORS = re.compile(r"[-_.]+")
# Name, extras, version, marker. Only files of pip have a comment and options after these.
_REQUIREMENT = re.compile(
    r"""(?P<lead>\s*)(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)
        (?P<extras>\s*\[[^\]]*\])?
        (?P<version>\s*\(?\s*(?:(?:===|~=|==|!=|<=|>=|<|>|=|\^|~)\s*[^\s;,()#\[\]<>=!~]+(?:\s*,\s*)?)*\)?)
        (?P<rest>\s*;.*|\s*)$""",
    re.VERBOSE | re.DOTALL,
)
_PYTHON = re.compile(r"python(?:_full)?_version")
_LOWER_BOUND = re.compile(r"python(?:_full)?_version\s*(?:>=|>)\s*['\"]3\.\d[\d.]*['\"]")
# asyncshim runs from this Python on.
NEW_PYTHON = "python_version >= '3.11'"
OLD_PYTHON = "python_version < '3.11'"
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")
_OLD_MINORS, _NEW_MINORS = range(6, 11), range(11, 17)
_PLATFORMS = (("linux", "Linux", "posix"), ("win32", "Windows", "nt"), ("darwin", "Darwin", "posix"))

OLD = "pytest-asyncio"
ALT = "alt-pytest-asyncio"
OLDS = (OLD, ALT)
"""The runners that a run replaces, if another one is chosen."""

# Any spelling in text, but not as part of a longer name or of a link.
OLD_IN_TEXT = re.compile(r"(?<![\w./-])pytest[-_.]+asyncio(?![\w/-])(?!\.\w)", re.IGNORECASE)
ALT_IN_TEXT = re.compile(r"(?<![\w./-])alt[-_.]+pytest[-_.]+asyncio(?![\w/-])(?!\.\w)", re.IGNORECASE)
_IN_TEXT = ((OLD, OLD_IN_TEXT), (ALT, ALT_IN_TEXT))

# The requirement for each runner; empty if the suite needs no distribution. anyio has a lower bound, because older
# releases lack the automatic mode that plain async tests need.
_WRITTEN: Mapping[str, str] = {
    "asyncshim": "asyncshim",
    "alt-pytest-asyncio": "alt-pytest-asyncio",
    "pytest-asyncio": "pytest-asyncio",
    "anyio": "anyio>=4.11",
    "conftest": "",
}


def written_for(runner: str) -> str:
    """Return the requirement for that runner; empty for a conftest.py."""
    return _WRITTEN.get(runner, "")


def version_for(runner: str) -> str:
    """Return the version for that runner in tables of ``name = version``."""
    written = written_for(runner)
    return written[len(name_of(written) or "") :] or "*"


def normalized(name: str) -> str:
    """Return the normalized name of a distribution."""
    return _SEPARATORS.sub("-", name).lower()


def name_of(requirement: str) -> str | None:
    """Return the normalized name that a requirement begins with; ``None`` for a URL, a path or an option."""
    match = _NAME.match(requirement)
    if match is None or _NO_NAME.match(requirement, match.end()):
        return None
    return normalized(match["name"])


def names_pytest_asyncio(requirement: str) -> bool:
    """Return whether that is a requirement of pytest-asyncio, in any spelling of its name."""
    return name_of(requirement) == OLD


def names_old(requirement: str) -> bool:
    """Return whether that is a requirement of pytest-asyncio or alt-pytest-asyncio, in any spelling of the name."""
    return name_of(requirement) in OLDS


def old_in(text: str) -> str:
    """Return the name of the old runner that a text mentions first, or ""."""
    found = ((match.start(), old) for old, pattern in _IN_TEXT if (match := pattern.search(text)))
    return min(found, default=(0, ""))[1]


def names_asyncshim(requirement: str) -> bool:
    """Return whether that is a requirement of asyncshim."""
    return name_of(requirement) == "asyncshim"


def is_plain(requirement: str) -> bool:
    """Return whether it is name, extras, versions and a marker, and not a URL or something this module cannot read."""
    return _REQUIREMENT.match(requirement) is not None


def replaced(requirement: str, written: str) -> str:
    """Return the requirement with another name and version: extras and versions go, blanks and marker stay."""
    match = _REQUIREMENT.match(requirement)
    if match is None:
        return requirement
    return match["lead"] + written + match["rest"]


class RequirementSet:
    """The requirements of one list, by name and marker: a list may have thousands, too many to compare each pair."""

    def __init__(self, requirements: Iterable[str] = ()) -> None:
        self._known: set[tuple[str, tuple[str, ...]]] = set()
        for requirement in requirements:
            self.add(requirement)

    def add(self, requirement: str) -> None:
        """Add a requirement; one that is not plain covers no other."""
        match = _REQUIREMENT.match(requirement)
        if match is not None:
            self._known.add((normalized(match["name"]), tuple(match["rest"].split())))

    def covers(self, requirement: str) -> bool:
        """Return whether one in the set has the same name, and no marker or the same one."""
        match = _REQUIREMENT.match(requirement)
        if match is None:
            return False
        name = normalized(match["name"])
        return (name, ()) in self._known or (name, tuple(match["rest"].split())) in self._known


def excludes_from(requirement: str, version: str) -> bool:
    """Return whether its version limits exclude that release and all later ones, if they can be read."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    match = _REQUIREMENT.match(requirement)
    try:
        specifier = SpecifierSet(match["version"].strip(" ()")) if match else SpecifierSet()
    except InvalidSpecifier:
        return False
    named = [one.version.removesuffix(".*") for one in specifier]
    candidates = [version, "999", *named, *(f"{one}.1" for one in named)]
    return not any(_is_from(one, version) and specifier.contains(one, prereleases=True) for one in candidates)


def _is_from(text: str, version: str) -> bool:
    """Return whether the text is a version (``===`` takes any word) and not older than the other one."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text) >= Version(version)
    except InvalidVersion:
        return False


def marker_of(requirement: str) -> str:
    """Return the environment marker of a requirement, or ""."""
    match = _REQUIREMENT.match(requirement)
    return "" if match is None else match["rest"].strip().removeprefix(";").strip()


def names_python(requirement: str) -> bool:
    """Return whether its marker is about Python's version."""
    return _PYTHON.search(marker_of(requirement)) is not None


def is_for_old_pythons(requirement: str) -> bool:
    """Return whether its marker holds only on Pythons older than 3.11, which asyncshim does not run on."""
    marker = marker_of(requirement)
    return names_python(requirement) and _holds(marker, _OLD_MINORS) and not _holds(marker, _NEW_MINORS)


def is_also_for_old_pythons(requirement: str) -> bool:
    """Return whether its marker is about Python's version and holds on one older than 3.11."""
    return names_python(requirement) and _holds(marker_of(requirement), _OLD_MINORS)


def _holds(text: str, minors: Iterable[int]) -> bool:
    """Return whether a marker holds on one of these Pythons, on any platform; a marker that cannot be read may hold."""
    from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName

    try:
        marker = Marker(text)
        extras = ("", *_EXTRA.findall(text))
        return any(
            marker.evaluate({**each, "extra": extra})
            for minor in minors
            for each in _environments(minor)
            for extra in extras
        )
    except (InvalidMarker, UndefinedEnvironmentName):
        return True


def _environments(minor: int) -> Iterator[dict[str, str]]:
    for platform, system, name in _PLATFORMS:
        for implementation in ("CPython", "PyPy"):
            yield {
                "python_version": f"3.{minor}",
                "python_full_version": f"3.{minor}.5",
                "implementation_version": f"3.{minor}.5",
                "implementation_name": implementation.lower(),
                "platform_python_implementation": implementation,
                "sys_platform": platform,
                "platform_system": system,
                "os_name": name,
            }


def with_marker(requirement: str, marker: str) -> str:
    """Return the requirement with a second condition; one that asks for a newer Python replaces a lower bound."""
    own = marker_of(requirement)
    if not own or (marker == NEW_PYTHON and _LOWER_BOUND.fullmatch(own)):
        return f"{requirement.partition(';')[0].rstrip()}; {_quoted(marker, requirement)}"
    own = f"({own})" if re.search(r"\bor\b", own) else own
    return f"{requirement.partition(';')[0].rstrip()}; {own} and {_quoted(marker, requirement)}"


def _quoted(marker: str, beside: str) -> str:
    """Return the marker with the quotes that the requirement has already, or double ones."""
    return marker if "'" in beside else marker.replace("'", '"')
