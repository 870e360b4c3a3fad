from __future__ import annotations

from pathlib import Path

from asyncshim_codemods import api, catalog, rule_sources
from asyncshim_codemods.registry import described
from house.processes import run_python


def test_the_public_functions_are_those_of_the_catalog() -> None:
    assert (api.is_config, api.is_lock, api.rule_names) == (catalog.is_config, catalog.is_lock, catalog.rule_names)
    assert catalog.rule_names() == rule_sources.names() == {rule.code: rule.name for rule in described()}


def test_the_catalog_imports_neither_rules_nor_facts(tmp_path: Path) -> None:
    code = "import sys, asyncshim_codemods.catalog as c; c.rule_names(); print(*sorted(sys.modules))"
    loaded = run_python("-c", code, cwd=tmp_path).stdout.split()
    ours = {name for name in loaded if name.startswith("asyncshim_codemods.")}
    expected = ("catalog", "project", "project.file_kinds", "rule_sources", "rules")
    assert ours == {f"asyncshim_codemods.{name}" for name in expected}
