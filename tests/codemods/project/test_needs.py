from __future__ import annotations

import importlib.metadata
from dataclasses import replace
from pathlib import Path

import pytest

from asyncshim_codemods.api import collect_facts, facts_after
from asyncshim_codemods.project.needs import installed_requirers, names_dependency, reasons_in, requirers_among


@pytest.mark.parametrize(
    "source",
    [
        "import pytest_asyncio\n",
        "import os, pytest_asyncio.plugin as p\n",
        "from pytest_asyncio import fixture\n",
        "from pytest_asyncio.plugin import Mode\n",
        "pytest.importorskip('pytest_asyncio')\n",
        "import_module('pytest_asyncio.plugin')\n",
        "import pytest_asyncio\nnot python at all(\n",
    ],
)
def test_an_import_is_a_reason_with_its_line(source: str) -> None:
    assert reasons_in("tests/a.py", b"# c\n\n" + source.encode()) == ["tests/a.py:3 imports pytest_asyncio"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "# import pytest_asyncio\n",
        "'''\nimport pytest_asyncio\n'''\n",
        '"""\nimport pytest_asyncio\n"""\n',
        "x = 'a\\\nimport pytest_asyncio\\\n'\n",
        "pytest_plugins = 'pytest_asyncio'\n",
        "from .pytest_asyncio import x\n",
        "import pytest_asyncio_cooperative\n",
        "pytest_asyncio = 1\n",
        "not python at all( pytest_asyncio\n",
    ],
)
def test_a_mention_of_pytest_asyncio_is_not_a_reason(source: str) -> None:
    assert reasons_in("tests/a.py", source.encode()) == []


def test_a_listed_plugin_that_requires_it_is_a_reason() -> None:
    assert reasons_in("requirements.txt", b"pytest\npytest_aiohttp==1\n") == [
        "requirements.txt lists pytest-aiohttp, which requires it"
    ]
    assert reasons_in("pyproject.toml", b'[project]\ndependencies = ["a", "pytest-aiohttp>=1"]\n')


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "# pytest-aiohttp\npytest\n"),
        ("requirements.txt", "pytest-aiohttp-extra\n"),
        ("uv.lock", 'name = "pytest-aiohttp"\n'),
        ("README.md", "pytest-aiohttp\n"),
    ],
)
def test_an_unknown_plugin_is_not_a_reason(path: str, text: str) -> None:
    assert reasons_in(path, text.encode()) == []


def install(folder: Path, name: str, requires: str, *, plugin: bool = True, editable: bool = False) -> None:
    info = folder / f"{name}-1.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{requires}", encoding="utf-8"
    )
    if plugin:
        info.joinpath("entry_points.txt").write_text(f"[pytest11]\n{name} = {name}\n", encoding="utf-8")
    if editable:
        info.joinpath("direct_url.json").write_text(
            '{"url": "file:///x", "dir_info": {"editable": true}}', encoding="utf-8"
        )


def test_installed_plugins_that_require_it_are_named(tmp_path: Path) -> None:
    install(tmp_path, "needs", "Requires-Dist: pytest_asyncio>=0.17\n")
    install(tmp_path, "optional", "Requires-Dist: pytest-asyncio; extra == 'x'\n")
    install(tmp_path, "other", "Requires-Dist: pytest\n")
    install(tmp_path, "library", "Requires-Dist: pytest-asyncio\n", plugin=False)
    install(tmp_path, "worked_on", "Requires-Dist: pytest-asyncio\n", editable=True)
    distributions = importlib.metadata.distributions(path=[str(tmp_path)])
    assert requirers_among(distributions) == {"the installed plugin needs requires it"}


def test_installed_plugins_are_checked_only_if_a_file_names_pytest_asyncio() -> None:
    assert names_dependency(b"Pytest_AsyncIO>=1\n")
    assert not names_dependency(b"asyncio_mode = auto\n")
    assert all(reason.startswith("the installed plugin ") for reason in installed_requirers())


def test_the_reasons_of_all_files_are_facts_of_the_project() -> None:
    facts = collect_facts([("tests/a.py", b"import pytest_asyncio\n"), ("requirements.txt", b"pytest-aiohttp\n")])
    assert facts.still_needs_pytest_asyncio == (
        "tests/a.py:1 imports pytest_asyncio",
        "requirements.txt lists pytest-aiohttp, which requires it",
    )


def test_after_the_python_files_were_rewritten_only_what_they_still_import_counts() -> None:
    before = [("tests/a.py", b"import pytest_asyncio\n"), ("tests/b.py", b"import pytest_asyncio\n")]
    settings = [("pytest.ini", b"[pytest]\nasyncio_mode = strict\n"), ("requirements.txt", b"pytest-aiohttp\n")]
    facts = collect_facts([*before, *settings])
    after = facts_after(facts, [("tests/a.py", b""), *before[1:], *settings])
    assert after.still_needs_pytest_asyncio == (
        "tests/b.py:1 imports pytest_asyncio",
        "requirements.txt lists pytest-aiohttp, which requires it",
    )
    assert replace(after, still_needs_pytest_asyncio=facts.still_needs_pytest_asyncio) == facts
