"""Which Pythons a project supports: a dependency may be replaced only by one that all of them can install."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from asyncshim_codemods.project.values import as_array, as_table, value_at
from asyncshim_codemods.source.ini_reading import ConfigError, read_as_configparser

OLD_PYTHONS = tuple(f"3.{minor}" for minor in range(6, 11))
"""The Pythons that asyncshim does not run on; no project supports older ones today."""

_CLASSIFIER = re.compile(r"Programming Language :: Python :: (\d+\.\d+)\b")
_SETUP_PY = re.compile(r"""\bpython_requires\s*=\s*["']([^"']+)["']""")
_CARET = re.compile(r"\^\s*(?=\d)")
_TILDE = re.compile(r"~(?![=])\s*(?=\d)")
_BARE = re.compile(r"^\d[\d.*]*$")
_PATCH = re.compile(r"\d+\.\d+\.(\d+)")


@dataclass(frozen=True, slots=True, order=True)
class PythonSupport:
    """The oldest Python below 3.11 that the project supports according to one file, or "".

    ``is_exact`` tells a limit, which installers enforce, from a list of classifiers.
    """

    path: str
    oldest: str
    is_exact: bool

    @property
    def folder(self) -> str:
        """The folder of the project."""
        return posixpath.dirname(self.path)


def oldest_allowed(limit: object) -> str | None:
    """Return the oldest of ``OLD_PYTHONS`` within a limit (``>=3.9``, ``^3.8``), "" for none; None if unreadable."""
    if not isinstance(limit, str) or not limit.strip():
        return None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    allowed: list[str] = []
    for part in limit.split("||"):
        try:
            specifier = SpecifierSet(_pep440(part))
        except InvalidSpecifier:
            return None
        patches = {"0", "99", *_PATCH.findall(part)}
        allowed += [each for each in OLD_PYTHONS if any(specifier.contains(f"{each}.{patch}") for patch in patches)]
    return min(allowed, key=OLD_PYTHONS.index, default="")


def _pep440(limit: str) -> str:
    """Return a limit of Poetry or Pipenv in the form of packaging."""
    limit = limit.strip()
    if limit == "*":
        return ""
    if _BARE.match(limit):
        return f"=={limit}" if limit.endswith("*") else f"=={limit}.*"
    return _TILDE.sub("~=", _CARET.sub(">=", limit))


def python_support(path: str, data: bytes) -> PythonSupport | None:
    """Return what a file of the project says about its Pythons, if anything."""
    name = posixpath.basename(path)
    text = data.decode("utf-8", "replace")
    if name in {"pyproject.toml", "Pipfile"}:
        limits, classifiers = _in_toml(text)
    elif name == "setup.cfg":
        limits, classifiers = _in_setup_cfg(text)
    elif name == "setup.py":
        limits, classifiers = _SETUP_PY.findall(text), text
    else:
        return None
    for limit in limits:
        oldest = oldest_allowed(limit)
        if oldest is not None:
            return PythonSupport(path, oldest, is_exact=True)
    versions = set(_CLASSIFIER.findall(classifiers))
    old = [each for each in OLD_PYTHONS if each in versions]
    return PythonSupport(path, old[0] if old else "", is_exact=False) if versions - {"2.7"} else None


def _in_toml(text: str) -> tuple[list[object], str]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return [], ""
    limits = [
        value_at(document, path)
        for path in (
            ("project", "requires-python"),
            ("tool", "poetry", "dependencies", "python"),
            ("tool", "flit", "metadata", "requires-python"),
            ("requires", "python_full_version"),
            ("requires", "python_version"),
        )
    ]
    limits = [(as_table(each) or {}).get("version", each) for each in limits]
    lists = [value_at(document, path) for path in (("project", "classifiers"), ("tool", "poetry", "classifiers"))]
    return limits, "\n".join(str(each) for found in lists for each in as_array(found) or ())


def _in_setup_cfg(text: str) -> tuple[list[object], str]:
    try:
        sections = read_as_configparser(text)
    except ConfigError:
        return [], ""
    classifiers = sections.get("metadata", {})
    return [sections.get("options", {}).get("python_requires")], str(
        classifiers.get("classifiers", "") or classifiers.get("classifier", "")
    )


def support_for(known: Iterable[PythonSupport], path: str) -> PythonSupport | None:
    """Return what the nearest project above a dependency file says: the oldest of its limits, else its classifiers."""
    around = [each for each in known if not each.folder or path.startswith(f"{each.folder}/")]
    nearest = max((len(each.folder) for each in around), default=0)
    here = [each for each in around if len(each.folder) == nearest]
    here = [each for each in here if each.is_exact] or here
    return min(here, key=_age, default=None)


def _age(support: PythonSupport) -> tuple[int, str]:
    return (OLD_PYTHONS.index(support.oldest) if support.oldest else len(OLD_PYTHONS)), support.path


def old_factors(text: str) -> Iterator[str]:
    """Yield the old Pythons in a list of tox environments (``py{38,311}``, ``py39-django``)."""
    for group in re.findall(r"py\{([^}]*)\}", text):
        yield from (version for each in re.split(r"[,\s]+", group) if (version := _dotted(each)))
    for each in re.findall(r"(?<![\w.])py(3\.?\d{1,2})(?![\d.])", text):
        if version := _dotted(each):
            yield version


def _dotted(digits: str) -> str:
    version = f"3.{digits[1:].removeprefix('.')}" if digits[:1] == "3" else ""
    return version if version in OLD_PYTHONS else ""
