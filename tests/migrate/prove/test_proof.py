from __future__ import annotations

import sys
from pathlib import Path

import pytest

import tiny_rules
from asyncshim.migrate.plan.engine import Engine
from asyncshim.migrate.prove.proof import Proof, prove
from asyncshim.migrate.prove.verify import Suite
from asyncshim.migrate.read.discover import discover
from asyncshim.migrate.read.project import find_project
from repositories import repository


@pytest.fixture(autouse=True)
def plain_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def proved(root: Path, *, collect: bool = False) -> Proof:
    project = find_project([str(root)])
    engine = Engine(root, tiny_rules.TINY, tiny_rules.EVERYTHING)
    said: list[str] = []
    discovery = discover(project, tiny_rules.is_config)
    return prove(engine, discovery, project, Suite(sys.executable, collect=collect), said.append)


GOOD = "def test_good():\n    assert 'OLD' or 'x'\n"
BAD = "def test_bad():\n    assert 'OLD'.startswith('O')\n"


def test_edits_that_keep_all_outcomes_are_kept(tmp_path: Path) -> None:
    done = proved(repository(tmp_path / "p", {"test_good.py": GOOD}))
    assert done.outcome.plan().paths == ("test_good.py",)
    assert done.unchanged == {}
    assert done.verdict is not None
    assert done.verdict.differences == ()


def test_a_file_whose_outcomes_differ_is_kept_with_what_depends_on_it(tmp_path: Path) -> None:
    files = {"test_good.py": GOOD, "test_bad.py": BAD, "requirements.txt": "OLD\n", "pytest.ini": ""}
    done = proved(repository(tmp_path / "p", files))
    assert done.outcome.plan().paths == ("test_good.py",)
    assert done.unchanged == {"test_bad.py": "test_bad.py::test_bad: passed before, failed after"}
    results = {result.path: result for result in done.outcome.results}
    assert not results["test_bad.py"].changed
    (finding,) = results["test_bad.py"].findings
    assert not finding.fixed
    assert finding.message == "an old word (not changed: test_bad.py::test_bad: passed before, failed after)"
    assert results["requirements.txt"].findings[0].message == "test_bad.py still holds an old word"


def test_a_conftest_is_kept_if_outcomes_of_unedited_files_differ(tmp_path: Path) -> None:
    files = {
        "conftest.py": "import pytest\n@pytest.fixture\ndef word(): return 'OLD'\n",
        "a/test_a.py": "def test_a(word): assert word[0] == 'O'\n",
        "b/test_good.py": GOOD,
        "pytest.ini": "",
    }
    done = proved(repository(tmp_path / "p", files))
    assert done.unchanged == {"conftest.py": "a/test_a.py::test_a: passed before, failed after"}
    assert done.outcome.plan().paths == ("b/test_good.py",)


def test_all_edits_are_dropped_if_no_single_file_explains_the_difference(tmp_path: Path) -> None:
    files = {
        "helper.py": "WORD = 'OLD'\n",
        "test_a.py": "import helper\ndef test_a(): assert helper.WORD[0] == 'O'\n",
        "test_good.py": GOOD,
        "pytest.ini": "[pytest]\npythonpath = .\n",
    }
    done = proved(repository(tmp_path / "p", files))
    assert done.outcome.plan().paths == ()
    assert set(done.unchanged) == {"helper.py", "test_good.py"}


def test_a_proof_can_compare_only_node_ids(tmp_path: Path) -> None:
    source = "import pytest\n@pytest.mark.parametrize('x', ['OLD'])\ndef test_many(x): pass\n"
    done = proved(repository(tmp_path / "p", {"test_many.py": source, "test_bad.py": BAD}), collect=True)
    assert done.outcome.plan().paths == ("test_bad.py",)
    assert done.unchanged == {"test_many.py": "test_many.py::test_many[OLD] is no longer collected after it"}


def test_a_proof_without_edits_runs_no_tests(tmp_path: Path) -> None:
    done = proved(repository(tmp_path / "p", {"test_a.py": "raise SystemExit('never imported')\n"}))
    assert (done.verdict, done.unchanged, done.outcome.plan().paths) == (None, {}, ())
