from __future__ import annotations

import pickle

from asyncshim_codemods.results import FileResult, Finding, Options, Safety


def test_a_result_is_changed_when_its_bytes_are() -> None:
    assert FileResult("a.py", b"x", b"y").changed
    assert not FileResult("a.py", b"x", b"x").changed


def test_findings_are_sorted_by_position() -> None:
    late = Finding(2, 1, "ASH101", "m", Safety.SAFE, fixed=True)
    early = Finding(1, 9, "ASH301", "m", Safety.MANUAL, fixed=False)
    assert sorted([late, early]) == [early, late]


def test_results_can_be_pickled() -> None:
    result = FileResult("a.py", b"x", b"y", (Finding(1, 1, "ASH101", "m", Safety.UNSAFE, fixed=False),), "no", 3)
    assert pickle.loads(pickle.dumps(result)) == result
    options = Options(frozenset({"ASH101"}))
    assert pickle.loads(pickle.dumps(options)) == options
