from __future__ import annotations

import pytest

from asyncshim_codemods.config.check import ValueChange
from asyncshim_codemods.config.yaml_dependencies import check_yaml
from asyncshim_codemods.results import Safety
from asyncshim_codemods.source.config_text import ConfigText
from asyncshim_codemods.source.ini_reading import ConfigError
from config_tools import changed, unchanged

HOOKS = """\
repos:
  - repo: https://example.com/a
    hooks:
      - id: mypy
        additional_dependencies: [pytest, "pytest-asyncio==0.21", types-x]
      - id: pyright
        additional_dependencies:
          - pytest_asyncio  # c
          - attrs
      - id: flow
        additional_dependencies: [
          attrs,
          pytest-asyncio,
        ]
"""


def test_pre_commit_hooks_get_the_runner() -> None:
    changed(
        ".pre-commit-config.yaml",
        HOOKS,
        HOOKS.replace("pytest-asyncio==0.21", "asyncshim")
        .replace("pytest_asyncio", "asyncshim")
        .replace("pytest-asyncio", "asyncshim"),
    )


def test_pre_commit_hooks_lose_pytest_asyncio_for_a_conftest_runner() -> None:
    changed(
        ".pre-commit-config.yaml",
        HOOKS,
        HOOKS.replace('"pytest-asyncio==0.21", ', "")
        .replace("          - pytest_asyncio  # c\n", "")
        .replace("attrs,\n          pytest-asyncio", "attrs"),
        runner="conftest",
    )


def test_an_only_entry_of_a_block_list_needs_manual_review() -> None:
    text = "repos:\n  - hooks:\n      - id: a\n        additional_dependencies:\n          - pytest-asyncio\n"
    (found,) = unchanged(".pre-commit-config.yaml", text, runner="conftest").findings
    assert found.message == "pytest-asyncio is alone in its list: remove the list manually"
    flow = "hooks:\n  - additional_dependencies: [pytest-asyncio]\n"
    changed(".pre-commit-config.yaml", flow, flow.replace("pytest-asyncio", ""), runner="conftest")


@pytest.mark.parametrize("path", ["environment.yml", "environment-dev.yaml", "ci/test-environment.yml", "conda.yml"])
def test_the_pip_list_of_an_environment_gets_the_runner(path: str) -> None:
    changed(
        path,
        "dependencies:\n  - python\n  - pip:\n      - 'pytest-asyncio>=0.2'  # c\n      - x\n",
        "dependencies:\n  - python\n  - pip:\n      - 'asyncshim'  # c\n      - x\n",
    )


def test_an_entry_for_conda_moves_to_the_pip_list() -> None:
    result = changed(
        "environment.yml",
        "dependencies:\n- conda-forge::pytest-asyncio=0.21\n- pip\n- pip:\n  - x\n- last\n",
        "dependencies:\n- pip\n- pip:\n  - x\n  - asyncshim\n- last\n",
    )
    assert [found.message for found in result.findings] == ["pytest-asyncio from conda becomes asyncshim from pip"]
    changed(
        "environment.yml",
        "dependencies:\n- pytest-asyncio\n- pip:\n  - pytest-asyncio\n",
        "dependencies:\n- pip:\n  - asyncshim\n",
    )


def test_without_a_pip_list_the_entry_for_conda_needs_manual_review() -> None:
    (found,) = unchanged("environment.yml", "dependencies:\n- pytest-asyncio\n- python\n").findings
    assert (found.line, found.safety) == (2, Safety.MANUAL)
    assert found.message == (
        "pytest-asyncio comes from conda, which has no asyncshim: add asyncshim to a pip list manually"
    )


