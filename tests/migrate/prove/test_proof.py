from __future__ import annotations

import sys
from pathlib import Path

import pytest

import tiny_rules
from asyncshim.migrate.plan.engine import Engine
from asyncshim.migrate.prove.outcomes import SuiteRun
from asyncshim.migrate.prove.proof import Proof, prove
from asyncshim.migrate.prove.verify import IncomparableError, Suite
from asyncshim.migrate.read.discover import discover
from asyncshim.migrate.read.project import find_project
from repositories import repository


@pytest.fixture(autouse=True)
def plain_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


class Silent:
    def starts(self, text: str) -> None: ...
    def ended(self, run: SuiteRun) -> None: ...


def proved(root: Path, *, collect: bool = False) -> Proof:
    project = find_project([str(root)])
    engine = Engine(root, tiny_rules.TINY, tiny_rules.EVERYTHING)
    suite = Suite(sys.executable, collect=collect)
    return prove(engine, discover(project, tiny_rules.is_config), project, (suite, suite), Silent())


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


def test_a_file_that_cannot_be_collected_after_the_rewrite_fails_alone(tmp_path: Path) -> None:
    broken = "assert 'OLD'[0] == 'O', 'read at import'\n" + BAD
    done = proved(repository(tmp_path / "p", {"test_good.py": GOOD, "test_broken.py": broken, "pytest.ini": ""}))
    assert done.outcome.plan().paths == ("test_good.py",)
    reason = "stays unchanged: pytest cannot collect it after the rewrite: AssertionError: read at import"
    assert done.broken == {"test_broken.py": reason}
    results = {result.path: result for result in done.outcome.results}
    assert (results["test_broken.py"].error, results["test_broken.py"].changed) == (reason, False)


def test_a_file_that_cannot_be_collected_because_of_its_conftest_blames_the_conftest(tmp_path: Path) -> None:
    files = {
        "a/conftest.py": "import os\nos.environ['A_WORD'] = 'OLD'\n",
        "a/test_a.py": "import os\nassert os.environ['A_WORD'][0] == 'O'\ndef test_a(): pass\n",
        "test_good.py": GOOD,
        "pytest.ini": "",
    }
    done = proved(repository(tmp_path / "p", files))
    assert list(done.broken) == ["a/conftest.py"]
    assert done.outcome.plan().paths == ("test_good.py",)


def test_a_suite_that_cannot_be_collected_before_is_not_proven(tmp_path: Path) -> None:
    files = {"test_good.py": GOOD, "test_other.py": "import nowhere_to_be_found\n", "pytest.ini": ""}
    with pytest.raises(IncomparableError, match=r"(?s)could not collect test_other.py.*No module named 'nowhere_to_be"):
        proved(repository(tmp_path / "p", files))


def test_a_crash_after_the_rewrite_stops_the_proof(tmp_path: Path) -> None:
    crash = "def pytest_runtestloop():\n    assert 'OLD'[0] == 'O', 'a plugin fails'\n"
    files = {"test_good.py": GOOD, "conftest.py": crash, "pytest.ini": ""}
    with pytest.raises(
        IncomparableError, match=r"(?s)pytest crashed \(INTERNALERROR\): AssertionError: a plugin fails"
    ):
        proved(repository(tmp_path / "p", files))
