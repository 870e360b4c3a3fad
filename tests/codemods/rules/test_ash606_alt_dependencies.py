from __future__ import annotations

import pytest

from asyncshim_codemods.project.alt_uses import AltFacts
from asyncshim_codemods.results import Safety
from config_tools import ALT, changed, unchanged

OLD_PYTHONS = '[project]\nrequires-python = ">=3.9"\n'


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "pyproject.toml",
            '[dependency-groups]\ntest = ["Alt_Pytest.Asyncio>=0.9"]  # fast\n',
            '[dependency-groups]\ntest = ["asyncshim"]  # fast\n',
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dev-dependencies]\nalt-pytest-asyncio = "^0.9"\n',
            '[tool.poetry.dev-dependencies]\nasyncshim = "*"\n',
        ),
        (
            "pyproject.toml",
            '[tool.hatch.envs.test]\ndependencies = ["alt-pytest-asyncio", "x"]\n',
            '[tool.hatch.envs.test]\ndependencies = ["asyncshim", "x"]\n',
        ),
        ("requirements-dev.txt", "-r a.txt\nalt-pytest-asyncio==0.9.6  # x\n", "-r a.txt\nasyncshim  # x\n"),
        ("requirements.txt", "alt_pytest_asyncio; sys_platform != 'win32'\n", "asyncshim; sys_platform != 'win32'\n"),
        ("requirements.txt", "asyncshim\nalt-pytest-asyncio\n", "asyncshim\n"),
        (
            "setup.cfg",
            "[options.extras_require]\ntest =\n    pytest\n    alt-pytest-asyncio\n",
            "[options.extras_require]\ntest =\n    pytest\n    asyncshim\n",
        ),
        ("tox.ini", "[testenv]\ndeps =\n    py312: alt-pytest-asyncio\n", "[testenv]\ndeps =\n    py312: asyncshim\n"),
        ("Pipfile", '[dev-packages]\nalt-pytest-asyncio = "*"\n', '[dev-packages]\nasyncshim = "*"\n'),
        (
            "environment.yml",
            "dependencies:\n  - pip:\n    - alt-pytest-asyncio\n",
            "dependencies:\n  - pip:\n    - asyncshim\n",
        ),
        (
            ".pre-commit-config.yaml",
            "hooks:\n  - additional_dependencies: [alt-pytest-asyncio, x]\n",
            "hooks:\n  - additional_dependencies: [asyncshim, x]\n",
        ),
    ],
)
def test_asyncshim_replaces_it_in_every_kind_of_file(path: str, before: str, after: str) -> None:
    result = changed(path, before, after, select=ALT)
    assert [(found.code, found.safety) for found in result.findings] == [("ASH606", Safety.SAFE)]


USED = AltFacts(uses=("tests/a.py:1 imports alt_pytest_asyncio", "tests/b.py:1 imports alt_pytest_asyncio"))


@pytest.mark.parametrize(
    "alt", [USED, AltFacts(loaded=("conftest.py:1 loads it",)), AltFacts(in_config=("tox.ini enables it",))]
)
def test_it_stays_while_it_is_used_and_asyncshim_comes_beside_it(alt: AltFacts) -> None:
    before = "pytest\nalt-pytest-asyncio>=0.9; os_name == 'posix'\n"
    after = f"{before}asyncshim; os_name == 'posix'\n"
    result = changed("requirements.txt", before, after, select=ALT, alt=alt)
    reason = (*alt.uses, *alt.loaded, *alt.in_config)[0]
    assert f"alt-pytest-asyncio stays: {reason}" in result.findings[0].message
    again = unchanged("requirements.txt", after, select=ALT, alt=alt)
    assert [(found.code, found.safety) for found in again.findings] == [("ASH606", Safety.MANUAL)]


