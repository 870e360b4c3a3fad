"""The report examples in docs/reference/commands.md are what the commands print."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from house.tree import ROOT
from repositories import asyncshim, repository

MARKED = (
    "import asyncio\n\nimport pytest\n\n\n@pytest.mark.asyncio\nasync def test_answer():\n    await asyncio.sleep(0)\n"
)
FOREVER = "\n\ndef test_forever(event_loop):\n    event_loop.run_forever()\n"


def examples(language: str) -> list[str]:
    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "p", {"tests/test_answer.py": MARKED + FOREVER})


def test_the_github_example_is_printed(project: Path) -> None:
    (example,) = examples("text")
    assert set(example.splitlines()) <= set(asyncshim(project, "check", "--report", "github").stdout.splitlines())


def test_the_json_example_is_printed(project: Path) -> None:
    example, _ = map(json.loads, examples("json"))
    only = asyncshim(project, "check", "--select", "ASH101", "--report", "json").stdout
    assert {**json.loads(only), "asyncshim": example["asyncshim"]} == example


def test_the_sarif_example_is_printed(project: Path) -> None:
    _, example = map(json.loads, examples("json"))
    (run,) = json.loads(asyncshim(project, "check", "--report", "sarif").stdout)["runs"]
    assert example in run["results"]
