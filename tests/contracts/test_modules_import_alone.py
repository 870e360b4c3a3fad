"""Every module imports in a process where none of ours was imported before it, with warnings as errors."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from house.processes import run_python
from house.tree import Module, modules

# One parent with the third-party packages already loaded forks a child for each module: as true as one interpreter
# each, and twenty times as fast. Warnings of those packages at import are not ours to answer for.
SCRIPT = """\
import importlib, json, os, sys, traceback, warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import libcst.metadata, packaging.requirements, pytest, rich.console

results = {}
for name in sys.argv[1:]:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        text = ""
        try:
            importlib.import_module(name)
        except BaseException:
            text = traceback.format_exc()
        os.write(writer, text.encode()[-30000:])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        results[name] = stream.read().decode()
    os.waitpid(child, 0)
print(json.dumps(results))
"""


def import_each(names: list[str], cwd: Path, **env: str) -> dict[str, str]:
    result = run_python("-W", "error", "-c", SCRIPT, *names, cwd=cwd, env=env)
    assert result.returncode == 0, result.stdout
    answer = json.loads(result.stdout)
    assert isinstance(answer, dict)
    return answer


pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


@pytest.fixture(scope="module")
def tracebacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    # `asyncshim.__main__` is a program: importing it runs it.
    names = [module.name for module in modules() if not module.name.endswith(".__main__")]
    return import_each(names, tmp_path_factory.mktemp("alone"))


@pytest.mark.parametrize(
    "module", [m for m in modules() if not m.name.endswith(".__main__")], ids=lambda module: module.name
)
def test_module_imports_alone_with_warnings_as_errors(module: Module, tracebacks: dict[str, str]) -> None:
    assert tracebacks[module.name] == ""


def test_a_module_that_warns_or_needs_another_first_is_found(tmp_path: Path) -> None:
    (tmp_path / "warns.py").write_text("import warnings; warnings.warn('old')\n", encoding="utf-8")
    (tmp_path / "first.py").write_text("import sys; sys.modules['made_by_first'] = sys\n", encoding="utf-8")
    (tmp_path / "second.py").write_text("import made_by_first\n", encoding="utf-8")
    found = import_each(["first", "second", "warns"], tmp_path, PYTHONPATH=str(tmp_path))
    assert found["first"] == ""
    assert "No module named 'made_by_first'" in found["second"]
    assert "UserWarning: old" in found["warns"]
