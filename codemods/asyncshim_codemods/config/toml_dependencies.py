"""ASH501 in TOML: the lists and tables of ``pyproject.toml``, ``Pipfile``, ``tox.toml`` and ``hatch.toml``."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from asyncshim_codemods.config.dependency_rules import CODE, RequirementContext, judge_requirement, supports_old_pythons
from asyncshim_codemods.config.reported import report_lines
from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.config.toml_file import TomlFile
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.values import Path, as_array, as_table, value_at
from asyncshim_codemods.results import Safety

_ANY = "*"
_ENVIRONMENTS = ("dependencies", "extra-dependencies")

# Arrays of requirements, by the path of the array.
_LISTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "pyproject.toml": (
        ("project", "dependencies"),
        ("project", "optional-dependencies", _ANY),
        ("dependency-groups", _ANY),
        ("tool", "poetry", "extras", _ANY),
        ("tool", "pdm", "dev-dependencies", _ANY),
        ("tool", "uv", "dev-dependencies"),
        ("tool", "flit", "metadata", "requires"),
        ("tool", "flit", "metadata", "requires-extra", _ANY),
        ("tool", "cibuildwheel", "test-requires"),
        ("tool", "cibuildwheel", "overrides", _ANY, "test-requires"),
        *(("tool", "hatch", "envs", _ANY, key) for key in _ENVIRONMENTS),
        ("tool", "tox", "env_run_base", "deps"),
        ("tool", "tox", "env_base", _ANY, "deps"),
        ("tool", "tox", "env", _ANY, "deps"),
    ),
    "tox.toml": (("env_run_base", "deps"), ("env_base", _ANY, "deps"), ("env", _ANY, "deps")),
    "hatch.toml": tuple(("envs", _ANY, key) for key in _ENVIRONMENTS),
}
# Arrays that only limit the version of what something else requires.
_BOUNDS = (("tool", "uv", "constraint-dependencies"), ("tool", "uv", "override-dependencies"))
# Tables of name = version, by the path of the table.
_TABLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "pyproject.toml": (
        ("tool", "poetry", "dependencies"),
        ("tool", "poetry", "dev-dependencies"),
        ("tool", "poetry", "group", _ANY, "dependencies"),
        ("tool", "pixi", "pypi-dependencies"),
        ("tool", "pixi", "feature", _ANY, "pypi-dependencies"),
    ),
    "Pipfile": ((_ANY,),),
}
_TABLE_BOUNDS = (("tool", "uv", "sources"), ("tool", "pdm", "resolution", "overrides"))
_ALL_BOUNDS = (*_BOUNDS, *_TABLE_BOUNDS)
_LIMITS = "limit on pytest-asyncio stays: this file still requires it"
_NO_PACKAGES = frozenset({"source", "requires", "scripts", "pipenv", "pipfile"})
_MARKER_KEYS = frozenset({"version", "markers", "python", "platform", "optional"})


def review_dependencies(review: Review, file: TomlFile) -> None:
    """Review every requirement of pytest-asyncio in the file; report it in unknown places."""
    name = posixpath.basename(review.source.path)
    old_pythons = _supports_old_pythons(file)
    # Limits are last: they stay if a requirement that they limit stays.
    for path, value in sorted(file.items(), key=lambda item: _fits(item[0][:-1], _ALL_BOUNDS)):
        last = path[-1]
        if isinstance(last, int) and isinstance(value, str) and req.names_pytest_asyncio(value):
            bound = _fits(path[:-1], _BOUNDS)
            if bound or _fits(path[:-1], _LISTS.get(name, ())):
                _element(review, file, path, value, bound=bound, old_pythons=old_pythons)
            elif _may_be_a_command(path, name):
                _unknown(review, file, path, value)
        elif isinstance(last, int) and isinstance(value, str) and req.names_asyncshim(value):
            if _fits(path[:-1], _LISTS.get(name, ())):
                _asyncshim(review, file, path)
        elif isinstance(last, str) and req.normalized(last) == "asyncshim":
            if _is_package(path[:-1], name):
                _asyncshim(review, file, path)
        elif isinstance(last, str) and req.normalized(last) == req.OLD:
            _key(review, file, path, name, old_pythons=old_pythons)
        elif isinstance(value, str) and "asyncio" in value and _may_be_a_command(path, name):
            text = file.string(path)
            report_lines(review, text.offsets[0], text.offsets[-1])


def _asyncshim(review: Review, file: TomlFile, path: Path) -> None:
    decision = judge_requirement(review, "asyncshim", RequirementContext())
    if decision is not None:
        _accept(review, file, path, decision)


def _accept(review: Review, file: TomlFile, path: Path, decision: Decision) -> bool:
    offset, anchor = file.place(path)
    return review.accept(offset, decision, anchor)


def _element(review: Review, file: TomlFile, path: Path, text: str, *, bound: bool, old_pythons: bool) -> None:
    place = RequirementContext(_listed(file, path).covers, bound, old_pythons=old_pythons)
    decision = _judge(review, file, path, text, place)
    if decision is None:
        return
    if decision.value is None:
        file.remove(path)
    else:
        file.replace(path, decision.value)


def _key(review: Review, file: TomlFile, path: Path, name: str, *, old_pythons: bool) -> None:
    table = path[:-1]
    bound = _fits(table, _TABLE_BOUNDS)
    if not bound and not _is_package(table, name):
        return
    value = file.value(path)
    table_value = as_table(value)
    if table_value is not None and file.is_table(path):
        if not bound:
            _own_table(review, file, path)
        return
    table_value = table_value or {}
    plain = isinstance(value, str) or ("version" in table_value and set(table_value) <= _MARKER_KEYS)
    text = req.OLD if plain or bound else f"{req.OLD} @ elsewhere"
    old_line = req.is_for_old_pythons(f"x; {table_value.get('markers', '')}") or _is_old(table_value.get("python"))
    place = RequirementContext(_listed(file, path).covers, bound, old_pythons=old_pythons, old_line=old_line)
    decision = _judge(review, file, path, text, place)
    if decision is None:
        return
    if decision.value is None:
        file.remove(path)
    else:
        file.rename_dependency(path, req.name_of(decision.value) or "", req.version_for(review.options.runner))


def _is_package(table: Path, name: str) -> bool:
    """Return whether the keys of that table of the file ``name`` are packages that the project requires."""
    return _fits(table, _TABLES.get(name, ())) and table[0] not in _NO_PACKAGES


def _judge(review: Review, file: TomlFile, path: Path, text: str, place: RequirementContext) -> Decision | None:
    """Return the decision, if the edit is to be made."""
    decision = judge_requirement(review, text, place)
    if decision is None:
        return None
    if place.bound and file.left and decision.safety is not Safety.MANUAL:
        decision = Decision(CODE, _LIMITS, Safety.MANUAL)
    if _accept(review, file, path, decision):
        return decision
    file.left = True
    return None


def _is_old(python: object) -> bool:
    """Return whether Poetry's bound allows no Python that asyncshim supports."""
    return isinstance(python, str) and req.is_for_old_pythons(f"x; python_version {python[:1]} '{python[1:].strip()}'")


