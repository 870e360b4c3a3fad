"""ASH501 in TOML: the lists and tables of ``pyproject.toml``, ``Pipfile``, ``tox.toml`` and ``hatch.toml``."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import replace

from asyncshim_codemods.config.dependency_rules import RequirementContext, code_of, judge_requirement, surroundings
from asyncshim_codemods.config.reported import report_lines
from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.config.toml_file import TomlFile
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.python_support import old_factors, oldest_allowed
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
_LIMITS = "limit on {} stays: this file still requires it"
_NO_PACKAGES = frozenset({"source", "requires", "scripts", "pipenv", "pipfile"})
_MARKERS = {"python": (">=3.11", "<3.11"), "markers": (req.NEW_PYTHON, req.OLD_PYTHON)}
_MARKER_KEYS = frozenset({"version", "markers", "python", "platform", "optional"})


def review_dependencies(review: Review, file: TomlFile) -> None:
    """Review every requirement of pytest-asyncio in the file; report it in unknown places."""
    name = posixpath.basename(review.source.path)
    context = surroundings(review)
    # Limits are last: they stay if a requirement that they limit stays.
    for path, value in sorted(file.items(), key=lambda item: _fits(item[0][:-1], _ALL_BOUNDS)):
        last = path[-1]
        if isinstance(last, int) and isinstance(value, str) and req.names_old(value):
            bound = _fits(path[:-1], _BOUNDS)
            if bound or _fits(path[:-1], _LISTS.get(name, ())):
                _element(review, file, path, value, replace(_of_tox(file, path, context), bound=bound))
            elif _may_be_a_command(path, name):
                _unknown(review, file, path, value)
        elif isinstance(last, int) and isinstance(value, str) and req.names_asyncshim(value):
            if _fits(path[:-1], _LISTS.get(name, ())):
                _asyncshim(review, file, path)
        elif isinstance(last, str) and req.normalized(last) == "asyncshim":
            if _is_package(path[:-1], name):
                _asyncshim(review, file, path)
        elif isinstance(last, str) and req.normalized(last) in req.OLDS:
            _key(review, file, path, name, context)
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


def _of_tox(file: TomlFile, path: Path, context: RequirementContext) -> RequirementContext:
    """Return the surroundings of a list: those of tox may have environments with old Pythons."""
    table = path[: path.index("tox") + 1] if "tox" in path[:2] else ()
    environments = as_array(value_at(file.values, (*table, "env_list"))) or ()
    old = next(old_factors(" ".join(f"py{str(each).removeprefix('py')}" for each in environments)), "")
    is_tox = path[0] in {"env_run_base", "env_base", "env"} or bool(table)
    return replace(context, old_pythons=f"its environments have Python {old}") if old and is_tox else context


def _element(review: Review, file: TomlFile, path: Path, text: str, context: RequirementContext) -> None:
    place = replace(context, is_listed=_listed(file, path).covers, can_split=True)
    decision = _judge(review, file, path, text, place)
    if decision is None:
        return
    if decision.value is None:
        file.remove(path)
    else:
        file.replace(path, decision.value, also=decision.also)


def _key(review: Review, file: TomlFile, path: Path, name: str, context: RequirementContext) -> None:
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
    old = req.normalized(str(path[-1]))
    text = old if plain or bound else f"{old} @ elsewhere"
    old_line = req.is_for_old_pythons(f"x; {table_value.get('markers', '')}") or _is_old(table_value.get("python"))
    is_new = oldest_allowed(table_value.get("python")) == ""
    place = replace(
        context,
        is_listed=_listed(file, path).covers,
        bound=bound,
        old_line=old_line,
        old_pythons="" if is_new else context.old_pythons,
        can_split=isinstance(value, str) and _marker_key(path) is not None and file.is_table(table),
    )
    decision = _judge(review, file, path, text, place)
    if decision is None:
        return
    key = _marker_key(path)
    if decision.value is None:
        file.remove(path)
    elif decision.also is not None and key is not None:
        new, old = _MARKERS[key]
        name = req.name_of(req.written_for(review.options.runner)) or ""
        file.split_dependency(path, name, {"version": "*", key: new}, {"version": str(value), key: old})
    else:
        file.rename_dependency(path, req.name_of(decision.value) or "", req.version_for(review.options.runner))


def _marker_key(path: Path) -> str | None:
    """Return the key with which a table of this kind limits a dependency to some Pythons."""
    if path[:2] == ("tool", "poetry"):
        return "python"
    return "markers" if len(path) == 2 else None  # Pipfile


def _is_package(table: Path, name: str) -> bool:
    """Return whether the keys of that table of the file ``name`` are packages that the project requires."""
    return _fits(table, _TABLES.get(name, ())) and table[0] not in _NO_PACKAGES


def _judge(review: Review, file: TomlFile, path: Path, text: str, place: RequirementContext) -> Decision | None:
    """Return the decision, if the edit is to be made."""
    decision = judge_requirement(review, text, place)
    if decision is None:
        return None
    if place.bound and file.left and decision.safety is not Safety.MANUAL:
        decision = Decision(code_of(text), _LIMITS.format(req.name_of(text)), Safety.MANUAL)
    if _accept(review, file, path, decision):
        file.left = file.left or req.names_pytest_asyncio(decision.also or decision.value or "")
        return decision
    file.left = file.left or req.names_pytest_asyncio(text)
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
    old = req.normalized(str(path[-1]))
    decision = judge_requirement(review, old, RequirementContext())
    if decision is not None:
        manually = f"{old} has a table of its own here: edit it manually"
        message = decision.message if decision.safety is Safety.MANUAL else manually
        review.accept(file.place(path)[0], Decision(decision.code, message, Safety.MANUAL))


def _unknown(review: Review, file: TomlFile, path: Path, text: str) -> None:
    """Report a requirement in an array of a tool that this module does not know."""
    if "_" in text and req.normalized(text) in req.OLDS:
        return  # a module's name, as import sorters list them
    decision = judge_requirement(review, text, RequirementContext())
    if decision is not None:
        dotted = ".".join(str(part) for part in path[:-1])
        message = f"{dotted} names {req.name_of(text)}, and asyncshim does not know that table: edit it manually"
        _accept(review, file, path, Decision(decision.code, message, Safety.MANUAL))


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
