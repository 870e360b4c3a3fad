from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from config_tools import changed, unchanged


def test_the_lists_of_setup_cfg() -> None:
    result = changed(
        "setup.cfg",
        "[options]\ninstall_requires =\n    attrs\n    pytest-asyncio>=0.2; extra == 'x'\n"
        "tests_require = pytest_asyncio\n[options.extras_require]\ntests =\n    # async\n    pytest\n"
        "    pytest-asyncio  # c\n",
        "[options]\ninstall_requires =\n    attrs\n    asyncshim; extra == 'x'\n"
        "tests_require = asyncshim\n[options.extras_require]\ntests =\n    # async\n    pytest\n    asyncshim  # c\n",
    )
    assert [(found.line, found.column) for found in result.findings] == [(4, 5), (5, 17), (10, 5)]


def test_an_extra_keeps_its_name_when_it_is_left_without_requirements() -> None:
    changed(
        "setup.cfg",
        "[options.extras_require]\na = pytest-asyncio\nb =\n    pytest-asyncio\nc =\n    x\n    pytest-asyncio\n",
        "[options.extras_require]\na =\nb =\nc =\n    x\n",
        runner="conftest",
    )


def test_deps_of_tox_keep_their_factors_and_comments() -> None:
    changed(
        "tox.ini",
        "[testenv]\ndeps =\n    -r requirements.txt\n    pytest\n    py311,lint: pytest-asyncio<1  # c\n"
        "    {[base]deps}\n"
        "[testenv:x]\ndeps = pytest-asyncio\n[base]\ndeps =\n    pytest_asyncio\n",
        "[testenv]\ndeps =\n    -r requirements.txt\n    pytest\n    py311,lint: asyncshim  # c\n    {[base]deps}\n"
        "[testenv:x]\ndeps = asyncshim\n[base]\ndeps =\n    asyncshim\n",
    )


def test_factors_of_tox_are_handled_separately() -> None:
    changed(
        "tox.ini",
        "[testenv]\ndeps =\n    a: asyncshim\n    b: pytest-asyncio\n    a: pytest-asyncio\n",
        "[testenv]\ndeps =\n    a: asyncshim\n    b: asyncshim\n",
    )
    changed(
        "tox.ini",
        "[testenv]\ndeps =\n    asyncshim\n    b: pytest-asyncio\n",
        "[testenv]\ndeps =\n    asyncshim\n",
    )


@pytest.mark.parametrize("factor", ["py39", "py310", "py3.10", "py27,py311", "lint,py38"])
def test_a_factor_of_an_old_python_is_kept(factor: str) -> None:
    (found,) = unchanged("tox.ini", f"[testenv]\ndeps =\n    {factor}: pytest-asyncio\n").findings
    assert (found.safety, found.line, found.column) == (Safety.MANUAL, 3, 7 + len(factor))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("attrs; pytest-asyncio", "attrs; asyncshim"),
        ("attrs;pytest_asyncio >=0.2,<1 ;pytest", "attrs;asyncshim ;pytest"),
        ("pytest-asyncio;", "asyncshim;"),
        ("pytest, pytest-asyncio", "pytest, asyncshim"),
        ("pytest-asyncio,pytest", "asyncshim,pytest"),
        ("pytest[x,y]>=7,<8, pytest-asyncio[docs, tests]>=0.2, <1 , mock", "pytest[x,y]>=7,<8, asyncshim , mock"),
        ("pytest-asyncio, pytest  # tests", "asyncshim, pytest  # tests"),
        ("asyncshim, pytest-asyncio, pytest", "asyncshim, pytest"),
        ("pytest-asyncio, asyncshim", "asyncshim"),
        ("pytest; pytest-asyncio; asyncshim", "pytest; asyncshim"),
        ("pytest-asyncio, pytest_asyncio", "asyncshim"),
        ("\n    pytest, pytest-asyncio\n    mock", "\n    pytest, asyncshim\n    mock"),
    ],
)
@pytest.mark.parametrize("head", ["[options]\ntests_require = ", "[options.extras_require]\ntest = "])
def test_a_list_on_one_line_keeps_its_separators(head: str, before: str, after: str) -> None:
    head = head.rstrip() if before.startswith("\n") else head
    result = changed("setup.cfg", f"{head}{before}\n", f"{head}{after}\n")
    assert {found.code for found in result.findings} == {"ASH501"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" pytest-asyncio", ""),
        (" a, pytest-asyncio, b", " a, b"),
        (" pytest-asyncio; b", " b"),
        (" a; pytest-asyncio", " a"),
    ],
)
def test_an_entry_of_a_one_line_list_is_removed_for_a_conftest_runner(before: str, after: str) -> None:
    head = "[options]\ntests_require ="
    changed("setup.cfg", f"{head}{before}\n", f"{head}{after}\n", runner="conftest")


