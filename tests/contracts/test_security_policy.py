"""Every test that SECURITY.md names exists, and the audit of the lint lane fails on a finding."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
PATHS = sorted((ROOT / "tests").rglob("test_*.py"))


def named_tests() -> list[tuple[str, str]]:
    """Return pairs of a file's name and a test's name or beginning; a row's later cells refer to its last file."""
    found: list[tuple[str, str]] = []
    table_file = ""
    for line in TEXT.splitlines():
        if line.startswith("|") and (heading := re.search(r"test in `tests/\S*?([\w]+\.py)`", line)):
            table_file = heading[1]
        if not line.startswith("|"):
            table_file = ""
            continue
        file = table_file
        for name in re.findall(r"`([^`]+)`", line.split("|")[-2]):
            path, _, test = name.rpartition("::")
            if name.endswith(".py"):
                found.append((name.rpartition("/")[2], ""))
                file = name.rpartition("/")[2]
            elif path:
                file = path.rpartition("/")[2]
                found.append((file, test))
            elif name.startswith(("…", "test_")) or table_file:
                found.append((file, name))
    return found


@pytest.mark.parametrize(("file", "test"), named_tests())
def test_every_test_that_the_security_policy_names_exists(file: str, test: str) -> None:
    files = [path for path in PATHS if path.name == file]
    assert files, f"{file} does not exist"
    content = "\n".join(path.read_text("utf-8") for path in files)
    parts = [part for part in test.split("…") if part]
    names = re.findall(r"def (test_\w+)", content)
    if test.startswith(("test_", "…")) or not test:
        assert any(all(part in name for part in parts) for name in names), f"{file} has no test {test}"
    else:
        assert re.search(rf"[\"']{re.escape(test)}[\"']|def {re.escape(test)}\b", content), f"{file} has no case {test}"


def test_every_promise_has_a_test() -> None:
    section = TEXT.partition("## Promises and their tests")[2].partition("###")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    assert [row for row in rows if "test_" not in row.split("|")[-2]] == []


def test_the_audit_fails_on_a_finding_and_counts_what_is_known() -> None:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci/audit.py")
    assert spec is not None
    assert spec.loader is not None
    audit = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(audit)
    finding = {"id": "PYSEC-1", "fix_versions": ["2.0"]}
    packages = [
        {"name": "rich", "version": "1.0", "vulns": [finding]},
        {"name": "libcst", "skip_reason": "Dependency not found"},
        {"name": "pytest", "version": "9.0", "vulns": []},
    ]
    report = json.dumps({"dependencies": packages})
    assert audit.problems(report) == (["rich 1.0: PYSEC-1, fixed in 2.0"], 2)
    assert {"libcst", "pytest", "rich", "pluggy"} <= set(audit.runtime_dependencies("asyncshim"))
