"""Files under the paths that are no Python are named, whether or not a rule looks for anything in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from repositories import NEW, OLD, asyncshim, repository

BROKEN = {
    "syntax": b"def (:\n",
    "Python 2": b"print 'old'\n",
    "binary": b"\x89PNG\r\n\x1a\n\x00\xff",
    "null": b"x = 1\0\n",
    "undecodable": b"name = '\xe9'\n",
    "encoding": b"# -*- coding: no-such-encoding -*-\n",
    "indentation": b"if x:\npass\n",
    "bracket": b"x = (1,\n",
    "large": b"x = 1\n" * 50_000 + b"def (:\n",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_python_is_named(tmp_path: Path, data: bytes) -> None:
    root = repository(tmp_path / "p", {"tests/test_bad.py": data, "tests/test_a.py": OLD, "pytest.ini": "[pytest]\n"})
    for command in ("check", "status", "migrate"):
        done = asyncshim(root, command)
        assert done.code == 2
        assert done.stderr.splitlines()[-1].startswith("error: tests/test_bad.py")
    assert (root / "tests/test_a.py").read_bytes() == NEW
    assert (root / "tests/test_bad.py").read_bytes() == data


GOOD = {
    "latin-1": b"# -*- coding: latin-1 -*-\nname = '\xe9'\n",
    "byte order mark": b"\xef\xbb\xbfx = 1\r\n",
    "only the compiler refuses": b"return 3\nawait x\nnonlocal y\n",
    "warning": b"x = '\\d'\nassert (1, 'always')\n",
    "newer syntax": b"type Names = list[str]\nmatch x:\n    case 1: pass\n",
    "empty": b"",
    "form feed": b"\x0cx = 1\n",
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_a_file_that_is_python_is_not_named(tmp_path: Path, data: bytes) -> None:
    root = repository(tmp_path / "p", {"tests/test_good.py": data})
    done = asyncshim(root, "check", "--verbose")
    assert (done.code, done.stderr) == (0, "No uses found in 1 file.\n")


def test_a_file_outside_the_paths_is_not_named(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"data/bad.py": BROKEN["syntax"], "tests/test_good.py": b""})
    assert asyncshim(root, "check").code == 0
    assert asyncshim(root, "check", "tests", "--exclude", "bad.py").code == 0
    assert asyncshim(root, "check", ".").code == 2
    assert asyncshim(root, "check", ".", "--exclude", "data").code == 0
