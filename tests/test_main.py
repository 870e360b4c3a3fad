from __future__ import annotations

from pathlib import Path

from house.processes import run, run_python


def test_the_module_runs_the_command_line(tmp_path: Path) -> None:
    done = run_python("-m", "asyncshim", "--version", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("asyncshim ")


def test_the_script_is_the_same(tmp_path: Path) -> None:
    import sys

    script = Path(sys.executable).with_name("asyncshim")
    assert run([script, "--version"], cwd=tmp_path).stdout.startswith("asyncshim ")
