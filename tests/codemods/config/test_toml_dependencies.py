from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from config_tools import changed, rewrite, unchanged

LISTS = [
    ("pyproject.toml", "project", "dependencies"),
    ("pyproject.toml", "project.optional-dependencies", "tests"),
    ("pyproject.toml", "dependency-groups", "dev"),
    ("pyproject.toml", "tool.poetry.extras", "tests"),
    ("pyproject.toml", "tool.pdm.dev-dependencies", "tests"),
    ("pyproject.toml", "tool.uv", "dev-dependencies"),
    ("pyproject.toml", "tool.flit.metadata", "requires"),
    ("pyproject.toml", "tool.flit.metadata.requires-extra", "tests"),
    ("pyproject.toml", "tool.cibuildwheel", "test-requires"),
    ("pyproject.toml", "tool.hatch.envs.default", "dependencies"),
    ("pyproject.toml", "tool.hatch.envs.test", "extra-dependencies"),
    ("pyproject.toml", "tool.tox.env_run_base", "deps"),
    ("pyproject.toml", "tool.tox.env.py313", "deps"),
    ("tox.toml", "env_run_base", "deps"),
    ("tox.toml", "env.py313", "deps"),
    ("hatch.toml", "envs.default", "dependencies"),
]
TABLES = [
    ("pyproject.toml", "tool.poetry.dependencies"),
    ("pyproject.toml", "tool.poetry.dev-dependencies"),
    ("pyproject.toml", "tool.poetry.group.tests.dependencies"),
    ("pyproject.toml", "tool.pixi.pypi-dependencies"),
    ("pyproject.toml", "tool.pixi.feature.tests.pypi-dependencies"),
    ("Pipfile", "dev-packages"),
    ("Pipfile", "packages"),
    ("Pipfile", "tests"),
]


@pytest.mark.parametrize(("path", "table", "key"), LISTS)
def test_every_list_of_requirements_is_known(path: str, table: str, key: str) -> None:
    before = (
        f"[{table}]\n{key} = [\n  'pytest>=8',  # first\n  'Pytest_Asyncio[docs]>=0.21 ; extra == \"x\"', # second\n]\n"
    )
    after = before.replace("Pytest_Asyncio[docs]>=0.21", "asyncshim")
    result = changed(path, before, after)
    assert [(found.line, found.column, found.code) for found in result.findings] == [(4, 3, "ASH501")]
    changed(path, before, f"[{table}]\n{key} = [\n  'pytest>=8',  # first\n]\n", runner="conftest")


@pytest.mark.parametrize(("path", "table"), TABLES)
def test_every_table_of_versions_is_known(path: str, table: str) -> None:
    changed(
        path,
        f'[{table}]\npytest = "^8"\npytest-asyncio = "^0.21"  # why\n',
        f'[{table}]\npytest = "^8"\nasyncshim = "*"  # why\n',
    )
    changed(
        path,
        f'[{table}]\n"pytest_asyncio" = {{ version = "^0.21", optional = true }}\n',
        f'[{table}]\n"anyio" = {{ version = ">=4.11", optional = true }}\n',
        runner="anyio",
    )
    changed(path, f'[{table}]\npytest-asyncio = "*"\nx = "*"\n', f'[{table}]\nx = "*"\n', runner="conftest")


@pytest.mark.parametrize(("path", "table", "key"), LISTS)
def test_a_list_stays_for_similar_names_and_while_pytest_asyncio_is_needed(path: str, table: str, key: str) -> None:
    others = unchanged(path, f"[{table}]\n{key} = ['pytest-asyncio-cooperative', 'alt_pytest_asyncio>=1', 'asyncio']\n")
    assert others.findings == ()
    (found,) = unchanged(path, f"[{table}]\n{key} = ['pytest-asyncio']\n", needed=["a.py:1 imports it"]).findings
    assert found.message == "pytest-asyncio stays: a.py:1 imports it"


@pytest.mark.parametrize(("path", "table"), TABLES)
def test_a_table_stays_for_similar_keys_and_while_pytest_asyncio_is_needed(path: str, table: str) -> None:
    others = unchanged(path, f'[{table}]\npytest-asyncio-cooperative = "*"\nalt_pytest_asyncio = "*"\nasyncio = "*"\n')
    assert others.findings == ()
    (found,) = unchanged(path, f'[{table}]\npytest-asyncio = "*"\n', needed=["a.py:1 imports it"]).findings
    assert found.message == "pytest-asyncio stays: a.py:1 imports it"