def _listed(file: TomlFile, path: Path) -> req.RequirementSet:
    """Return the entries of the same list or table, as they will be after this run."""
    holder = file.value(path[:-1])
    names = as_table(holder) or range(len(as_array(holder) or ()))
    return req.RequirementSet(file.text_after((*path[:-1], name)) for name in names)


def _own_table(review: Review, file: TomlFile, path: Path) -> None:
    """Report ``[….dependencies.pytest-asyncio]``: how such a table reads afterwards is not decided here."""
    decision = judge_requirement(review, req.OLD, RequirementContext())
    if decision is not None:
        manually = "pytest-asyncio has a table of its own here: edit it manually"
        message = decision.message if decision.safety is Safety.MANUAL else manually
        review.accept(file.place(path)[0], Decision(CODE, message, Safety.MANUAL))


def _unknown(review: Review, file: TomlFile, path: Path, text: str) -> None:
    """Report a requirement in an array of a tool that this module does not know."""
    if "_" in text and req.normalized(text) == req.OLD:
        return  # a module's name, as import sorters list them
    decision = judge_requirement(review, text, RequirementContext())
    if decision is not None:
        dotted = ".".join(str(part) for part in path[:-1])
        message = f"{dotted} names pytest-asyncio, and asyncshim does not know that table: edit it manually"
        _accept(review, file, path, Decision(CODE, message, Safety.MANUAL))


def _may_be_a_command(path: Path, name: str) -> bool:
    """Return whether a string at that path belongs to a tool and may be a command."""
    if name == "pyproject.toml":
        return path[0] == "tool" and path[1:2] != ("pytest",)
    return path[0] == "scripts" if name == "Pipfile" else name in {"tox.toml", "hatch.toml"}


def _fits(path: Path, patterns: Iterable[tuple[str, ...]]) -> bool:
    return any(
        len(path) == len(pattern) and all(wanted in (_ANY, part) for part, wanted in zip(path, pattern, strict=True))
        for pattern in patterns
    )


def _supports_old_pythons(file: TomlFile) -> bool:
    bounds = (("project", "requires-python"), ("tool", "poetry", "dependencies", "python"))
    return any(supports_old_pythons(value_at(file.values, path)) for path in bounds)
