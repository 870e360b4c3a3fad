"""The shell of ``action.yml``, run with the variables that GitHub Actions sets."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from house.processes import run
from house.tree import ROOT
from repositories import NEW, OLD, repository

pytestmark = pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="needs bash")


def script(name: str) -> str:
    """Return the shell of one step."""
    step = (ROOT / "action.yml").read_text("utf-8").partition(f"- name: {name}\n")[2].partition("\n    - name: ")[0]
    return textwrap.dedent(step.partition("run: |\n")[2])


class Job:
    """A job on a runner: a folder for temporary files, the files for its output, and a PATH with asyncshim."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.temporary = folder / "runner temp"
        self.temporary.mkdir()
        self.files = {name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
        for file in self.files.values():
            file.touch()
        programs = folder / "programs"
        programs.mkdir()
        for name, arguments in {"python": "", "asyncshim": "-m asyncshim"}.items():
            (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', encoding="utf-8")
            (programs / name).chmod(0o755)
        git = Path(shutil.which("git") or "git").parent
        self.env = {"PATH": f"{programs}:/usr/bin:/bin:{git}", "RUNNER_TEMP": str(self.temporary)}
        self.env |= {name: str(file) for name, file in self.files.items()}

    def step(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script(name)]
        return run(command, cwd=self.root, env=self.env | inputs)

    def check(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        return self.step("Check", **({"PATHS": "", "BASELINE": "", "ARGUMENTS": "", "SARIF": "false"} | inputs))

    def read(self, name: str) -> str:
        return self.files[name].read_text("utf-8")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    files = {"tests/test_old.py": OLD, "tests/test_new.py": NEW, "requirements.txt": "asyncshim\n"}
    return Job(repository(tmp_path / "a project", files), tmp_path)


def test_the_action_annotates_uses_writes_a_summary_and_fails(job: Job) -> None:
    done = job.check()
    assert done.returncode == 1, done.stdout
    assert "::notice file=tests/test_old.py,line=4,col=2,title=ASH101 strip-marker::" in done.stdout
    assert job.read("GITHUB_OUTPUT") == "exit-code=1\n"
    assert "ASH101" in job.read("GITHUB_STEP_SUMMARY")
    assert not (job.temporary / "asyncshim.sarif").exists()


def test_the_action_passes_without_uses_for_the_given_paths_and_options(job: Job) -> None:
    paths = "tests/test_new.py\n\nrequirements.txt\n"
    done = job.check(PATHS=paths, ARGUMENTS="--select=ASH1\n--no-config\n", SARIF="true")
    assert done.returncode == 0, done.stdout
    assert job.read("GITHUB_OUTPUT") == "exit-code=0\nsarif=true\n"
    (found,) = json.loads((job.temporary / "asyncshim.sarif").read_text("utf-8"))["runs"]
    assert found["results"] == []


def test_the_action_accepts_the_uses_of_a_baseline(job: Job) -> None:
    made = run(
        ["asyncshim", "check", "--baseline", "known uses.json", "--update-baseline"],
        cwd=job.root,
        env=job.env,
    )
    assert made.returncode == 0, made.stdout
    assert job.check(BASELINE="known uses.json").returncode == 0


def test_the_action_reports_that_something_could_not_be_checked(job: Job) -> None:
    assert job.check(PATHS="no such folder").returncode == 2
    assert job.read("GITHUB_OUTPUT") == "exit-code=2\n"


def test_inputs_of_the_action_are_not_run_as_shell(job: Job) -> None:
    text = "$(touch pwned); `touch pwned`; \"; touch pwned; '"
    assert job.check(PATHS=text, BASELINE=text, ARGUMENTS=text).returncode == 2
    assert not (job.root / "pwned").exists()
    assert not re.findall(r"\$\{\{", script("Check") + script("Install asyncshim"))


@pytest.mark.installed
def test_the_action_installs_its_own_version(job: Job) -> None:
    done = job.step("Install asyncshim", REQUIREMENT="", ACTION=str(ROOT))
    assert done.returncode == 0, done.stdout
    programs = Path(job.read("GITHUB_PATH").strip())
    assert run([programs / "asyncshim", "rules"], cwd=job.root).returncode == 0