def test_the_column_is_that_of_the_requirement_in_the_list() -> None:
    (found,) = changed(
        "setup.cfg", "[options]\ntests_require = a, pytest-asyncio\n", "[options]\ntests_require = a, asyncshim\n"
    ).findings
    assert (found.line, found.column, found.message) == (2, 20, "pytest-asyncio becomes asyncshim")


@pytest.mark.parametrize(
    "value",
    [
        "pytest-asyncio; python_version < '3.8'",
        "attrs; pytest-asyncio @ https://example.org/x.zip",
        "attrs, 'pytest-asyncio'",
        "attrs, pytest-asyncio; extra == 'x'",
        "attrs, pytest-asyncio @ git+https://example.org/x",
        "'attrs', \"pytest-asyncio\"",
        "attrs; python_version < '3.8', pytest-asyncio",
        "pytest-asyncio @ https://example.org/x.zip, attrs",
    ],
)
def test_a_list_on_one_line_that_is_not_clear_needs_manual_review(value: str) -> None:
    (found,) = unchanged("setup.cfg", f"[options]\ninstall_requires = {value}\n").findings
    assert found.message == "pytest-asyncio stands in a list on one line: edit it manually"


@pytest.mark.parametrize(
    "value",
    [
        "a, b; c",
        "pytest-asyncio-cooperative, a",
        "alt-pytest-asyncio; a",
        "a; 'b'",
        "a[pytest-asyncio], b",
        "a, b[x, y]",
        "pytest_asyncio_cooperative; pytest-asyncio-x",
        "a  # , pytest-asyncio",
        "pytest, asyncio, asyncshim",
        "anyio[pytest-asyncio]; b",
        "my.pytest-asyncio, b",
        "pytest-asyncio2, b",
    ],
)
@pytest.mark.parametrize("head", ["[options]\ninstall_requires = ", "[options.extras_require]\ntest = "])
def test_other_lists_on_one_line_stay_and_are_not_reported(head: str, value: str) -> None:
    assert unchanged("setup.cfg", f"{head}{value}\n").findings == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.cfg", "[metadata]\nname = pytest-asyncio\nkeywords = pytest-asyncio\n"),
        ("setup.cfg", "[options]\npackages = pytest_asyncio\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n    pytest-asyncio-cooperative\n    alt-pytest-asyncio\n"),
        ("setup.cfg", "[isort]\nknown_third_party = pytest_asyncio,x\n"),
        ("setup.cfg", "[mypy-pytest_asyncio.*]\nignore_missing_imports = true\n"),
        ("setup.cfg", "[options]\n# pytest-asyncio\ninstall_requires = attrs\n"),
        ("tox.ini", "[testenv]\ndeps =\n    # pytest-asyncio\n    pytest\n"),
        ("tox.ini", "[testenv]\ndeps =\n    pytest-asyncio-cooperative\n"),
        ("tox.ini", "[testenv]\ndescription = asyncio\n"),
        ("tox.ini", "[testenv]\ncommands = pytest -k asyncio\n"),
        ("tox.ini", "[testenv]\ndeps =\n    asyncio: pytest\n"),
        ("tox.ini", "[testenv:pytest-asyncio]\ndeps = pytest\n"),
        ("tox.ini", "[testenv]\ndeps =\n    my-pytest-asyncio\n    pytest-asyncio-x: pytest\n"),
        ("setup.cfg", "[options.extras_require]\npytest-asyncio =\n    attrs\n"),
        ("setup.cfg", "[options]\nsetup_requires =\n    # not pytest-asyncio\n    attrs\n"),
    ],
)
def test_other_mentions_are_kept_and_not_reported(path: str, text: str) -> None:
    assert unchanged(path, text).findings == ()


