from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from asyncshim_codemods.project import requirement as req


@given(st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,6}[A-Za-z0-9])?", fullmatch=True))
def test_names_are_normalized_like_packaging_does(name: str) -> None:
    assert req.normalized(name) == canonicalize_name(name)
    assert req.name_of(f" {name} >= 1") == canonicalize_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "pytest-asyncio",
        "pytest_asyncio==1",
        "PyTest.Asyncio[docs]",
        "pytest--asyncio; extra == 'x'",
        "  pytest-asyncio",
    ],
)
def test_every_spelling_of_the_name_is_known(text: str) -> None:
    assert req.names_pytest_asyncio(text)


@pytest.mark.parametrize(
    "text",
    [
        "pytest",
        "pytest-asyncio-cooperative",
        "alt-pytest-asyncio",
        "asyncio",
        "pytestasyncio",
        "-r pytest-asyncio",
        "",
        "./pytest-asyncio",
    ],
)
def test_other_distributions_are_not_pytest_asyncio(text: str) -> None:
    assert not req.names_pytest_asyncio(text)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("pytest-asyncio", "new"),
        ("pytest_asyncio>=0.21,<1", "new"),
        ("pytest-asyncio >= 0.21, != 0.22 ; python_version < '3.13'", "new ; python_version < '3.13'"),
        ("pytest-asyncio[docs,testing]~=0.21;extra=='x'", "new;extra=='x'"),
        ("pytest-asyncio (>=0.2)", "new"),
        ("pytest-asyncio===1.0.post1", "new"),
        ("pytest-asyncio=0.21", "new"),
        (" pytest-asyncio == 0.21.* ", " new "),
    ],
)
def test_a_replaced_requirement_keeps_its_marker_and_spaces(text: str, after: str) -> None:
    assert req.is_plain(text)
    assert req.replaced(text, "new") == after
    if "=0" not in text.replace("==0", "").replace(">=0", "").replace("~=0", ""):
        assert str(Requirement(after).marker) == str(Requirement(text).marker)


@pytest.mark.parametrize(
    "text",
    [
        "pytest-asyncio @ https://example.com/x.whl",
        "pytest-asyncio>=1 --hash=sha256:a",
        "pytest-asyncio and more",
        "pytest-asyncio>=",
    ],
)
def test_an_unreadable_requirement_is_not_rewritten(text: str) -> None:
    assert not req.is_plain(text)
    assert req.replaced(text, "new") == text


@pytest.mark.parametrize(
    ("marker", "old"),
    [
        ("python_version < '3.11'", True),
        ('python_version<="3.10"', True),
        ("python_version < '3.9'", True),
        ("python_full_version < '3.10.2'", True),
        ("python_version == '3.8'", True),
        ("python_version < '3.12'", False),
        ("python_version <= '3.11'", False),
        ("python_version >= '3.7'", False),
        ("python_version < '3.9' or extra == 'x'", False),
        ("sys_platform == 'win32'", False),
    ],
)
def test_a_requirement_for_old_pythons_is_known_by_its_marker(marker: str, *, old: bool) -> None:
    assert req.is_for_old_pythons(f"pytest-asyncio; {marker}") is old


@pytest.mark.parametrize(
    ("first", "second", "covered"),
    [
        ("asyncshim", "asyncshim; extra == 'x'", True),
        ("asyncshim>=1", "asyncshim", True),
        ("asyncshim; extra == 'x'", "asyncshim ; extra  == 'x'", True),
        ("asyncshim; extra == 'x'", "asyncshim", False),
        ("asyncshim; extra == 'x'", "asyncshim; extra == 'y'", False),
        ("anyio", "asyncshim", False),
        ("-r x", "asyncshim", False),
    ],
)
def test_one_requirement_covers_another(first: str, second: str, *, covered: bool) -> None:
    assert req.RequirementSet([first]).covers(second) is covered


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("pytest-asyncio", False),
        ("pytest-asyncio>=0.21", False),
        ("pytest-asyncio>=0.21,<1", False),
        ("pytest-asyncio>1,<2", False),
        ("pytest-asyncio==1.2.*", False),
        ("pytest-asyncio==0.21.1", True),
        ("pytest-asyncio<0.23", True),
        ("pytest-asyncio~=0.21.0", True),
        ("pytest-asyncio (==0.21) ; python_version > '3'", True),
        ("pytest-asyncio==0.21 ; no == 'marker'", True),
        ("pytest-asyncio===local-build", True),
        ("pytest-asyncio^0.21", False),
        ("pytest-asyncio==", False),
        ("pytest-asyncio @ https://example.com/x.whl", False),
        ("not readable at all", False),
    ],
)
def test_limits_that_exclude_newer_releases_are_found(text: str, *, excluded: bool) -> None:
    assert req.excludes_from(text, "0.26") is excluded


@pytest.mark.parametrize(
    ("runner", "written", "version"),
    [
        ("asyncshim", "asyncshim", "*"),
        ("alt-pytest-asyncio", "alt-pytest-asyncio", "*"),
        ("anyio", "anyio>=4.11", ">=4.11"),
        ("conftest", "", "*"),
    ],
)
def test_each_runner_has_its_requirement(runner: str, written: str, version: str) -> None:
    assert (req.written_for(runner), req.version_for(runner)) == (written, version)


@pytest.mark.parametrize(
    "text", ["pip install pytest-asyncio==1", '"pytest_asyncio"', "[pytest-asyncio]", "pytest-asyncio,x"]
)
def test_a_mention_of_pytest_asyncio_in_text_is_found(text: str) -> None:
    assert req.OLD_IN_TEXT.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "alt-pytest-asyncio",
        "pytest-asyncio-cooperative",
        "https://github.com/pytest-dev/pytest-asyncio",
        "pytest_asyncio_x",
        "pytest_asyncio.plugin",
    ],
)
def test_a_mention_of_another_package_in_text_is_ignored(text: str) -> None:
    assert not req.OLD_IN_TEXT.search(text)
