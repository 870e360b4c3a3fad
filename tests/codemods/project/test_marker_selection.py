from __future__ import annotations

import pytest

from asyncshim_codemods.project.imports_and_aliases import selects_by_marker


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pytest.ini", '[pytest]\naddopts = -m "not asyncio"\n'),
        ("pytest.ini", "[pytest]\naddopts =\n  -q\n  -m asyncio\n"),
        ("setup.cfg", "[tool:pytest]\naddopts = -m='slow and not asyncio'\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = \"-m 'not asyncio'\"\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = ["-m", "not asyncio"]\n'),
        ("tox.ini", "[testenv]\ncommands = pytest -k 'not asyncio'\n"),
        (".github/workflows/ci.yml", 'jobs:\n  a:\n    - run: python -m pytest -m "not asyncio" tests\n'),
        (".github/workflows/ci.yml", "    - run: pytest -m 'not (slow or asyncio)'\n"),
        ("Makefile", "test:\n\tpytest -m asyncio\n"),
        ("Makefile", "test:\n\tpytest -masyncio\n"),
        ("ci/test.sh", 'pytest -m "not asyncio"\n'),
        ("noxfile.py", 'session.run("pytest", "-m", "not asyncio")\n'),
        ("conftest.py", 'MARK = "asyncio"\n\ndef f(item): return item.get_closest_marker(MARK)\n'),
        ("conftest.py", 'def f(item, name: str = "asyncio"): return item.iter_markers(name)\n'),
        ("conftest.py", '    for name in ("slow", "asyncio"):\n        if name in item.keywords: pass\n'),
        ("conftest.py", 'def pytest_runtest_setup(item):\n    if item.get_closest_marker("asyncio"): pass\n'),
        ("conftest.py", "    for mark in item.iter_markers(name='asyncio'): pass\n"),
        ("conftest.py", '    if "asyncio" in item.keywords: pass\n'),
        ("conftest.py", '    if "asyncio" not in {m.name for m in item.own_markers}: pass\n'),
        ("conftest.py", '    if any(mark.name == "asyncio" for mark in item.iter_markers()): pass\n'),
        ("conftest.py", '    x = item.keywords["asyncio"]\n'),
        ("conftest.py", '    config.option.markexpr = "not asyncio"\n'),
    ],
)
def test_a_file_that_selects_by_the_marker_is_noticed(path: str, text: str) -> None:
    assert selects_by_marker(path, text.encode())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pytest.ini", "[pytest]\nasyncio_mode = auto\naddopts = -m slow\n"),
        ("pytest.ini", '[pytest]\n# addopts = -m "not asyncio"\n'),
        ("pytest.ini", "[pytest]\naddopts = -m slow --asyncio-mode=auto\n"),
        ("pytest.ini", "[pytest]\naddopts = -m 'not asyncio_slow'\n"),
        ("pyproject.toml", 'dependencies = ["pytest-asyncio"]\naddopts = "-m slow"\n'),
        ("Makefile", "repl:\n\tpython -m asyncio\n"),
        ("Makefile", "repl:\n\tpython3 -m asyncio\n"),
        ("tox.ini", "commands = pip install -m pytest-asyncio\n"),
        ("conftest.py", "import asyncio\n\n\ndef keywords(): return asyncio\n"),
        ("conftest.py", 'item.add_marker("asyncio")\n'),
        ("conftest.py", 'item.get_closest_marker("asyncio_slow")\n'),
        ("test_it.py", "@pytest.mark.asyncio\nasync def test_it(): ...\n"),
        ("conftest.py", 'log = getLogger("asyncio")\n\ndef f(item): return item.get_closest_marker(MARK)\n'),
        ("conftest.py", 'BACKEND = "asyncio"\n\ndef f(item): return item.get_closest_marker("slow")\n'),
        ("Makefile", "test:\n\tpytest -mnotasyncio\n"),
        ("test_it.py", 'name == "trio"\nlogger = getLogger("asyncio")\n'),
    ],
)
def test_other_files_do_not_select_by_the_marker(path: str, text: str) -> None:
    assert not selects_by_marker(path, text.encode())
