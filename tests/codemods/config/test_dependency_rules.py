from __future__ import annotations

from dataclasses import replace

import pytest

from asyncshim_codemods.config.dependency_rules import RequirementContext, judge_requirement
from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.project.requirement import RequirementSet
from asyncshim_codemods.results import Options, Safety
from asyncshim_codemods.source.config_text import ConfigText
from config_tools import ALL


def judge(
    text: str, place: RequirementContext | None = None, *, runner: str = "asyncshim", needed: tuple[str, ...] = ()
) -> Decision | None:
    facts = ProjectFacts(still_needs_pytest_asyncio=needed)
    review = Review(ConfigText.decode("f", b""), facts, Options(ALL, runner=runner))
    return judge_requirement(review, text, place or RequirementContext())


def outcome(
    text: str, place: RequirementContext | None = None, *, runner: str = "asyncshim"
) -> tuple[Safety, str | None, str]:
    decision = judge(text, place, runner=runner)
    assert decision is not None
    assert decision.code == "ASH501"
    return decision.safety, decision.value, decision.message


def test_the_runner_replaces_pytest_asyncio() -> None:
    assert outcome("pytest-asyncio>=0.21; extra == 'x'") == (
        Safety.SAFE,
        "asyncshim; extra == 'x'",
        "pytest-asyncio becomes asyncshim",
    )
    assert outcome("pytest-asyncio", runner="anyio")[1] == "anyio>=4.11"
    assert outcome("pytest-asyncio", runner="alt-pytest-asyncio")[1] == "alt-pytest-asyncio"


def test_the_requirement_is_removed_if_no_runner_is_needed() -> None:
    assert outcome("pytest-asyncio @ https://example.com/x.whl", runner="conftest") == (
        Safety.SAFE,
        None,
        "pytest-asyncio removed: the conftest.py runs the suite",
    )
    assert outcome("pytest-asyncio", RequirementContext(RequirementSet(["pytest", "asyncshim>=0.1"]).covers)) == (
        Safety.SAFE,
        None,
        "pytest-asyncio removed: asyncshim is in the list already",
    )
    assert outcome("pytest-asyncio<1", RequirementContext(bound=True)) == (
        Safety.SAFE,
        None,
        "limit on pytest-asyncio removed: nothing here requires it any more",
    )


@pytest.mark.parametrize(
    "text", ["pytest", "asyncshim", "pytest-asyncio-cooperative", "-e .", "", "alt-pytest-asyncio-extras"]
)
def test_other_requirements_are_kept(text: str) -> None:
    assert judge(text) is None


def test_the_requirement_stays_with_a_reason_while_something_needs_it() -> None:
    decision = judge("pytest-asyncio", needed=("tests/a.py:3 imports pytest_asyncio", "b", "c"))
    assert decision is not None
    assert (decision.safety, decision.message) == (
        Safety.MANUAL,
        "pytest-asyncio stays: tests/a.py:3 imports pytest_asyncio (and 2 more)",
    )


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (
            "pytest-asyncio @ https://example.com/x.whl",
            RequirementContext(),
            "comes from elsewhere or with options here",
        ),
        ("pytest-asyncio==1", RequirementContext(hashed=True), "write asyncshim with its own hash in its place"),
        ("pytest-asyncio==0.16; python_version < '3.7'", RequirementContext(), "asyncshim needs Python 3.11"),
        ("pytest-asyncio==0.16", RequirementContext(old_line=True), "asyncshim needs Python 3.11"),
    ],
)
def test_a_requirement_with_a_url_or_hash_needs_manual_review(text: str, place: RequirementContext, words: str) -> None:
    safety, value, message = outcome(text, place)
    assert (safety, value) == (Safety.MANUAL, None)
    assert words in message


OLD = RequirementContext(old_pythons="setup.cfg supports 3.8", can_split=True)


