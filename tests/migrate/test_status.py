from __future__ import annotations

from pathlib import Path

from asyncshim.migrate.plan.one_file import Visited
from asyncshim.migrate.plan.outcome import Outcome
from asyncshim.migrate.read.discover import Discovery
from asyncshim.migrate.status import Blocker, FolderStatus, Uses, count_tests, status
from asyncshim_codemods.results import FileResult, Finding, Safety
from repositories import write_tree


def finding(line: int, code: str, safety: Safety, *, fixed: bool, message: str = "found") -> Finding:
    return Finding(line, 1, code, message, safety, fixed)


def test_tests_and_uses_are_counted_by_folder_and_rule(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "",
        "tests/a/test_1.py": "async def test_a(): ...\nclass T:\n    async def test_b(self): ...\ndef test_c(): ...\n",
        "tests/a/test_2.py": "async  def test_d(): ...\nasync def helper(): ...\n",
        "tests/b/test_3.py": "async def test_e(): ...\n",
        "tests/b/test_4.py": "async def test_f(): ...\n",
        "tests/c/helper.py": "x = 1\n",
    }
    write_tree(tmp_path, files)
    results = [
        FileResult("pytest.ini", b"", b"", (finding(1, "ASH401", Safety.SAFE, fixed=True),)),
        FileResult(
            "tests/a/test_2.py",
            b"",
            b"",
            (
                finding(1, "ASH101", Safety.SAFE, fixed=True),
                finding(1, "ASH108", Safety.UNSAFE, fixed=False),
                finding(2, "ASH331", Safety.MANUAL, fixed=False, message="by hand"),
            ),
        ),
        FileResult(
            "tests/b/test_3.py", b"", b"", (finding(7, "ASH331", Safety.MANUAL, fixed=False, message="by hand"),)
        ),
        FileResult("tests/b/test_4.py", b"", b"", error="cannot be parsed"),
    ]
    targets = tuple(name for name in files if name.endswith(".py"))
    outcome = Outcome(tuple(Visited(result) for result in results), files=6, config=("pytest.ini",))
    found = status(
        Discovery(targets, ("pytest.ini",), targets, ("pytest.ini",)), outcome, count_tests(tmp_path, targets)
    )
    assert found.folders == {
        ".": FolderStatus(files=1, uses=Uses(safe=1)),
        "tests/a": FolderStatus(files=2, tests=4, async_tests=3, plain=2, uses=Uses(1, 1, 1)),
        "tests/b": FolderStatus(files=2, tests=2, async_tests=2, plain=0, uses=Uses(manual=1)),
    }
    assert (found.total.files, found.total.async_tests, found.total.plain, found.total.uses) == (6, 5, 2, Uses(2, 1, 2))
    assert found.rules["ASH331"] == Uses(manual=2)
    assert found.blockers == (Blocker("ASH331", "by hand", 2, "tests/a/test_2.py", 2),)
    assert [result.path for result in found.failed] == ["tests/b/test_4.py"]


def test_a_percentage_is_never_rounded_up_to_the_end() -> None:
    assert FolderStatus(async_tests=1000, plain=999).percent == 99
    assert FolderStatus(async_tests=1000, plain=1000).percent == 100
    assert FolderStatus().percent == 100
