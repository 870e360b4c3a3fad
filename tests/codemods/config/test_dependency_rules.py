from __future__ import annotations

import pytest

from asyncshim_codemods.config.dependency_rules import RequirementContext, judge_requirement, supports_old_pythons
from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.project.requirement import RequirementSet
from asyncshim_codemods.results import Options, Safety
from asyncshim_codemods.source.config_text import ConfigText
from config_tools import ALL, Facts


def judge(
    text: str, place: RequirementContext | None = None, *, runner: str = "asyncshim", needed: tuple[str, ...] = ()
) -> Decision | None:
    facts = Facts(still_needs_pytest_asyncio=needed)
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
    "text", ["pytest", "asyncshim", "pytest-asyncio-cooperative", "-e .", "", "alt_pytest_asyncio"]
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


def test_a_project_for_older_pythons_needs_unsafe() -> None:
    assert outcome("pytest-asyncio", RequirementContext(old_pythons=True)) == (
        Safety.UNSAFE,
        "asyncshim",
        "pytest-asyncio becomes asyncshim, which needs Python 3.11; this project still supports older ones",
    )
    assert outcome("pytest-asyncio", RequirementContext(old_pythons=True), runner="anyio")[0] is Safety.SAFE


def test_old_pythons_keep_their_line_under_other_runners() -> None:
    assert outcome("pytest-asyncio; python_version < '3.9'", runner="anyio")[1] == "anyio>=4.11; python_version < '3.9'"


def test_the_runner_pytest_asyncio_is_kept_unless_its_limit_is_too_low() -> None:
    assert judge("pytest-asyncio>=0.21", runner="pytest-asyncio") is None
    safety, _, message = outcome("pytest-asyncio<0.23", runner="pytest-asyncio")
    assert safety is Safety.MANUAL
    assert (
        message == "one loop for all needs pytest-asyncio 0.26 or newer, which this limit keeps out: raise it manually"
    )


@pytest.mark.parametrize(
    ("bound", "old"),
    [
        (">=3.9", True),
        (">= 3.10, <4", True),
        ("^3.8", True),
        ("~=3.10", True),
        (">=3.11", False),
        ("^3.12", False),
        ("<4", False),
        (None, False),
        (3.9, False),
    ],
)
def test_requires_python_decides_whether_old_pythons_are_supported(bound: object, *, old: bool) -> None:
    assert supports_old_pythons(bound) is old


@pytest.mark.parametrize("runner", ["conftest", "anyio", "alt-pytest-asyncio", "pytest-asyncio"])
def test_a_requirement_of_asyncshim_needs_manual_review_for_other_runners(runner: str) -> None:
    message = f"asyncshim is not needed with {runner}: remove it when the suite passes with -p no:asyncshim"
    assert outcome("Asyncshim>=0.1", runner=runner) == (Safety.MANUAL, None, message)
    assert judge("asyncshim>=0.1") is None
    assert judge("asyncshim-extras", runner=runner) is None
