"""Properties of composed modules: a second run changes nothing, and a run touches only what it is about."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import composing
from asyncshim_codemods import api
from asyncshim_codemods.results import FileResult, Options

ALL = frozenset(api.rules())
PATH = "tests/test_composed.py"
RUNNERS = ["asyncshim", "conftest", "alt-pytest-asyncio", "pytest-asyncio", "anyio"]
# The same examples in each run: a merge never fails by chance. `nox -s fuzz` takes new ones.
fixed = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
randoms = st.integers(0, 2**32).map(Random)
options = st.builds(
    Options, st.just(ALL), unsafe=st.booleans(), todo=st.booleans(), runner=st.sampled_from([RUNNERS[0], *RUNNERS])
)


def rewritten(data: bytes, chosen: Options) -> FileResult:
    """Return the result for a file that is alone in its project."""
    result = api.rewrite_python(PATH, data, api.collect_facts([(PATH, data)]), chosen)
    assert result.error is None, result.error + result.details
    return result


@fixed
@given(random=randoms, chosen=options)
def test_the_result_for_a_composed_module_compiles_and_a_second_run_changes_nothing(
    random: Random, chosen: Options
) -> None:
    data = composing.compose_module(random)
    result = rewritten(data, chosen)
    compile(result.new, PATH, "exec", dont_inherit=True)
    again = rewritten(result.new, chosen)
    assert again.new.decode("latin-1") == result.new.decode("latin-1")
    assert not any(each.fixed for each in again.findings)


@fixed
@given(random=randoms)
def test_unsafe_and_to_do_runs_after_a_safe_one_end_in_the_same_way_as_alone(random: Random) -> None:
    first = rewritten(composing.compose_module(random), Options(ALL)).new
    for chosen in (Options(ALL, todo=True), Options(ALL, unsafe=True, todo=True)):
        result = rewritten(first, chosen)
        assert rewritten(result.new, chosen).new == result.new
        first = result.new


@fixed
@given(random=randoms, chosen=options)
def test_findings_are_at_lines_of_the_file_that_was_read(random: Random, chosen: Options) -> None:
    data = composing.compose_module(random)
    lines = re.split(rb"\r\n|\n", data)
    for found in rewritten(data, chosen).findings:
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1
        assert lines[found.line - 1].strip(), found


@fixed
@given(random=randoms, chosen=options)
def test_a_composed_module_keeps_its_line_ends_and_its_other_parts(random: Random, chosen: Options) -> None:
    parts = composing.compose_parts(random)
    others = [f"kept_{number} = [1,2 ,\n  3 ]   # kept {number}" for number in range(3)]
    for each in others:
        parts.insert(random.randrange(2, len(parts) + 1), each)
    newline = random.choice(["\n", "\r\n"])
    data = "\n".join(parts).replace("\n", newline).encode()
    new = rewritten(data, chosen).new.decode()
    for each in others:
        assert new.count(each.replace("\n", newline)) == 1
    assert (new.count("\r"), new.count("\n")) == (
        (new.count("\r\n"),) * 2 if newline == "\r\n" else (0, new.count("\n"))
    )


@fixed
@given(random=randoms, chosen=options)
def test_a_line_with_a_comment_that_suppresses_every_rule_stays(random: Random, chosen: Options) -> None:
    data = composing.compose_module(random)
    new = rewritten(data, chosen).new
    lines = [line for line in data.splitlines() if line.endswith(b"# asyncshim: ignore")]
    kept = new.splitlines()
    for line in lines:
        assert kept.count(line) >= lines.count(line), line


@fixed
@given(random=randoms, chosen=options)
def test_a_file_without_a_word_of_any_rule_is_identical(random: Random, chosen: Options) -> None:
    parts = [f"x{number} = [1,2 ,\n  3 ]" for number in range(random.randrange(1, 4))]
    data = composing.layout(random, "\n\n\n".join([*parts, "def f ( a ,b = 1 ) :\n    return  a+b   # c"]))
    assert not api.is_relevant(data)
    result = rewritten(data, chosen)
    assert result.new is data
    assert result.findings == ()


@fixed
@given(random=randoms, chosen=options)
def test_a_file_whose_lines_end_with_carriage_returns_alone_is_refused(random: Random, chosen: Options) -> None:
    data = "\n".join(composing.compose_parts(random)).replace("\n", "\r").encode()
    result = api.rewrite_python(PATH, data, api.collect_facts([(PATH, data)]), chosen)
    assert api.is_relevant(data)
    assert result.new == data
    assert result.error == "has only carriage returns as line ends; convert it to LF or CRLF"


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_runner_does_not_change_what_a_second_run_leaves(runner: str) -> None:
    chosen = Options(ALL, unsafe=True, todo=True, runner=runner)
    for seed in range(20):
        data = rewritten(composing.compose_module(Random(seed)), chosen).new
        assert rewritten(data, replace(chosen)).new == data


def test_the_same_seed_composes_the_same_module() -> None:
    assert [composing.compose_module(Random(seed)) for seed in range(20)] == [
        composing.compose_module(Random(seed)) for seed in range(20)
    ]


def test_each_template_makes_a_module_that_compiles() -> None:
    random = Random(1)
    for dialect in composing.DIALECTS:
        composer = composing.Composer(random)
        composer.dialect = dialect
        for group in composing.GROUPS:
            for template in group:
                text = f"{dialect.imports}import asyncio\n{composer.fill(template)}\n"
                compile(text, template, "exec", dont_inherit=True)
