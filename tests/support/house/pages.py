"""Documentation pages as scripts: the files they show, the commands they give, and the output they promise."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from house.processes import run

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# "`tests/test_a.py`:" above a block says that the block is that file.
FILE_NAME = re.compile(r"`([\w./-]+\.[a-z]+)`[^`\n]*:\n\n$")
# Commands that change environments. They run where all packages of a page are installed, not in every test run.
INSTALLS = re.compile(r"^((\.venv/bin/)?python3? -m (venv|pip)|uvx|uv|pipx|pre-commit) ")
IDENTITY = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")


@dataclass(frozen=True, slots=True)
class Step:
    """One block of a page: `kind` is "file", "example", "commands", "output" or "other"."""

    kind: str
    text: str
    name: str = ""

    @property
    def commands(self) -> list[str]:
        lines = re.sub(r"\\\n\s*", "", self.text).splitlines()
        return [line for line in lines if line.strip() and not line.startswith("#")]


def steps(page: Path) -> list[Step]:
    text = page.read_text(encoding="utf-8")
    found: list[Step] = []
    end = 0
    for block in BLOCK.finditer(text):
        language, code = block.groups()
        named = FILE_NAME.search(text[: block.start()])
        after_commands = bool(found) and found[-1].kind == "commands" and not text[end : block.start()].strip()
        end = block.end()
        if language == "sh":
            found.append(Step("commands", code))
        elif named is not None and language != "diff":
            found.append(Step("file", code, named.group(1)))
        elif language == "python":
            found.append(Step("example", code))
        elif language == "text" and after_commands:
            found.append(Step("output", code))
        else:
            found.append(Step("other", code))
    return found


def commands(page: Path) -> list[str]:
    return [command for step in steps(page) for command in step.commands if step.kind == "commands"]


def path_with_python(folder: Path) -> str:
    """Return a PATH on which `python` is this interpreter."""
    folder.mkdir()
    for name in ("python", "python3"):
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}:/usr/bin:/bin:{Path(shutil.which('git') or 'git').parent}"


def missing_lines(expected: str, output: str) -> Iterator[str]:
    """Yield each line of *expected* that *output* does not have after the line before it; "…" is any text."""
    lines = iter(output.splitlines())
    for line in expected.splitlines():
        pattern = re.compile(".*".join(re.escape(part) for part in line.strip().split("…")))
        if line.strip() and not any(pattern.fullmatch(each.strip()) for each in lines):
            yield line


def play(
    page: Path, project: Path, path: str, *, install: bool, skip: frozenset[str] = frozenset(), **env: str
) -> None:
    """Write the files of *page*, run its commands in *project* in their order, and check the output that it shows."""
    env = {f"GIT_{who}": "reader@example.com" for who in IDENTITY} | env
    interpreter = project / ".venv/bin/python"
    if not install and ".venv/bin/python" in page.read_text(encoding="utf-8"):
        interpreter.parent.mkdir(parents=True)
        interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        interpreter.chmod(0o755)
    output = None
    for step in steps(page):
        if step.kind == "file":
            file = project / step.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(step.text, encoding="utf-8")
        elif step.kind == "commands":
            output = ""
            for command in step.commands:
                if command in skip or (INSTALLS.match(command) and not install):
                    continue
                done = run(["sh", "-e", "-c", command], cwd=project, env={"PATH": path, **env})
                output += done.stdout
                assert done.returncode == expected_code(step), f"{page.name}: {command}\n{done.stdout}"
        elif step.kind == "output" and output:
            missing = list(missing_lines(step.text, output))
            assert not missing, f"{page.name}: these lines are not in the output: {missing}\n{output}"


def expected_code(step: Step) -> int:
    """Return what "# exit code N" in a block of commands says, else 0."""
    said = re.search(r"^# exit code (\d+)$", step.text, re.MULTILINE)
    return int(said.group(1)) if said else 0


def write_examples(page: Path, folder: Path) -> int:
    """Write each Python example of *page* that is a whole suite as a test file; return how many there are."""
    examples = [step for step in steps(page) if step.kind == "example"]
    for number, example in enumerate(examples):
        (folder / f"test_example_{number}.py").write_text(example.text, encoding="utf-8")
    return len(examples)
