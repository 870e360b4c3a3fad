"""The benchmark of the rules: its files are what it says, its ratios those of what was measured. Nothing is timed."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path

import pytest

from house.processes import run_python
from house.tree import ROOT


def test_one_command_measures_and_prints_ratios(tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    result = run_python(
        ROOT / "benchmarks/codemod.py", "--rounds", "2", "--files", "2", "--wall", "3", "--memory", "3", "--json", file,
        cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    found = json.loads(file.read_text(encoding="utf-8"))
    lines = result.stdout.splitlines()
    assert len(lines) == len(found) == 13
    assert [each["files"] for each in found] == [
        *["that change"] * 4,
        *["with a hit, unchanged"] * 4,
        *["without a hit"] * 2,
        *["3 files"] * 3,
    ]
    for line, each in zip(lines, found, strict=True):
        assert re.fullmatch(rf"{each['files']} +{each['what']} +{each['median']:.2f} x .*", line)
        assert ("target <= " in line) == (each["target"] is not None)
        assert each["median"] > 0


def test_a_ratio_is_the_median_with_its_quartiles() -> None:
    from codemod import Ratio

    assert Ratio.of(("a", "b", "c"), [1.0, 3.0, 2.0]).line() == f"a{'':<22}b{'':<22}   2.00 x c{'':<20}[1.00 to 3.00]"
    assert Ratio.of(("a", "b", "c"), [4.0], 1.5).line().endswith("[4.00 to 4.00]    target <= 1.5")


@pytest.mark.parametrize("kind", ["changing", "staying", "without_hit"])
def test_the_files_are_what_their_kind_says(kind: str) -> None:
    import codemod
    import codemod_files

    files = getattr(codemod_files, kind)(20)
    assert len(set(files)) == 20
    for data in files:
        assert 140 <= data.count(b"\n") <= 160
        result = codemod.rules(data)
        assert result.error is None
        assert result.changed == (kind == "changing")
        assert codemod.api.is_relevant(data) == (kind != "without_hit")


def test_a_project_has_a_third_of_each_kind(tmp_path: Path) -> None:
    import codemod
    import codemod_files

    codemod_files.write_project(tmp_path, 6)
    files = [path.read_bytes() for path in sorted(tmp_path.glob("tests/part_0/test_*.py"))]
    assert [codemod.api.is_relevant(data) for data in files] == [True, True, False] * 2
    assert [codemod.rules(data).changed for data in files] == [True, False, False] * 2


def test_the_files_of_a_suite_are_those_in_its_test_folders(tmp_path: Path) -> None:
    import real_suites

    source = tmp_path / "demo-1.0" / "demo-1.0.tar.gz"
    source.parent.mkdir()
    with tarfile.open(source, "w:gz") as packed:
        for name in ("demo/core.py", "tests/b/test_x.py", "tests/conftest.py", "tests/data.txt"):
            file = tmp_path / name.replace("/", "-")
            file.write_text(f"# {name}\n", encoding="utf-8")
            packed.add(file, f"demo-1.0/{name}")
    assert real_suites.archive("demo==1.0", tmp_path) == source
    expected = [(name, f"# {name}\n".encode()) for name in ("tests/b/test_x.py", "tests/conftest.py")]
    assert [(path, data.replace(b"\r\n", b"\n")) for path, data in real_suites.tests_in(source)] == expected
