from __future__ import annotations

import pytest

from asyncshim_codemods.config.addopts import judge_addopts
from asyncshim_codemods.project.file_settings import KeptPlugin
from asyncshim_codemods.results import Safety


def judge(
    words: str, runner: str = "asyncshim", *, autoload: bool = True
) -> list[tuple[tuple[int, ...], Safety, str | None]]:
    decisions = judge_addopts(words.split("|"), runner, autoload=autoload)
    return [(decided.words, decided.decision.safety, decided.decision.value) for decided in decisions]


@pytest.mark.parametrize(
    ("words", "gone"),
    [
        ("-q|--asyncio-mode=auto", (1,)),
        ("--asyncio-mode|strict|-q", (0, 1)),
        ("-x|-p|pytest_asyncio", (1, 2)),
        ("-p|pytest_asyncio.plugin", (0, 1)),
        ("-p|asyncio", (0, 1)),
        ("-ppytest_asyncio|-q", (0,)),
        ("-p asyncio|-q", (0,)),
        ("-p|no:pytest_asyncio", (0, 1)),
    ],
)
def test_options_for_pytest_asyncio_are_removed_from_addopts(words: str, gone: tuple[int, ...]) -> None:
    assert judge(words) == [(gone, Safety.SAFE, None)]


@pytest.mark.parametrize(
    "words",
    [
        "-q",
        "--asyncio-modest=auto",
        "--anyio-mode=auto",
        "-p|no:asyncio_cooperative",
        "-pno:pytest_asyncio_cooperative",
        "-p|anyio",
        "-p",
        "--asyncio-mode",
        "-k|asyncio",
        "-m|asyncio",
        "--deselect=asyncio",
        "--pdb|asyncio",
    ],
)
def test_other_options_in_addopts_are_kept(words: str) -> None:
    assert judge(words) == []


def test_the_value_of_an_option_is_not_read_as_an_option() -> None:
    # The value of `-p` is never read as an option, nor that of `--asyncio-mode`.
    assert judge("-p|--asyncio-debug|-p|asyncio") == [((2, 3), Safety.SAFE, None)]


def test_an_unknown_mode_needs_manual_review() -> None:
    assert judge("--asyncio-mode=fast") == [((0,), Safety.MANUAL, None)]


def test_debug_and_a_blocked_plugin_need_unsafe() -> None:
    assert judge("--asyncio-debug|-p|no:asyncio") == [((0,), Safety.UNSAFE, None), ((1, 2), Safety.UNSAFE, None)]


@pytest.mark.parametrize("runner", ["conftest", "anyio", "alt-pytest-asyncio"])
def test_an_option_that_blocks_pytest_asyncio_is_removed_for_other_runners(runner: str) -> None:
    assert judge("-p|no:asyncio", runner) == [((0, 1), Safety.SAFE, None)]


@pytest.mark.parametrize(
    ("words", "runner", "value"),
    [
        ("-p|pytest_asyncio", "asyncshim", "asyncshim"),
        ("-ppytest_asyncio", "asyncshim", "-pasyncshim"),
        ("-p pytest_asyncio", "asyncshim", "-p asyncshim"),
        ("-p|pytest_asyncio", "anyio", "anyio"),
        ("-p|pytest_asyncio", "alt-pytest-asyncio", "alt_pytest_asyncio"),
        ("-p|pytest_asyncio", "conftest", None),
        ("-p|pytest_asyncio|-p|asyncshim", "asyncshim", None),
    ],
)
def test_without_plugin_autoload_the_option_loads_the_runner(words: str, runner: str, value: str | None) -> None:
    assert [found[2] for found in judge(words, runner, autoload=False)] == [value]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--asyncio-mode=strict", [((0,), Safety.SAFE, "--asyncio-mode=auto")]),
        ("--asyncio-mode|strict", [((0, 1), Safety.SAFE, "auto")]),
        ("--asyncio-mode=auto|--asyncio-debug|-p|pytest_asyncio", []),
        ("-p|no:asyncio", [((0, 1), Safety.UNSAFE, None)]),
    ],
)
def test_the_runner_pytest_asyncio_keeps_its_options(words: str, expected: list[object]) -> None:
    assert judge(words, "pytest-asyncio") == expected


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("-q|-p|asyncshim", (1, 2)),
        ("-pasyncshim", (0,)),
        ("--asyncshim-timeout=3|-q", (0,)),
        ("--asyncshim-leaks|warn", (0,)),
    ],
)
def test_options_of_asyncshim_need_manual_review_for_other_runners(words: str, where: tuple[int, ...]) -> None:
    assert judge(words, "conftest") == [(where, Safety.MANUAL, None)]
    assert judge(words) == []
    assert judge("-p|no:asyncshim", "conftest") == []


@pytest.mark.parametrize(("auto", "value"), [(True, "--asyncio-mode=auto"), (False, None)])
def test_only_the_mode_changes_while_pytest_asyncio_stays(auto: bool, value: str | None) -> None:
    kept = KeptPlugin("setup.cfg supports 3.8", "`python -m asyncshim migrate`", auto=auto)
    words = ("-p", "no:asyncio", "--asyncio-mode=strict")
    decisions = judge_addopts(words, "asyncshim", autoload=True, kept=kept)
    assert [(each.words, each.decision.value) for each in decisions] == ([] if value is None else [((2,), value)])
