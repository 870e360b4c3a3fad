"""``migrate`` changes only the bytes that it has to change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from repositories import asyncshim, git, mode, read_tree, repository

MARK = b"@pytest.mark.asyncio"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            b"import pytest\r\nimport os\n\n\n@pytest.mark.asyncio\r\n@os.x\nasync def test_it():\r\n    pass\n",
            b"import os\n\n\n@os.x\nasync def test_it():\r\n    pass\n",
        ),
        (
            b"import pytest\nimport os\n\x0c\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n\x0c\nx = os\n",
            b"import os\n\x0c\nasync def test_it():\n    pass\n\x0c\nx = os\n",
        ),
        (
            b"import pytest\nimport os\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    return os  ",
            b"import os\n\n\nasync def test_it():\n    return os  ",
        ),
        (
            b"\xef\xbb\xbfimport pytest\r\n\r\n\r\n@pytest.mark.asyncio\r\nasync def test_it(): '\xc3\xa9'\r\n",
            b"\xef\xbb\xbfasync def test_it(): '\xc3\xa9'\r\n",
        ),
        (
            b"# vim: set fileencoding=cp1252 :\nimport pytest\n\n\n@pytest.mark.asyncio\nasync def test_it(): '\x80'\n",
            b"# vim: set fileencoding=cp1252 :\n\n\nasync def test_it(): '\x80'\n",
        ),
        (
            b"import pytest\nx = 1 \\\n  + 2\t\n\n@pytest.mark.asyncio\t# why\nasync def test():\n\tpass # \t\n\n\n\n",
            b"x = 1 \\\n  + 2\t\n\n# why\nasync def test():\n\tpass # \t\n\n\n\n",
        ),
    ],
    ids=["mixed line ends", "form feeds", "no last newline", "a byte order mark", "an encoding", "white space"],
)
def test_migrate_and_undo_keep_every_other_byte_and_the_mode(tmp_path: Path, before: bytes, after: bytes) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": before})
    (root / "tests/test_a.py").chmod(0o640)
    assert asyncshim(root, "migrate").code == 0
    assert (root / "tests/test_a.py").read_bytes() == after
    assert mode(root / "tests/test_a.py") == 0o640
    assert asyncshim(root, "undo").code == 0
    assert (root / "tests/test_a.py").read_bytes() == before
    assert mode(root / "tests/test_a.py") == 0o640


@pytest.mark.skipif(os.name == "nt", reason="names of POSIX")
@pytest.mark.parametrize(
    "name", [b"test_\xff.py", b"test_new\nline.py", b"test_ and space.py", b"test_\xc3\xa9.py", b"-q.py"]
)
def test_every_command_works_with_unusual_file_names(tmp_path: Path, name: bytes) -> None:
    root = repository(
        tmp_path / "p", {f"tests/{os.fsdecode(name)}": b"import pytest\n\n\n" + MARK + b"\nasync def test(): ...\n"}
    )
    shown = asyncshim(root, "migrate", "--dry-run")
    git(root, "apply", "--check", stdin=shown.raw)
    for command, code in (("check", 1), ("migrate", 0), ("check", 0), ("undo", 0), ("check", 1), ("status", 0)):
        done = asyncshim(root, command)
        assert (done.code, "Traceback" in done.stderr) == (code, False), done.stderr
    assert git(root, "status", "--porcelain") == b""


def test_a_file_with_many_tests_is_rewritten_completely(tmp_path: Path) -> None:
    tests = [f"async def test_{n}():\n    assert await double({n}) == {2 * n}\n" for n in range(1200)]
    before = "import pytest\n\nfrom app import double\n\n\n" + "\n\n".join(
        f"@pytest.mark.asyncio\n{test}" for test in tests
    )
    root = repository(tmp_path / "p", {"tests/test_a.py": before})
    assert asyncshim(root, "migrate").code == 0
    assert (root / "tests/test_a.py").read_text() == "from app import double\n\n\n" + "\n\n".join(tests)


def test_symbolic_links_inside_are_not_followed_and_targets_are_rewritten_once(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": b"import pytest\n\n\n" + MARK + b"\nasync def test(): ...\n"})
    (root / "tests/test_b.py").symlink_to("test_a.py")
    (root / "tests/again").symlink_to(".")
    (root / "tests/test_gone.py").symlink_to("nowhere.py")
    done = asyncshim(root, "migrate")
    assert (done.code, "1 file changed, 1 file checked." in done.stderr) == (0, True)
    assert (root / "tests/test_b.py").is_symlink()
    assert read_tree(root)["tests/test_b.py"] == b"async def test(): ...\n"
