from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.migrate import eject
from repositories import asyncshim, read_tree, repository

FILES = {"pytest.ini": "[pytest]\n", "tests/test_it.py": "async def test_it(): ...\n"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "project", FILES)


def test_eject_writes_conftest_py_and_prints_the_next_commands(project: Path) -> None:
    done = asyncshim(project, "eject")
    assert done.code == 0
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "conftest.py was written: async tests and fixtures run on one event loop, without a plugin.",
        "Next: python -m asyncshim migrate --runner conftest   # removes the plugins from the configuration",
        "      python -m pytest -p no:asyncshim",
    ]
    assert (project / "conftest.py").read_text("utf-8") == eject.template()
    assert asyncshim(project, "eject").stderr == "conftest.py is up to date.\n"


def test_eject_warns_of_uses_that_need_a_plugin(project: Path) -> None:
    override = (
        "import pytest\n\n\n@pytest.fixture\ndef event_loop():\n    loop = Loop()\n    yield loop\n    loop.close()\n"
    )
    (project / "tests/conftest.py").write_text(override, "utf-8")
    done = asyncshim(project, "eject")
    assert done.code == 0
    assert (
        "\nwarning: 1 use remains that this conftest.py does not support: "
        "`python -m asyncshim check` lists them\nNext: "
    ) in done.stderr


def test_eject_writes_conftest_py_in_a_folder_without_tests(tmp_path: Path) -> None:
    done = asyncshim(tmp_path, "eject")
    assert (done.code, "warning" in done.stderr) == (0, False)
    assert (tmp_path / "conftest.py").is_file()


def test_eject_in_a_subfolder_writes_to_the_project_root(project: Path) -> None:
    assert "../conftest.py was written" in asyncshim(project / "tests", "eject", ".").stderr
    assert (project / "conftest.py").is_file()


def test_eject_adds_a_block_to_an_existing_conftest_and_renews_it(project: Path) -> None:
    (project / "conftest.py").write_text("x = 1\n", "utf-8")
    assert "conftest.py has a new block at its end" in asyncshim(project, "eject").stderr
    text = (project / "conftest.py").read_text("utf-8")
    (project / "conftest.py").write_text(text.replace("OTHER_PLUGINS", "OTHERS"), "utf-8")
    assert "The block in conftest.py was updated" in asyncshim(project, "eject").stderr
    assert (project / "conftest.py").read_text("utf-8") == text


def test_eject_print_shows_the_file_and_writes_nothing(project: Path) -> None:
    before = read_tree(project)
    done = asyncshim(project, "eject", "--print")
    assert (done.code, done.stdout) == (0, eject.template())
    assert read_tree(project) == before
