"""What a repository calls its files, and writes into them, is shown by each command and does nothing there."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from repositories import asyncshim, repository, undo_data, write_tree

pytestmark = pytest.mark.skipif(os.name == "nt", reason="names of POSIX")

NAMES = {
    "line end": "test_x\n::error file=a::forged\n.py",
    "command": "::error::forged.py",
    "command of the old kind": "test_##[error]forged.py",
    "escape": "test_\x1b]0;title\x07\x1b[2J.py",
    "c1": "test_\x9b31m.py",
    "bidi": "test_\u202egnp.py",
    "byte": "test_\udc9b.py",
    "line separator": "test_\u2028x.py",
}
TEST = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"
LEFT = "# TODO(asyncshim): \x1b[2J\u202e##[error]x\n" + TEST.replace("pass", "await x.run_forever()")
BROKEN = "def broken(:\n    pytest.mark.asyncio\n"
COMMANDS = [
    ("check",),
    ("check", "--color", "always"),
    ("check", "--report", "text"),
    ("check", "--report", "github"),
    ("check", "--report", "markdown"),
    ("status",),
    ("todo",),
    ("doctor",),
    ("config",),
    ("migrate", "--check", "-v"),
    ("migrate", "--allow-dirty", "-v"),
    ("undo", "-v"),
]
COLORS = re.compile(r"\x1b\[(0|1|2|3[1-6]|31;1|1;31)m")


def test_hostile_names_are_only_shown(tmp_path: Path) -> None:
    files: dict[str, str] = {"pytest.ini": ""}
    for name in NAMES.values():
        files |= {f"tests/{name}": TEST, f"tests/d/{name}/test_a.py": LEFT, f"tests/e/{name}": BROKEN}
    root = repository(tmp_path / "p", files)
    for command in COMMANDS:
        # From there a name begins the line.
        done = (
            asyncshim(root / "tests", *command, "--jobs", "1") if "undo" not in command else asyncshim(root, *command)
        )
        assert "Traceback" not in done.stderr
        for text in (done.raw.decode("utf-8"), done.stderr):
            shown = COLORS.sub("", text) if "always" in command else text
            assert {c for c in shown if not c.isprintable()} <= {"\n"}, command
            assert "##[" not in shown, command
            forged = [line for line in shown.splitlines() if line.lstrip().startswith("::")]
            if "github" in command:
                forged = [line for line in forged if not re.match(r"::(error|warning|notice) file=", line)]
            assert not forged, command


def test_a_name_in_a_warning_about_an_interrupted_run_is_only_shown(tmp_path: Path) -> None:
    name = "tests/test_x\n::error::forged\n.py"
    root = repository(tmp_path / "p", {name: TEST})
    assert asyncshim(root, "migrate").code == 0
    journal = undo_data(root) / "run-000001/journal.json"
    journal.write_text(json.dumps({**json.loads(journal.read_text()), "stage": "committing"}))
    write_tree(root, {name: "edited"})
    said = asyncshim(root, "migrate", "--allow-dirty").stderr
    assert "warning: tests/test_x\\n::error::forged\\n.py was edited after that run and is not changed" in said


def test_a_test_id_that_verify_shows_is_only_shown(tmp_path: Path) -> None:
    text = "import pytest\n\n\n@pytest.mark.parametrize('x', [1], ids=['\\u202e##['])\ndef test_it(x):\n    pass\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": text, "tests/test_b.py": TEST})
    done = asyncshim(root, "verify", "--migrate", "--collect", "-v")
    for shown in (done.raw.decode("utf-8"), done.stderr):
        assert {c for c in shown if not c.isprintable()} <= {"\n"}