def test_a_runner_that_conda_has_takes_the_place() -> None:
    changed(
        "environment.yml", "dependencies:\n- pytest-asyncio=0.21\n", "dependencies:\n- anyio>=4.11\n", runner="anyio"
    )
    changed("environment.yml", "dependencies:\n- pytest-asyncio\n- x\n", "dependencies:\n- x\n", runner="conftest")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("environment.yml", "name: pytest_asyncio\nchannels: [asyncio]\n"),
        ("environment.yml", "name: pytest-asyncio\ndependencies:\n  - pip\n"),
        (".pre-commit-config.yaml", "repos:\n  - hooks:\n      - name: tests of pytest-asyncio\n"),
        ("environment.yml", "dependencies:\n  - pytest-asyncio-cooperative\n  - pip:\n    - alt-pytest-asyncio\n"),
        ("environment.yml", "dependencies:\n  # - pytest-asyncio\n  - x\n"),
        ("environment.yml", "variables:\n  X: asyncio\n"),
        ("environment.yml", "dependencies:\n  - pip:\n    - my-pytest-asyncio\n    - pytest-asyncio2\n"),
        (".pre-commit-config.yaml", "hooks:\n  - additional_dependencies: [alt-pytest-asyncio, 'pytest_asyncio_x']\n"),
        ("environment.yml", "other:\n  - asyncio\n  - pytest-asyncio-cooperative\n"),
        ("environment.yml", "dependencies:\n  - asyncio-pytest\n  - pip:\n    - -r pytest_asyncio.txt\n"),
        (".pre-commit-config.yaml", "repos:\n  - hooks:\n      - id: asyncio\n        files: asyncio\n"),
        (".pre-commit-config.yaml", "# additional_dependencies: [pytest-asyncio]\n"),
        (".pre-commit-config.yaml", "repos:\n  - repo: https://github.com/pytest-dev/pytest-asyncio\n"),
    ],
)
def test_other_mentions_are_kept_and_not_reported(path: str, text: str) -> None:
    assert unchanged(path, text).findings == ()


def test_mentions_outside_of_dependency_lists_are_reported() -> None:
    text = "repos:\n  - hooks:\n      - entry: pip install pytest-asyncio\n        args: [--asyncio-mode=auto]\n"
    result = unchanged(".pre-commit-config.yaml", text)
    assert [(found.line, found.code) for found in result.findings] == [(3, "ASH502"), (4, "ASH502")]


def test_a_comment_can_keep_an_entry() -> None:
    unchanged("environment.yml", "dependencies:\n- pip:\n  - pytest-asyncio  # asyncshim: ignore[ASH501]\n")


def test_an_edit_that_touches_another_entry_is_refused() -> None:
    source = ConfigText.decode("f", b"a:\n- x\n- y\n")
    check_yaml(source, "a:\n- x\n- z\n- w\n", [ValueChange((1,), "z"), ValueChange((1, "after"), "w")])
    with pytest.raises(ConfigError, match="would change more than intended"):
        check_yaml(source, "b:\n- x\n", [ValueChange((1,), None)])


ENVIRONMENT = "name: x\ndependencies:\n  - {}\n  - pip\n  - pip:\n      - pytest-asyncio==0.21\n"


@pytest.mark.parametrize(
    ("python", "oldest"),
    [
        ("python=3.9", "3.9"),
        ("python=3.9.7", "3.9"),
        ("python=3.10.4=h12debd9_0", "3.10"),
        ("python==3.9.*", "3.9"),
        ("python 3.9", "3.9"),
        ("python 3.9.7 h12debd9_0", "3.9"),
        ("python >=3.8,<3.12", "3.8"),
        ("conda-forge::python=3.10", "3.10"),
        ("python=3.9|3.12", "3.9"),
    ],
)
def test_an_environment_whose_python_is_too_old_for_asyncshim_stays(python: str, oldest: str) -> None:
    (found,) = unchanged("environment.yml", ENVIRONMENT.format(python)).findings
    assert f"this environment allows Python {oldest}" in found.message
    assert found.safety is Safety.UNSAFE


def test_with_unsafe_such_an_environment_has_both_for_their_pythons() -> None:
    before = ENVIRONMENT.format("python 3.9")
    both = 'asyncshim; python_version >= "3.11"\n      - pytest-asyncio==0.21; python_version < "3.11"'
    changed("environment.yml", before, before.replace("pytest-asyncio==0.21", both), unsafe=True)


@pytest.mark.parametrize("python", ["python=3.11", "python=3.12.1", "python", "python-dateutil=2.9"])
def test_an_environment_with_a_newer_python_or_any_gets_asyncshim(python: str) -> None:
    before = ENVIRONMENT.format(python)
    changed("environment.yml", before, before.replace("pytest-asyncio==0.21", "asyncshim"))
