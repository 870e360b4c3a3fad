from __future__ import annotations

import re
from pathlib import Path

from repositories import asyncshim


def test_the_demo_shows_all_steps_and_leaves_no_files(tmp_path: Path) -> None:
    done = asyncshim(tmp_path, "demo", TMPDIR=str(tmp_path))
    assert done.code == 0, done.stdout + done.stderr
    for text in (
        "It runs unchanged",
        "$ python -m pytest",
        "9 passed, 1 skipped, 1 xfailed",
        "$ python -m asyncshim migrate --dry-run",
        "diff --git a/tests/conftest.py b/tests/conftest.py",
        "TestClient::test_clients_come_and_go",
        "11 tests, each with the same outcome",
    ):
        assert text in done.stdout
    assert len(re.findall(r"(\w+) +[✓sx] \1 +same|[✓sx] (\w+) +[✓sx] \2 +same", done.stdout)) == 11
    assert "DIFFERENT" not in done.stdout
    assert "\x1b[" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_suite_of_the_demo_can_be_kept(tmp_path: Path) -> None:
    done = asyncshim(tmp_path, "demo", "--keep", TMPDIR=str(tmp_path))
    (folder,) = tmp_path.iterdir()
    assert f"The suite is kept in {folder}" in done.stdout.replace("\n", "")
    assert "pytest_asyncio" not in (folder / "tests/conftest.py").read_text()
    assert "asyncio_mode" not in (folder / "pytest.ini").read_text()


def test_a_test_that_fails_makes_the_demo_fail(tmp_path: Path) -> None:
    # Without sockets the suite of the demo fails, so the demo must fail too.
    (tmp_path / "sitecustomize.py").write_text(
        "import asyncio\n"
        "async def refuse(*arguments, **options):\n    raise OSError('no sockets here')\n"
        "asyncio.start_server = refuse\n"
    )
    done = asyncshim(tmp_path, "demo", PYTHONPATH=str(tmp_path))
    assert done.code == 1
    assert "no sockets here" in done.stdout
    assert "each with the same outcome" not in done.stdout


def test_the_demo_adapts_colour_and_signs_to_the_stream(tmp_path: Path) -> None:
    assert "\x1b[32m" in asyncshim(tmp_path, "demo", "--color", "always").stdout
    plain = asyncshim(tmp_path, "demo", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert plain.code == 0, plain.stderr
    assert plain.raw.isascii()