def test_groups_that_include_others_and_one_line_lists() -> None:
    changed(
        "pyproject.toml",
        '[dependency-groups]\ndev = [{include-group = "x"}, "pytest-asyncio", "y"]\nx = ["pytest-asyncio"]\n',
        '[dependency-groups]\ndev = [{include-group = "x"}, "asyncshim", "y"]\nx = ["asyncshim"]\n',
    )
    changed(
        "pyproject.toml",
        '[dependency-groups]\ndev = [{include-group = "x"}, "pytest-asyncio", "y"]\nx = ["pytest-asyncio"]\n',
        '[dependency-groups]\ndev = [{include-group = "x"}, "y"]\nx = []\n',
        runner="conftest",
    )


def test_lists_in_arrays_of_tables_are_known() -> None:
    changed(
        "pyproject.toml",
        '[[tool.cibuildwheel.overrides]]\nselect = "a"\n[[tool.cibuildwheel.overrides]]\n'
        'test-requires = ["x", "pytest-asyncio", "y"]\n',
        '[[tool.cibuildwheel.overrides]]\nselect = "a"\n[[tool.cibuildwheel.overrides]]\n'
        'test-requires = ["x", "asyncshim", "y"]\n',
    )


def test_limits_and_sources_are_removed() -> None:
    changed(
        "pyproject.toml",
        '[tool.uv]\nconstraint-dependencies = ["pytest-asyncio<1", "x<2"]\n'
        'override-dependencies = ["pytest-asyncio==1"]\n'
        '[tool.uv.sources]\npytest-asyncio = { git = "https://example.com/x" }\n'
        '[tool.pdm.resolution.overrides]\npytest-asyncio = "1"\n',
        '[tool.uv]\nconstraint-dependencies = ["x<2"]\noverride-dependencies = []\n'
        "[tool.uv.sources]\n[tool.pdm.resolution.overrides]\n",
    )


def test_an_existing_requirement_of_the_runner_is_not_repeated() -> None:
    changed(
        "pyproject.toml",
        '[project]\ndependencies = ["asyncshim", "pytest-asyncio>=0.2"]\n',
        '[project]\ndependencies = ["asyncshim"]\n',
    )
    changed(
        "pyproject.toml",
        "[project]\ndependencies = [\n\"pytest-asyncio<1; extra == 'a'\",\n\"pytest-asyncio>=1; extra == 'b'\"]\n",
        "[project]\ndependencies = [\n\"asyncshim; extra == 'a'\",\n\"asyncshim; extra == 'b'\"]\n",
    )
    changed(
        "pyproject.toml",
        "[project]\ndependencies = ['pytest-asyncio', 'pytest_asyncio==1']\n",
        "[project]\ndependencies = ['asyncshim']\n",
    )
    changed(
        "pyproject.toml",
        '[tool.poetry.dependencies]\nasyncshim = "*"\npytest-asyncio = "*"\n',
        '[tool.poetry.dependencies]\nasyncshim = "*"\n',
    )


@pytest.mark.parametrize(
    "text",
    [
        '[project]\nkeywords = ["pytest-asyncio"]\ndescription = "like pytest-asyncio"\nname = "pytest-asyncio"\n',
        '[project.urls]\npytest-asyncio = "https://example.com"\n',
        '[project.entry-points.pytest11]\npytest-asyncio = "x"\n',
        '[project.optional-dependencies]\npytest-asyncio = ["pytest"]\n',
        '[project]\ndependencies = ["pytest-asyncio-cooperative", "alt-pytest-asyncio", "anyio"]\n',
        '[build-system]\nrequires = ["pytest-asyncio"]\n',
        '[tool.isort]\nknown_third_party = ["pytest_asyncio"]\n',
        '[[tool.mypy.overrides]]\nmodule = ["pytest_asyncio.*", "x"]\n',
        '[tool.ruff.lint.isort]\nknown-third-party = ["pytest_asyncio"]\n',
        '# dependencies = ["pytest-asyncio"]\n',
        '[project]\ndependencies = ["attrs"]  # "pytest-asyncio"\n',
        '[dependency-groups]\npytest-asyncio = ["pytest"]\ntest = [{include-group = "pytest-asyncio"}]\n',
        '[tool.poetry.group.pytest-asyncio.dependencies]\nattrs = "*"\n',
    ],
)
def test_other_mentions_are_kept_and_not_reported(text: str) -> None:
    assert unchanged("pyproject.toml", text).findings == ()


