"""The pages are in order, their examples run, and every command in them does what they say."""

from __future__ import annotations

import dataclasses
import re
import shutil
import sys
from pathlib import Path

import pytest

from asyncshim.migrate.read.settings import MigrateSettings
from house.corpus import FOLDER, copy
from house.processes import run, run_python
from house.tree import ROOT

# The pages of the rules are made from their examples, which are tested with the rules.
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SH_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Commands that these tests do not run, each with the reason.
NOT_HERE = {
    "python3 -m venv .venv && .venv/bin/python -m pip install -q -e '.[tests]' && "
    ".venv/bin/python -m asyncshim demo": "CI runs it from the README",
    ".venv/bin/python -m pytest -n auto": "it is this test run; CI runs it from the README",
}


def commands(page: Path) -> list[str]:
    lines = [line for block in SH_BLOCK.findall(page.read_text(encoding="utf-8")) for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def check_pages(root: Path, *flags: str) -> tuple[int, str]:
    result = run_python(ROOT / "docs/build.py", "--check", "--root", root, *flags, cwd=root)
    return result.returncode, result.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A legacy project under version control that requires asyncshim, as the reader has one."""
    tree = copy(FOLDER / "event-loop-override/before", tmp_path / "project")
    (tree / "requirements.txt").write_text("asyncshim\npytest\n", encoding="utf-8")
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Legacy"]):
        done = run(["git", "-c", "user.name=T", "-c", "user.email=t@example.com", *command], cwd=tree)
        assert done.returncode == 0, done.stdout
    return tree


@pytest.fixture
def path_with_python(tmp_path: Path) -> str:
    """A PATH on which `python` is this interpreter."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("python", "python3"):
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}:/usr/bin:/bin:{Path(shutil.which('git') or 'git').parent}"


def test_the_documentation_pages_have_no_faults() -> None:
    code, output = check_pages(ROOT)
    assert code == 0, output


@pytest.mark.skipif(sys.platform == "win32", reason="the pages show a POSIX shell")
@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.name)
def test_every_command_of_a_page_succeeds_in_a_legacy_project(page: Path, project: Path, path_with_python: str) -> None:
    for command in commands(page):
        if command in NOT_HERE:
            continue
        result = run(["sh", "-e", "-c", command], cwd=project, env={"PATH": path_with_python})
        assert result.returncode == 0, f"{command}\n{result.stdout}"
    migrated = "python -m asyncshim migrate" in commands(page) and "python -m asyncshim undo" not in commands(page)
    assert ("mark.asyncio" not in (project / "test_echo.py").read_text(encoding="utf-8")) is migrated


def test_every_option_of_the_plugin_is_described_and_no_other(tmp_path: Path) -> None:
    described = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    shown = run_python("-m", "pytest", "--help", "-p", "asyncshim", cwd=tmp_path).stdout
    option = re.compile(r"(?:--)?(?:asyncshim|asyncio)[-_][a-z_-]*[a-z]")
    there = {name for name in option.findall(shown) if name not in {"asyncio-mode", "pytest-asyncio"}}
    assert set(option.findall(described)) - {"asyncio_runner"} == there


def test_every_setting_of_the_command_line_is_described_and_no_other() -> None:
    described = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    table = described.partition("## Settings of the command line")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    keys = {key for row in rows for key in re.findall(r"`([a-z-]+)`", row)}
    fields = {field.name.replace("_", "-") for field in dataclasses.fields(MigrateSettings)}
    assert keys == fields - {"file", "runner-given"}


def test_the_readme_starts_with_the_two_commands_that_ci_runs() -> None:
    assert commands(ROOT / "README.md")[:2] == list(NOT_HERE)
    first = SH_BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert first is not None
    assert first.group(1).splitlines() == list(NOT_HERE)


@pytest.mark.parametrize(
    ("page", "number"),
    [
        pytest.param(page, number, id=f"{page.name}-{number}")
        for page in PAGES
        for number, _ in enumerate(PYTHON_BLOCK.findall(page.read_text(encoding="utf-8")))
    ],
)
def test_python_examples_are_suites_that_pass(page: Path, number: int, tmp_path: Path) -> None:
    block = PYTHON_BLOCK.findall(page.read_text(encoding="utf-8"))[number]
    (tmp_path / "test_example.py").write_text(block, encoding="utf-8")
    result = run_python("-m", "pytest", "-q", "-W", "error", cwd=tmp_path)
    assert result.returncode == 0, result.stdout
    assert re.search(r"^\d+ passed", result.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no title\n", "a page has one title"),
        ("# T\n\n### Deep\n", "heading 'Deep' leaves out a level"),
        ("# T\n\n## A\n\n## A\n", "heading 'A' twice"),
        ("# T\n\n[x](gone.md)\n", "link to gone.md, which does not exist"),
        ("# T\n\n[x](#nowhere)\n", "link to #nowhere, which has no such heading"),
        ("# T\n\n```\nx\n```\n", "code block of language ''"),
        ("# T\n\n```python\nx = = 1\n```\n", "python block: invalid syntax"),
        ("# T\n\n```toml\nx = \n```\n", "toml block: Invalid value"),
        ("# T\n\n```ini\nx\n```\n", "ini block: File contains no section headers"),
        ("# T\n\n```python\nx = 1\n", "code block of language 'never closed'"),
    ],
)
def test_a_page_with_a_fault_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    code, output = check_pages(tmp_path, "--no-rules")
    assert code == 1
    assert output.startswith("README.md:")
    assert sentence in output


def test_a_page_that_nobody_links_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/lost.md").write_text("# Lost\n", encoding="utf-8")
    code, output = check_pages(tmp_path, "--no-rules")
    assert (code, output) == (1, "docs/lost.md:1: no page links here\n")


def test_links_and_headings_in_code_are_not_links_and_headings(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("# T\n\n`[x](gone.md)`\n\n```sh\n# comment\n```\n", encoding="utf-8")
    assert check_pages(tmp_path, "--no-rules") == (0, "the pages are in order\n")


def test_a_stale_page_of_a_rule_is_named_and_made_again(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    for top in ROOT.glob("*.md"):
        shutil.copy(top, tmp_path)
    (tmp_path / "benchmarks").mkdir()
    shutil.copy(ROOT / "benchmarks/README.md", tmp_path / "benchmarks")
    page = tmp_path / "docs/rules/ash101.md"
    right = page.read_text(encoding="utf-8")
    page.write_text(right + "by hand\n", encoding="utf-8")
    (tmp_path / "docs/rules/ash999.md").write_text("# Gone\n", encoding="utf-8")
    code, output = check_pages(tmp_path)
    assert code == 1
    assert "docs/rules/ash101.md:1: is not what the rules say: run docs/build.py" in output
    assert "docs/rules/ash999.md:1: is not what the rules say: run docs/build.py" in output
    written = run_python(ROOT / "docs/build.py", "--root", tmp_path, cwd=tmp_path)
    told = "wrote ash101.md\nremoved ash999.md\nthe pages are in order\n"
    assert (written.returncode, written.stdout) == (0, told)
    assert page.read_text(encoding="utf-8") == right
    assert not (tmp_path / "docs/rules/ash999.md").exists()
