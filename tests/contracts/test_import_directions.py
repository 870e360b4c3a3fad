"""Imports run one way: cli → migrate → codemods → (history, errors), plugin → (pytest, history, errors)."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from house.tree import Import, Module, imports, modules


@dataclass(frozen=True, slots=True)
class Layer:
    """What the modules below `prefix` may import besides the standard library and (`itself`) their own layer."""

    prefix: str
    ours: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    itself: bool = True


BASE = ("asyncshim.history", "asyncshim.errors")
DOOR = ("asyncshim_codemods.api", "asyncshim_codemods.results")
# The longest prefix that fits decides.
LAYERS = (
    Layer("asyncshim.errors"),
    Layer("asyncshim.history", ours=("asyncshim.errors",)),
    Layer("asyncshim.plugin", ours=BASE, others=("pytest",)),
    Layer(
        "asyncshim.plugin.pytest_compat",
        ours=("asyncshim.plugin", *BASE),
        others=("pytest", "_pytest", "pluggy", "packaging"),
    ),
    Layer("asyncshim_codemods", ours=BASE, others=("libcst", "packaging")),
    Layer("asyncshim.migrate", ours=(*DOOR, *BASE), others=("rich", "packaging")),
    Layer("asyncshim.cli", ours=("asyncshim.migrate", *DOOR, *BASE), others=("rich",)),
    Layer("asyncshim.__main__", ours=("asyncshim.cli",)),
    Layer("asyncshim", ours=("asyncshim.plugin", *BASE), itself=False),
)


def layer_of(module: str) -> Layer:
    fitting = [layer for layer in LAYERS if within(module, layer.prefix)]
    return max(fitting, key=lambda layer: len(layer.prefix))


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def violation(module: str, target: str) -> bool:
    layer = layer_of(module)
    top = target.partition(".")[0]
    if top not in {"asyncshim", "asyncshim_codemods"}:
        return top not in sys.stdlib_module_names and not any(within(target, other) for other in layer.others)
    allowed = (layer.prefix, *layer.ours) if layer.itself else layer.ours
    return not any(within(target, other) for other in allowed)


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_module_imports_only_what_its_layer_may(module: Module) -> None:
    source = module.path.read_text(encoding="utf-8")
    found = imports(source, module.name, is_package=module.is_package)
    wrong = [
        f"{module.location}:{line.line} imports {line.target}" for line in found if violation(module.name, line.target)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("asyncshim.plugin.items", "libcst"),
        ("asyncshim.plugin.items", "rich.console.Console"),
        ("asyncshim.plugin.items", "asyncshim.migrate.plan"),
        ("asyncshim.plugin.items", "asyncshim_codemods.results.Safety"),
        ("asyncshim.plugin.items", "_pytest.python.Function"),
        ("asyncshim.migrate.engine", "asyncshim_codemods.names"),
        ("asyncshim.migrate.engine", "asyncshim.cli"),
        ("asyncshim.migrate.engine", "asyncshim.plugin"),
        ("asyncshim_codemods.names", "asyncshim.migrate.plan"),
        ("asyncshim_codemods.names", "pytest"),
        ("asyncshim", "asyncshim.migrate"),
        ("asyncshim.errors", "asyncshim.history"),
    ],
)
def test_a_wrong_direction_is_found(module: str, target: str) -> None:
    assert violation(module, target)


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("asyncshim.plugin.items", "asyncshim.plugin.runners.RunnerPool"),
        ("asyncshim.plugin.items", "asyncio"),
        ("asyncshim.plugin.items", "pytest.Item"),
        ("asyncshim.plugin.pytest_compat", "_pytest.python"),
        ("asyncshim.cli.demo", "asyncshim.migrate.engine"),
        ("asyncshim.cli.demo", "asyncshim.errors.UsageError"),
        ("asyncshim_codemods.rules.ash101", "asyncshim.history"),
    ],
)
def test_a_right_direction_is_accepted(module: str, target: str) -> None:
    assert not violation(module, target)


def test_imports_are_found_wherever_they_stand() -> None:
    source = "import a.b\ndef f():\n    from .. import c\n    if x:\n        from .d import e as g\n"
    assert imports(source, "p.q.r") == [Import(1, "a.b"), Import(3, "p.c"), Import(5, "p.q.d.e")]


def test_the_pool_of_runners_knows_nothing_of_pytest() -> None:
    """Neither it nor any module that it needs: it is tested alone, and may be used alone."""
    known = {module.name: module for module in modules()}
    waiting, seen, wrong = ["asyncshim.plugin.runners"], set[str](), list[str]()
    while waiting:
        module = known[waiting.pop()]
        seen.add(module.name)
        for line in imports(module.path.read_text(encoding="utf-8"), module.name, is_package=module.is_package):
            owner = next((name for name in (line.target, line.target.rpartition(".")[0]) if name in known), None)
            if owner == "asyncshim.plugin" or within(line.target, "pytest") or within(line.target, "_pytest"):
                wrong.append(f"{module.location}:{line.line} imports {line.target}")
            elif owner is not None and owner not in seen:
                waiting.append(owner)
    assert wrong == []
    assert len(seen) > 1