def test_in_a_table_asyncshim_cannot_come_beside_it() -> None:
    text = "[tool.pixi.pypi-dependencies]\nalt-pytest-asyncio = { version = '*' }\n"
    result = unchanged("pyproject.toml", text, select=ALT, alt=USED)
    assert (
        result.findings[0].message == "alt-pytest-asyncio stays: tests/a.py:1 imports alt_pytest_asyncio (and 1 more)"
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "alt-pytest-asyncio @ https://example.com/a.whl\n"),
        ("requirements.txt", "-e git+https://example.com/alt-pytest-asyncio.git#egg=alt_pytest_asyncio\n"),
        ("requirements.txt", "alt-pytest-asyncio==0.9.6 --hash=sha256:00\n"),
        ("constraints.txt", "alt-pytest-asyncio<1\n"),
        ("pyproject.toml", '[tool.mine]\nplugins = ["alt-pytest-asyncio"]\n'),
        ("environment.yml", "dependencies:\n  - alt-pytest-asyncio\n"),
        ("setup.cfg", "[options]\ninstall_requires = 'alt-pytest-asyncio', x\n"),
    ],
)
def test_unclear_places_need_manual_review(path: str, text: str) -> None:
    result = unchanged(path, text, select=ALT)
    assert [(found.code, found.safety) for found in result.findings] == [("ASH606", Safety.MANUAL)]
    assert "alt-pytest-asyncio" in result.findings[0].message


def test_a_project_for_old_pythons_needs_unsafe() -> None:
    text = f'{OLD_PYTHONS}dependencies = ["alt-pytest-asyncio"]\n'
    result = unchanged("pyproject.toml", text, select=ALT)
    assert result.findings[0].safety is Safety.UNSAFE
    assert "it replaces alt-pytest-asyncio for newer ones only" in result.findings[0].message


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.py", 'setup(extras_require={"test": ["alt-pytest-asyncio"]})\n'),
        (".github/workflows/ci.yml", "      - run: pip install alt-pytest-asyncio\n"),
        ("noxfile.py", 'session.run("pytest", "-p", "alt_pytest_asyncio.enable")\n'),
        ("Makefile", "test:\n\tpytest --default-async-timeout=3\n"),
        ("uv.lock", '[[package]]\nname = "alt-pytest-asyncio"\n'),
    ],
)
def test_files_that_are_never_edited_are_reported(path: str, text: str) -> None:
    result = unchanged(path, text, select=ALT)
    assert [(found.code, found.safety) for found in result.findings] == [("ASH606", Safety.MANUAL)]
    assert not unchanged(path, text, select=ALT, runner="alt-pytest-asyncio").findings


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "alt-pytest-asyncio-extras\n# alt-pytest-asyncio\nnot-alt-pytest-asyncio\n"),
        ("requirements.txt", "alt-pytest\nalt_asyncio\n-r alt-pytest-asyncio.txt\n"),
        ("pyproject.toml", '[project]\nname = "alt-pytest-asyncio"\nkeywords = ["alt-pytest-asyncio"]\n'),
        ("pyproject.toml", '[tool.ruff.lint.isort]\nknown-third-party = ["alt_pytest_asyncio"]\n'),
        ("setup.cfg", "[metadata]\nname = alt-pytest-asyncio\n"),
        (".github/workflows/ci.yml", "      - name: alt-pytest-asyncio\n"),
        ("Makefile", "test:\n\tpytest --default-timeout=3 -p alt_pytest_asyncio_extras\n"),
    ],
)
def test_other_mentions_are_not_reported(path: str, text: str) -> None:
    assert not unchanged(path, text, select=ALT).findings


def test_another_runner_keeps_it_or_replaces_it() -> None:
    assert not unchanged("requirements.txt", "alt-pytest-asyncio\n", select=ALT, runner="alt-pytest-asyncio").findings
    changed("requirements.txt", "a\nalt-pytest-asyncio\n", "a\n", select=ALT, runner="conftest")
    changed("requirements.txt", "alt-pytest-asyncio\n", "anyio>=4.11\n", select=ALT, runner="anyio")
