from __future__ import annotations

import pytest

from asyncshim_codemods.config.check import ValueChange
from asyncshim_codemods.config.requirements_file import check_requirements, read_requirements
from asyncshim_codemods.results import Safety
from asyncshim_codemods.source.config_text import ConfigText
from asyncshim_codemods.source.ini_reading import ConfigError
from config_tools import changed, rewrite, unchanged

HASHED = """\
attrs==1 \\
    --hash=sha256:aa
pytest-asyncio==0.21.1 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
yarl==1 \\
    --hash=sha256:dd
"""


def test_lines_are_read_with_their_options_and_without_comments() -> None:
    text = "# c\n\na >= 1 ; x == 'y'  # c\n-r b.txt\n"
    text += "c \\\n  == 1 --hash=sha256:a \\\n  --hash=sha256:b\nd#egg\n  # c \\\ne\n"
    lines = read_requirements(ConfigText.decode("f", text.encode()))
    assert [(line.first, line.last, line.text, line.options) for line in lines] == [
        (3, 3, "a >= 1 ; x == 'y'", ""),
        (4, 4, "-r b.txt", ""),
        (5, 7, "c   == 1", "--hash=sha256:a   --hash=sha256:b"),
        (8, 8, "d#egg", ""),
        (10, 10, "e", ""),
    ]
    assert text[lines[0].start : lines[0].end] == "a >= 1 ; x == 'y'"


@pytest.mark.parametrize(
    "path", ["requirements.txt", "requirements-dev.in", "requirements/tests.txt", "dev_requirements.txt"]
)
def test_a_requirement_is_replaced_and_the_rest_of_its_line_stays(path: str) -> None:
    result = changed(
        path,
        "# tests\n-r base.txt\n-c limits.txt\npytest>=8\n  Pytest_Asyncio[docs]==0.21 ; os_name != 'nt'  # why\n",
        "# tests\n-r base.txt\n-c limits.txt\npytest>=8\n  asyncshim ; os_name != 'nt'  # why\n",
    )
    assert [(found.line, found.column, found.code, found.message) for found in result.findings] == [
        (5, 3, "ASH501", "pytest-asyncio becomes asyncshim")
    ]


def test_lines_with_other_markers_are_replaced_one_by_one_and_the_same_only_once() -> None:
    changed(
        "requirements.txt",
        "pytest-asyncio==1; os_name == 'nt'\npytest-asyncio==2; os_name != 'nt'\npytest_asyncio; os_name=='x'\n",
        "asyncshim; os_name == 'nt'\nasyncshim; os_name != 'nt'\nasyncshim; os_name=='x'\n",
    )
    changed("requirements.txt", "pytest-asyncio\nx\npytest-asyncio==1\n", "asyncshim\nx\n")
    changed("requirements.txt", "pytest-asyncio\nasyncshim\n", "asyncshim\n")


def test_a_limit_in_a_constraints_file_is_removed() -> None:
    changed("constraints.txt", "a<1\npytest-asyncio<1  # pinned\nb<2\n", "a<1\nb<2\n")


def test_a_requirement_with_a_hash_is_removed_but_not_replaced() -> None:
    (found,) = unchanged("requirements.txt", HASHED, unsafe=True).findings
    assert (found.line, found.safety) == (3, Safety.MANUAL)
    assert "write asyncshim with its own hash in its place, or run the tool that made this file" in found.message
    changed(
        "requirements.txt",
        HASHED,
        "attrs==1 \\\n    --hash=sha256:aa\nyarl==1 \\\n    --hash=sha256:dd\n",
        runner="conftest",
    )


def test_one_hash_in_a_file_makes_pip_require_all() -> None:
    (found,) = unchanged("requirements.txt", "a==1 --hash=sha256:a\npytest-asyncio==1\n").findings
    assert found.safety is Safety.MANUAL


@pytest.mark.parametrize(
    "line",
    [
        "git+https://github.com/pytest-dev/pytest-asyncio.git@main",
        "-e git+https://example.com/x.git#egg=pytest_asyncio",
        "pytest-asyncio @ https://example.com/x.whl",
        "pytest-asyncio --config-settings=a=b",
        "pytest-asyncio \\\n  >= 1",
    ],
)
def test_a_requirement_with_a_url_or_options_needs_manual_review(line: str) -> None:
    (found,) = unchanged("requirements.txt", f"a\n{line}\n", unsafe=True).findings
    assert (found.line, found.code, found.safety) == (2, "ASH501", Safety.MANUAL)


@pytest.mark.parametrize(
    "text",
    [
        "# pytest-asyncio\n",
        "pytest  # not pytest-asyncio\n",
        "pytest-asyncio-cooperative\nalt-pytest-asyncio\nasyncio\n",
        "-r pytest-asyncio.txt\n",
        "--index-url https://example.com/asyncio/simple\n",
        "https://example.com/asyncio.whl\n",
        "x  # via pytest-asyncio\n",
        "asyncshim\n",
    ],
)
def test_other_lines_stay(text: str) -> None:
    assert unchanged("requirements.txt", text).findings == ()


def test_no_requirement_is_changed_while_something_needs_it() -> None:
    text = "pytest-asyncio\n-e git+https://example.com/pytest-asyncio\n"
    result = unchanged("requirements.txt", text, needed=["a.py:1 imports pytest_asyncio"])
    assert {found.message for found in result.findings} == {"pytest-asyncio stays: a.py:1 imports pytest_asyncio"}
    assert rewrite("requirements.txt", text, runner="pytest-asyncio").findings == ()


def test_an_edit_that_touches_another_line_is_refused() -> None:
    source = ConfigText.decode("f", b"a\nb --hash=x\n")
    check_requirements(source, "c\n", [ValueChange((0,), "c"), ValueChange((1,), None)])
    with pytest.raises(ConfigError, match="would change more than intended"):
        check_requirements(source, "c\nb --hash=y\n", [ValueChange((0,), "c")])


def test_a_runner_that_is_listed_for_newer_pythons_is_not_added_again() -> None:
    beside = {"pyproject.toml": '[project]\nrequires-python = ">=3.9"\n'}
    changed(
        "requirements.txt",
        'pytest-asyncio\nasyncshim; python_version >= "3.11"\n',
        'pytest-asyncio; python_version < "3.11"\nasyncshim; python_version >= "3.11"\n',
        unsafe=True,
        beside=beside,
    )
