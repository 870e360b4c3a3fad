from __future__ import annotations

from dataclasses import replace

import libcst as cst
import pytest

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.markers.time_limits import in_use, number, when_installed
from asyncshim_codemods.project.alt_uses import AltFacts
from asyncshim_codemods.project.facts import FileSettings, ProjectFacts
from asyncshim_codemods.results import Options, Safety
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index


def context(code: str, facts: ProjectFacts | None = None, runner: str = "asyncshim") -> FileContext:
    options = Options(frozenset(), runner=runner)
    return FileContext("tests/test_it.py", build_index(cst.parse_module(code)), facts or ProjectFacts(), options)


@pytest.mark.parametrize(
    ("code", "is_number"),
    [
        ("def f(): g(3)\n", True),
        ("def f(): g(0.25)\n", True),
        ("A = 3\ndef f(): g(A)\n", True),
        ("def f(): g(0)\n", False),
        ("def f(): g(-1)\n", False),
        ("def f(): g(True)\n", False),
        ("def f(): g(A)\nA = 3\n", False),
        ("A = 3\nA = 4\ndef f(): g(A)\n", False),
        ("if x:\n    A = 3\ndef f(): g(A)\n", False),
        ("from x import A\ndef f(): g(A)\n", False),
        ("A = other()\ndef f(): g(A)\n", False),
        ("def f(A): g(A)\n", False),
    ],
)
def test_a_number_is_a_positive_literal_or_a_constant_above(code: str, *, is_number: bool) -> None:
    file = context(code)
    (call,) = (each for each in file.index.calls if isinstance(each.func, cst.Name) and each.func.value == "g")
    assert (number(file, call.args[0].value, file.index.functions[0]) is not None) is is_number


@pytest.mark.parametrize(
    "facts",
    [
        ProjectFacts(alt=AltFacts(loaded=("a.py:1 loads alt_pytest_asyncio",))),
        ProjectFacts(alt=AltFacts(uses=("a.py:1 imports alt_pytest_asyncio",))),
        ProjectFacts(settings=(FileSettings("pytest.ini", addopts=("-p", "alt_pytest_asyncio.enable")),)),
    ],
)
def test_a_suite_that_names_the_plugin_is_for_it(facts: ProjectFacts) -> None:
    assert in_use(facts)
    assert not in_use(ProjectFacts(alt=AltFacts(uses=("a.py:1 requests `async_timeout`",))))


def test_a_rewrite_is_only_reported_if_asyncshim_is_not_installed() -> None:
    file = context("a = 1\n", ProjectFacts(alt=AltFacts(stays="setup.py installs alt-pytest-asyncio")))
    proposal = Proposal(file.index.module.body[0], "it changes", Safety.SAFE, ())
    told = when_installed(file, proposal)
    assert (told.safety, told.message) == (
        Safety.MANUAL,
        "it changes (not applied: setup.py installs alt-pytest-asyncio)",
    )
    assert when_installed(context("a = 1\n"), proposal) is proposal
    manual = replace(proposal, safety=Safety.MANUAL)
    assert when_installed(file, manual) is manual