@pytest.mark.parametrize(
    ("text", "line", "code", "message"),
    [
        (
            '[tool.deptry]\nignore = ["pytest-asyncio"]\n',
            2,
            "ASH501",
            "tool.deptry.ignore names pytest-asyncio, and asyncshim does not know that table: edit it manually",
        ),
        (
            '[tool.poetry.group.x.dependencies.pytest-asyncio]\nversion = "1"\n',
            1,
            "ASH501",
            "pytest-asyncio has a table of its own here: edit it manually",
        ),
        (
            '[tool.poetry.dependencies]\npytest-asyncio.version = "1"\n',
            2,
            "ASH501",
            "pytest-asyncio has a table of its own here: edit it manually",
        ),
        (
            '[tool.poetry.dependencies]\npytest-asyncio = {git = "x"}\n',
            2,
            "ASH501",
            "pytest-asyncio comes from elsewhere or with options here: write asyncshim manually",
        ),
        (
            '[tool.poetry.dependencies]\npytest-asyncio = {version = "1", python = "<3.9"}\n',
            2,
            "ASH501",
            "asyncshim needs Python 3.11, and this line is for older ones: keep it or drop those Pythons",
        ),
        (
            '[tool.hatch.envs.x.scripts]\nt = "pytest --asyncio-mode=strict"\n',
            2,
            "ASH502",
            "--asyncio-mode=strict on a command line: remove it manually, plain async tests run without it",
        ),
        (
            '[tool.tox]\nlegacy_tox_ini = """\n[testenv]\ndeps =\n  pytest-asyncio\n"""\n',
            5,
            "ASH502",
            "names pytest-asyncio: replace it with asyncshim manually",
        ),
    ],
)
def test_requirements_in_unknown_forms_are_reported_with_their_line(
    text: str, line: int, code: str, message: str
) -> None:
    (found,) = unchanged("pyproject.toml", text, unsafe=True).findings
    assert (found.line, found.code, found.safety, found.fixed, found.message) == (
        line,
        code,
        Safety.MANUAL,
        False,
        message,
    )


@pytest.mark.parametrize(
    "head", ['[project]\nrequires-python = ">=3.9"\n', '[tool.poetry.dependencies]\npython = "^3.9"\n[project]\n']
)
def test_a_project_for_older_pythons_is_changed_only_with_unsafe(head: str) -> None:
    text = head + 'dependencies = ["pytest-asyncio"]\n'
    assert [found.safety for found in unchanged("pyproject.toml", text).findings] == [Safety.UNSAFE]
    new, old = 'asyncshim; python_version >= \\"3.11\\"', 'pytest-asyncio; python_version < \\"3.11\\"'
    changed("pyproject.toml", text, f'{head}dependencies = ["{new}", "{old}"]\n', unsafe=True)


def test_a_table_gets_a_second_entry_for_older_pythons() -> None:
    head = '[tool.poetry.dependencies]\npython = "^3.8"\n\n[tool.poetry.group.test.dependencies]\n'
    changed(
        "pyproject.toml",
        head + 'pytest-asyncio = "^0.21"  # async\npytest = "^8"\n',
        head + 'pytest-asyncio = {version = "^0.21", python = "<3.11"}  # async\n'
        'asyncshim = {version = "*", python = ">=3.11"}\npytest = "^8"\n',
        unsafe=True,
    )
    changed(
        "Pipfile",
        '[dev-packages]\npytest-asyncio = "*"\n\n[requires]\npython_version = "3.9"\n',
        "[dev-packages]\n"
        """pytest-asyncio = {version = "*", markers = "python_version < '3.11'"}\n"""
        """asyncshim = {version = "*", markers = "python_version >= '3.11'"}\n"""
        '\n[requires]\npython_version = "3.9"\n',
        unsafe=True,
    )


def test_no_requirement_is_changed_while_something_needs_it() -> None:
    text = '[project]\ndependencies = ["pytest-asyncio"]\n[tool.uv.sources]\npytest-asyncio = {path = "x"}\n'
    result = unchanged("pyproject.toml", text, needed=["tests/a.py:3 imports pytest_asyncio"])
    assert {found.message for found in result.findings} == {"pytest-asyncio stays: tests/a.py:3 imports pytest_asyncio"}


