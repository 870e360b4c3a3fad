"""Files whose lines make a comparison slow cost no more time than others, in diffs, reports and the joined result."""

from __future__ import annotations

from pathlib import Path

import pytest

from repositories import asyncshim, git, read_tree, repository

USE = "event_loop.time()"
TEST = "@pytest.mark.asyncio\nasync def test_{}(event_loop):\n    event_loop.time()\n"
BLANK = "\n" * 40_000
LONG = "#" + "ab" * 20_000
HOSTILE = {
    # Each is so small that it is read by the main process; difflib would need hours for it.
    "blank_lines": f"import pytest\n{TEST.format(1)}{BLANK}x = 1\n{TEST.format(2)}{BLANK}y = 1\n",
    "form_feeds": f"import pytest\n\f\n{TEST.format(1)}{BLANK}\f\nx = 1\n{TEST.format(2)}{BLANK}y = 1\n",
    "reports": f"import pytest\n{TEST.format(1)}{BLANK}{BLANK}def test_it(event_loop):\n    event_loop.run_forever()\n",
    "long_lines": f"import pytest\n@pytest.mark.asyncio {LONG}\nasync def test_1(event_loop): {LONG}\n    {USE}\n",
}
# A slow machine is no reason to give a file up; the point is that the run ends.
OPTIONS = ("--jobs", "1", "--file-timeout", "3000")


@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_slow_to_compare_is_migrated_and_its_diff_is_complete(tmp_path: Path, name: str) -> None:
    root = repository(tmp_path / "p", {f"tests/test_{name}.py": HOSTILE[name]})
    shown = asyncshim(root, "migrate", "--dry-run", *OPTIONS)
    page = tmp_path / "report.html"
    done = asyncshim(root, "migrate", "--report", f"html={page}", *OPTIONS)
    assert {shown.code, done.code} <= {0, 1}, done.stderr
    assert "test_1" in page.read_text("utf-8")
    new = read_tree(root)
    assert b"asyncio.get_running_loop()" in new[f"tests/test_{name}.py"]
    git(root, "checkout", "-q", ".")
    git(root, "apply", stdin=shown.raw)
    assert read_tree(root) == new
