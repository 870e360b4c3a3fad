"""Imports follow `import_directions.toml`, and no module imports itself through others."""

from __future__ import annotations

import functools
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from house.tree import Import, Module, imports, modules

TABLE = tomllib.loads(Path(__file__).with_name("import_directions.toml").read_text(encoding="utf-8"))
BASE: list[str] = TABLE["parts"].pop("base")
PARTS: Mapping[str, list[str]] = TABLE["parts"]
ORDER: Mapping[str, list[str]] = TABLE["order"]
OURS = frozenset({"asyncshim", "asyncshim_codemods"})


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def longest(name: str, prefixes: Iterable[str]) -> str | None:
    return max((prefix for prefix in prefixes if within(name, prefix)), key=len, default=None)


def row_of(name: str, part: str) -> int | None:
    """Return the row of a module in the order of its part; the package itself is above all of them."""
    if name == part:
        return -1
    inner = name.removeprefix(part + ".").partition(".")[0]
    return next((number for number, row in enumerate(ORDER[part]) if inner in row.split()), None)


def violation(module: str, target: str) -> bool:
    """Return whether the table forbids that `module` imports `target`."""
    part = longest(module, PARTS)
    assert part is not None
    if target.partition(".")[0] not in OURS:
        standard = target.partition(".")[0] in sys.stdlib_module_names
        return not standard and not any(within(target, other) for other in PARTS[part])
    if any(within(target, base) for base in BASE):
        return part in BASE and not any(within(target, base) for base in BASE[: BASE.index(part)])
    ordered = longest(module, ORDER)
    if ordered is not None and within(target, ordered):
        own, other = row_of(module, ordered), row_of(target, ordered)
        return own is None or other is None or other < own
    whole = part.rpartition(".")[0] if part.startswith("asyncshim.plugin.") else part
    itself = within(target, whole) and whole != "asyncshim"
    return not itself and not any(within(target, other) for other in PARTS[part])


@functools.cache
def graph() -> dict[str, dict[str, int]]:
    """Return, for each module, the modules of ours that it imports, with the line."""
    known = {module.name for module in modules()}
    found: dict[str, dict[str, int]] = {}
    for module in modules():
        source = module.path.read_text(encoding="utf-8")
        lines = imports(source, module.name, is_package=module.is_package)
        owners = {longest(line.target, known): line.line for line in reversed(lines)}
        found[module.name] = {name: line for name, line in owners.items() if name not in {None, module.name}}
    return found


def cycle_through(start: str, edges: Mapping[str, Iterable[str]]) -> list[str]:
    """Return a way from a module back to itself, or nothing."""
    ways, seen = [[start]], set[str]()
    while ways:
        way = ways.pop(0)
        for target in edges[way[-1]]:
            if target == start:
                return [*way, start]
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []


def levels(edges: Mapping[str, Iterable[str]]) -> int:
    """Return how many modules stand on each other at the most."""

    @functools.cache
    def level(name: str) -> int:
        return 1 + max(map(level, edges[name]), default=0)

    return max(map(level, edges))


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_imports_only_what_the_table_allows(module: Module) -> None:
    source = module.path.read_text(encoding="utf-8")
    found = imports(source, module.name, is_package=module.is_package)
    wrong = [
        f"{module.location}:{line.line} imports {line.target}" for line in found if violation(module.name, line.target)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("module", [name for name in graph() if longest(name, ORDER)])
def test_no_module_imports_itself_through_others(module: str) -> None:
    assert not cycle_through(module, graph())


def test_the_codemods_have_at_most_nine_import_levels() -> None:
    names = [name for name in graph() if within(name, "asyncshim_codemods")]
    assert levels({name: [target for target in graph()[name] if target in names] for name in names}) <= 9


def test_the_table_of_directions_is_short() -> None:
    rows = Path(__file__).with_name("import_directions.toml").read_text(encoding="utf-8").splitlines()
    assert len(rows) <= 40


def test_every_row_of_the_table_exists() -> None:
    known = {module.name for module in modules()}
    rows = {f"{part}.{name}" for part, order in ORDER.items() for row in order for name in row.split()}
    assert rows | set(PARTS) | set(BASE) <= known


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("asyncshim.plugin.run.tests", "libcst"),
        ("asyncshim.plugin.run.tests", "rich.console.Console"),
        ("asyncshim.plugin.run.tests", "asyncshim.migrate.plan"),
        ("asyncshim.plugin.run.tests", "asyncshim_codemods.results.Safety"),
        ("asyncshim.plugin.run.tests", "_pytest.python.Function"),
        ("asyncshim.plugin.loops.runners", "pytest.Item"),
        ("asyncshim.migrate.plan.engine", "asyncshim_codemods.syntax.scopes"),
        ("asyncshim.migrate.plan.engine", "asyncshim.migrate.write.apply"),
        ("asyncshim.migrate.plan.engine", "asyncshim.cli"),
        ("asyncshim.migrate.plan.engine", "asyncshim.plugin"),
        ("asyncshim_codemods.edits.model", "asyncshim.migrate.plan"),
        ("asyncshim_codemods.edits.model", "asyncshim_codemods.rule.Rule"),
        ("asyncshim_codemods.syntax.scopes", "asyncshim_codemods.unknown"),
        ("asyncshim_codemods.syntax.scopes", "pytest"),
        ("asyncshim", "asyncshim.migrate"),
        ("asyncshim.errors", "asyncshim.history"),
        ("asyncshim.whole_files", "asyncshim.baseline_file"),
    ],
)
def test_a_wrong_direction_is_found(module: str, target: str) -> None:
    assert violation(module, target)


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("asyncshim.plugin.run.tests", "asyncshim.plugin.loops.runners.LoopRunner"),
        ("asyncshim.plugin.run.tests", "asyncio"),
        ("asyncshim.plugin.run.tests", "pytest.Item"),
        ("asyncshim.plugin.compat.pytest_compat", "_pytest.python"),
        ("asyncshim.cli.demo", "asyncshim.migrate.plan.engine"),
        ("asyncshim.cli.demo", "asyncshim.errors.UsageError"),
        ("asyncshim.baseline_file", "asyncshim.errors.UsageError"),
        ("asyncshim_codemods.rules.ash101", "asyncshim.history"),
        ("asyncshim_codemods.rules.ash101", "asyncshim_codemods.edits.model.Remove"),
    ],
)
def test_a_right_direction_is_accepted(module: str, target: str) -> None:
    assert not violation(module, target)


def test_a_cycle_is_found_whatever_its_length() -> None:
    edges = {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": []}
    assert cycle_through("b", edges) == ["b", "c", "a", "b"]
    assert cycle_through("d", edges) == []


def test_imports_are_found_wherever_they_stand() -> None:
    source = "import a.b\ndef f():\n    from .. import c\n    if x:\n        from .d import e as g\n"
    assert imports(source, "p.q.r") == [Import(1, "a.b"), Import(3, "p.c"), Import(5, "p.q.d.e")]