def test_other_tables_of_a_pipfile_are_ignored() -> None:
    assert (
        unchanged("Pipfile", '[[source]]\nname = "pytest-asyncio"\n[requires]\npytest-asyncio = "1"\n').findings == ()
    )


def test_the_runner_pytest_asyncio_keeps_the_requirement() -> None:
    assert rewrite("Pipfile", '[packages]\npytest-asyncio = "*"\n', runner="pytest-asyncio").findings == ()


LIMITED = """\
[project]
requires-python = ">=3.{minor}"
dependencies = ["pytest-asyncio"]

[tool.uv]
constraint-dependencies = ["pytest-asyncio<1"]

[tool.uv.sources]
pytest-asyncio = {{ git = "https://example.org/x" }}
"""


def test_a_limit_is_kept_if_the_limited_requirement_is_kept() -> None:
    result = unchanged("pyproject.toml", LIMITED.format(minor=9))
    assert [(found.line, found.safety.value, found.message) for found in result.findings] == [
        (
            3,
            "unsafe",
            (
                "asyncshim needs Python 3.11, and pyproject.toml supports 3.9: "
                "it replaces pytest-asyncio for newer ones only"
            ),
        ),
        (6, "manual", "limit on pytest-asyncio stays: this file still requires it"),
        (9, "manual", "limit on pytest-asyncio stays: this file still requires it"),
    ]


def test_a_limit_is_kept_for_a_requirement_of_older_pythons() -> None:
    before = LIMITED.format(minor=9)
    both = '["asyncshim; python_version >= \\"3.11\\"", "pytest-asyncio; python_version < \\"3.11\\""]'
    changed("pyproject.toml", before, before.replace('["pytest-asyncio"]', both), unsafe=True)


def test_a_limit_is_removed_with_the_limited_requirement() -> None:
    before = LIMITED.format(minor=11)
    after = before.replace('["pytest-asyncio"]', '["asyncshim"]').replace('["pytest-asyncio<1"]', "[]")
    after = after[: after.index("pytest-asyncio = ")]
    changed("pyproject.toml", before, after)


@pytest.mark.parametrize(("path", "table", "key"), LISTS)
def test_asyncshim_in_a_list_is_reported_for_other_runners(path: str, table: str, key: str) -> None:
    text = f"[{table}]\n{key} = ['asyncshim>=0.1', 'asyncshim-extras']\n"
    (found,) = unchanged(path, text, runner="conftest").findings
    assert (found.code, found.safety, found.line) == ("ASH501", Safety.MANUAL, 2)
    assert unchanged(path, text).findings == ()


@pytest.mark.parametrize(("path", "table"), TABLES)
def test_asyncshim_in_a_table_is_reported_for_other_runners(path: str, table: str) -> None:
    text = f"[{table}]\nasyncshim = '*'\n\n[tool.other]\nasyncshim = '1'\nnames = ['asyncshim']\n"
    (found,) = unchanged(path, text, runner="conftest").findings
    assert (found.code, found.safety, found.line) == ("ASH501", Safety.MANUAL, 2)


def test_a_remaining_asyncshim_does_not_keep_a_limit_of_pytest_asyncio() -> None:
    text = "[project]\ndependencies = ['asyncshim']\n\n[tool.uv]\nconstraint-dependencies = ['{}pytest']\n"
    changed("pyproject.toml", text.format("pytest-asyncio<0.22', '"), text.format(""), runner="conftest")


def test_places_of_unknown_tools_and_own_tables_stay_for_the_runner_pytest_asyncio() -> None:
    text = (
        '[tool.pytest.ini_options]\nasyncio_mode = "auto"\nasyncio_default_fixture_loop_scope = "session"\n'
        'asyncio_default_test_loop_scope = "session"\n\n[tool.other]\nplugins = ["pytest-asyncio"]\n\n'
        '[tool.poetry.dependencies.pytest-asyncio]\nversion = "^1.0"\n'
    )
    assert unchanged("pyproject.toml", text, runner="pytest-asyncio").findings == ()


def test_the_source_of_a_requirement_in_a_table_of_its_own_stays() -> None:
    text = '[tool.uv.sources.pytest-asyncio]\ngit = "https://example.org/pytest-asyncio"\n'
    assert "ASH501" not in {found.code for found in unchanged("pyproject.toml", text).findings if found.fixed}
