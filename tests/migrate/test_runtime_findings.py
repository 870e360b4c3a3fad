from __future__ import annotations

import json
from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.read.project import find_project
from asyncshim.migrate.read.settings import MigrateSettings
from asyncshim.migrate.runtime_findings import file_of, numbers
from repositories import write_tree


def test_a_baseline_without_findings_of_test_runs_has_no_numbers(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"version": 1, "accepted": {}}')
    assert numbers(tmp_path / "b.json", must_exist=True) is None
    assert numbers(tmp_path / "missing", must_exist=False) is None
    with pytest.raises(UsageError, match="does not exist"):
        numbers(tmp_path / "missing", must_exist=True)


def test_old_features_are_counted_by_rule(tmp_path: Path) -> None:
    runtime = {"a.py::t": {"legacy use: ASH302": 2, "server: server": 1}}
    (tmp_path / "b.json").write_text(json.dumps({"version": 1, "accepted": {}, "runtime": runtime}))
    found = numbers(tmp_path / "b.json", must_exist=True)
    assert found == {"kinds": {"legacy use": 2, "server": 1}, "rules": {"ASH302": 2}}


def test_a_wrong_option_of_pytest_is_left_to_pytest(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pytest.ini": "[pytest]\nasyncshim_leaks = x\nasyncshim_baseline = b.json\n"})
    assert file_of(None, MigrateSettings(), find_project([str(tmp_path)])) is None


def test_a_baseline_outside_of_the_project_is_refused(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pytest.ini": "[pytest]\nasyncshim_baseline = ../../b.json\n"})
    with pytest.raises(UsageError, match="outside of the project"):
        file_of(None, MigrateSettings(), find_project([str(tmp_path)]))