def test_commands_are_reported() -> None:
    result = unchanged(
        "tox.ini",
        "[testenv]\nsetenv =\n    PYTEST_ADDOPTS = --asyncio-mode=auto\ncommands =\n    pip install pytest-asyncio\n"
        "    pytest -p no:asyncio\n",
    )
    assert [(found.line, found.column, found.code, found.message) for found in result.findings] == [
        (
            3,
            22,
            "ASH502",
            "--asyncio-mode=auto on a command line: remove it manually, plain async tests run without it",
        ),
        (5, 17, "ASH502", "names pytest-asyncio: replace it with asyncshim manually"),
        (6, 12, "ASH502", "-p no:asyncio on a command line: remove it manually, plain async tests run without it"),
    ]


def test_a_project_for_older_pythons_is_changed_only_with_unsafe() -> None:
    text = "[options]\npython_requires = >=3.9\ninstall_requires =\n    pytest-asyncio\n"
    assert [found.safety for found in unchanged("setup.cfg", text).findings] == [Safety.UNSAFE]
    both = 'asyncshim; python_version >= "3.11"\n    pytest-asyncio; python_version < "3.11"'
    changed("setup.cfg", text, text.replace("pytest-asyncio", both), unsafe=True)


@pytest.mark.parametrize(
    ("deps", "both"),
    [
        (
            "deps =\n    pytest-asyncio  # async\n    x\n",
            (
                'deps =\n    asyncshim; python_version >= "3.11"  # async\n'
                '    pytest-asyncio; python_version < "3.11"\n    x\n'
            ),
        ),
        (
            "deps = pytest-asyncio\n",
            'deps = asyncshim; python_version >= "3.11"\n    pytest-asyncio; python_version < "3.11"\n',
        ),
        (
            "deps =\n    django: pytest-asyncio\n",
            (
                'deps =\n    django: asyncshim; python_version >= "3.11"\n'
                '    django: pytest-asyncio; python_version < "3.11"\n'
            ),
        ),
        ("deps =\n    py312: pytest-asyncio\n", "deps =\n    py312: asyncshim\n"),
    ],
)
def test_environments_of_tox_with_older_pythons_keep_pytest_asyncio_for_them(deps: str, both: str) -> None:
    head = "[tox]\nenvlist = py{39,312}\n[testenv]\n"
    changed("tox.ini", head + deps, head + both, unsafe=True)
    if "py312:" not in deps:
        assert [found.safety for found in unchanged("tox.ini", head + deps).findings] == [Safety.UNSAFE]


def test_an_environment_of_tox_for_a_new_python_gets_asyncshim() -> None:
    head = "[tox]\nenvlist = py{39,312}\n[testenv:py312]\n"
    changed("tox.ini", head + "deps = pytest-asyncio\n", head + "deps = asyncshim\n")


def test_no_requirement_is_changed_while_something_needs_it() -> None:
    for text in ("[testenv]\ndeps = pytest-asyncio\n", "[testenv]\ndeps =\n    pytest-asyncio\n"):
        (found,) = unchanged("tox.ini", text, needed=["a.py:1 imports pytest_asyncio"]).findings
        assert found.message == "pytest-asyncio stays: a.py:1 imports pytest_asyncio"


def test_a_list_on_one_line_that_is_not_clear_tells_why_a_requirement_stays() -> None:
    text = "[options]\ntests_require = pytest, pytest-asyncio (>=0.20)\n"
    result = unchanged("setup.cfg", text, needed=("a test imports a private name of it",))
    assert [found.message for found in result.findings] == ["pytest-asyncio stays: a test imports a private name of it"]