def test_a_project_for_older_pythons_needs_unsafe() -> None:
    decision = judge("pytest-asyncio>=0.21", OLD)
    assert decision is not None
    assert (decision.safety, decision.value, decision.also) == (
        Safety.UNSAFE,
        'asyncshim; python_version >= "3.11"',
        'pytest-asyncio>=0.21; python_version < "3.11"',
    )
    assert decision.message.startswith("asyncshim needs Python 3.11, and setup.cfg supports 3.8")
    assert outcome("pytest-asyncio", OLD, runner="anyio")[0] is Safety.SAFE


def test_a_place_with_room_for_one_requirement_needs_manual_review_for_older_pythons() -> None:
    safety, value, message = outcome("pytest-asyncio", replace(OLD, can_split=False))
    assert (safety, value) == (Safety.MANUAL, None)
    assert (
        'write `asyncshim; python_version >= "3.11"` and `pytest-asyncio; python_version < "3.11"` manually' in message
    )


@pytest.mark.parametrize(
    ("marker", "new", "old"),
    [
        ('python_version >= "3.7"', 'python_version >= "3.11"', 'python_version >= "3.7" and python_version < "3.11"'),
        (
            "os_name == 'nt' or python_version > '3.6'",
            "(os_name == 'nt' or python_version > '3.6') and python_version >= '3.11'",
            "(os_name == 'nt' or python_version > '3.6') and python_version < '3.11'",
        ),
    ],
)
def test_a_marker_that_allows_older_pythons_decides_without_the_project(marker: str, new: str, old: str) -> None:
    decision = judge(f"pytest-asyncio==0.21.0 ; {marker}", RequirementContext(can_split=True))
    assert decision is not None
    assert (decision.safety, decision.value, decision.also) == (
        Safety.UNSAFE,
        f"asyncshim; {new}",
        f"pytest-asyncio==0.21.0; {old}",
    )


def test_a_project_without_older_pythons_may_have_a_marker_that_allows_them() -> None:
    text = 'pytest-asyncio; python_version >= "3.7"'
    assert outcome(text, RequirementContext(only_new=True))[:2] == (Safety.SAFE, 'asyncshim; python_version >= "3.7"')


def test_a_marker_for_newer_pythons_decides_in_a_project_with_older_ones() -> None:
    assert outcome("pytest-asyncio; python_version >= '3.11'", OLD)[0] is Safety.SAFE


def test_a_limit_on_pytest_that_excludes_asyncshim_needs_manual_review() -> None:
    place = RequirementContext(pytest_limit="`pytest~=6.2` in requirements.txt")
    assert outcome("pytest-asyncio", place) == (
        Safety.MANUAL,
        None,
        "asyncshim needs pytest 7.4, which `pytest~=6.2` in requirements.txt keeps out: raise that limit",
    )


def test_old_pythons_keep_their_line_under_other_runners() -> None:
    assert outcome("pytest-asyncio; python_version < '3.9'", runner="anyio")[1] == "anyio>=4.11; python_version < '3.9'"


def test_the_runner_pytest_asyncio_is_kept_unless_its_limit_is_too_low() -> None:
    assert judge("pytest-asyncio>=0.21", runner="pytest-asyncio") is None
    safety, _, message = outcome("pytest-asyncio<0.23", runner="pytest-asyncio")
    assert safety is Safety.MANUAL
    assert (
        message == "one loop for all needs pytest-asyncio 0.26 or newer, which this limit keeps out: raise it manually"
    )


@pytest.mark.parametrize("runner", ["conftest", "anyio", "alt-pytest-asyncio", "pytest-asyncio"])
def test_a_requirement_of_asyncshim_needs_manual_review_for_other_runners(runner: str) -> None:
    message = f"asyncshim is not needed with {runner}: remove it when the suite passes with -p no:asyncshim"
    assert outcome("Asyncshim>=0.1", runner=runner) == (Safety.MANUAL, None, message)
    assert judge("asyncshim>=0.1") is None
    assert judge("asyncshim-extras", runner=runner) is None
