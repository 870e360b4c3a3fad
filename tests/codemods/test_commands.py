from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from asyncshim_codemods import commands
from asyncshim_codemods.registry import all_rules

TEST = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_a(event_loop):\n    pass\n"


def libcst_tool(folder: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "libcst.tool", "codemod", "-x", "--no-format", command, *arguments, "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_rule_runs_under_libcsts_own_tool(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(TEST)
    (tmp_path / "test_b.py").write_text("import os\n")
    done = libcst_tool(tmp_path, "asyncshim_codemods.commands.ASH101", "-j", "2")
    assert done.returncode == 0, done.stderr
    assert "Transformed 2 files successfully" in done.stderr
    assert (tmp_path / "test_a.py").read_text() == "async def test_a(event_loop):\n    pass\n"
    assert (tmp_path / "test_b.py").read_text() == "import os\n"


def test_all_rules_run_under_libcsts_tool_and_warn_about_remaining_uses(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(TEST + "\n\n@pytest.mark.asyncio(**x)\nasync def test_b(): ...\n")
    done = libcst_tool(tmp_path, "asyncshim_codemods.commands.AllRules", "-j", "1", "--todo")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "test_a.py").read_text()
    assert "async def test_a():\n    pass\n" in text
    assert "# TODO(asyncshim): ASH101" in text
    assert "ASH101 the marker's arguments cannot be read here" in done.stderr


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_rule_is_a_command(rule: object) -> None:
    code = next(each.code for each in all_rules() if each is rule)
    command = getattr(commands, code)
    assert issubclass(command, commands.RuleCommand)
    assert code in command.codes
    assert command.DESCRIPTION


def test_a_file_without_a_keyword_is_returned_as_the_same_tree() -> None:
    tree = cst.parse_module("x = 1\n")
    assert commands.AllRules(CodemodContext()).transform_module_impl(tree) is tree
