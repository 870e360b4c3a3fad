from __future__ import annotations

from pathlib import Path

from house.processes import run, run_python
from repositories import write_tree


def test_the_module_runs_the_command_line(tmp_path: Path) -> None:
    done = run_python("-m", "asyncshim", "--version", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("asyncshim ")


def test_the_script_is_the_same(tmp_path: Path) -> None:
    import sys

    script = Path(sys.executable).with_name("asyncshim")
    assert run([script, "--version"], cwd=tmp_path).stdout.startswith("asyncshim ")


def test_nothing_of_the_project_is_imported(tmp_path: Path) -> None:
    names = ["libcst", "rich", "packaging", "json", "difflib", "tokenize", "html", "queue"]
    trap = "import pathlib; pathlib.Path(__file__).with_name('TRAPPED').write_text(__name__)\n"
    files = {f"{name}.py": trap for name in names}
    test = trap + "import pytest\n\n@pytest.mark.asyncio\nasync def test_it(): pass\n"
    write_tree(tmp_path, {**files, "conftest.py": trap, "setup.py": trap, "tests/test_a.py": test})
    for arguments in ("migrate --dry-run", "check", "status", "migrate -v", "todo", "rules", "undo"):
        done = run_python("-m", "asyncshim", *arguments.split(), cwd=tmp_path)
        assert "Traceback" not in done.stdout, done.stdout
        assert not list(tmp_path.rglob("TRAPPED")), arguments
