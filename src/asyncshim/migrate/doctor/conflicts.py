"""Conflicts: what other plugins, files and options do to async tests, each with what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from asyncshim.migrate.doctor.executor import ALT_PYTEST_ASYNCIO, ASYNCSHIM, NOBODY, PYTEST_ASYNCIO
from asyncshim.migrate.doctor.model import Conflict, Level

if TYPE_CHECKING:
    from asyncshim.migrate.doctor.configuration import PytestConfiguration
    from asyncshim.migrate.doctor.executor import PluginLoading
    from asyncshim.migrate.doctor.model import CodeFacts, ConfigurationFile, Environment, Executor

_MODES = frozenset({"", "auto", "strict", "legacy"})
_OLDEST_PYTEST = (7, 4)
_ABOUT_ASYNC = ("asyncio_", "asyncshim_")


def conflicts(
    loading: PluginLoading,
    pytest: PytestConfiguration,
    code: Sequence[CodeFacts],
    files: Sequence[ConfigurationFile],
    runs: Executor,
) -> Iterator[Conflict]:
    """Yield all conflicts, problems first."""
    found = [
        *_of_environment(loading.environment),
        *_of_plugins(loading, runs),
        *_of_options(pytest, files),
        *(each for facts in code for each in _of_code(facts, runs)),
    ]
    yield from sorted(found, key=lambda each: each.level is not Level.PROBLEM)


def _of_environment(environment: Environment) -> Iterator[Conflict]:
    version = environment.version("pytest")
    if not version:
        yield _problem("no-pytest", "pytest is not installed for this interpreter", "install pytest")
    elif _release(version) < _OLDEST_PYTEST:
        yield _problem("old-pytest", f"pytest {version} is too old for asyncshim", "install pytest 7.4 or newer")
    if environment.other:
        yield _note(
            "other-environment",
            f"this is about {environment.executable}, but there is also the virtual environment of {environment.other}",
            f"if the tests run there: {environment.other} -m asyncshim doctor",
        )


def _of_plugins(loading: PluginLoading, runs: Executor) -> Iterator[Conflict]:
    environment = loading.environment
    if runs.who == NOBODY:
        yield _problem("nobody", f"no plugin runs the async tests. {runs.reasons[0]}", _way_in(loading))
    elif runs.who != ASYNCSHIM and loading.blocker(ASYNCSHIM):
        message = f"asyncshim is turned off by `{loading.blocker(ASYNCSHIM)}`, so {runs.who} runs the async tests"
        yield _note("asyncshim-off", message, "remove that option to run them with asyncshim")
    elif runs.who == PYTEST_ASYNCIO:
        yield _problem(
            "asyncshim-not-loaded",
            f"pytest-asyncio runs the async tests. {runs.reasons[0]}",
            _way_in(loading),
        )
    elif runs.who == ASYNCSHIM and loading.reason(PYTEST_ASYNCIO):
        yield _note(
            "pytest-asyncio-installed",
            f"pytest-asyncio {environment.version(PYTEST_ASYNCIO)} is installed, too; asyncshim takes over from it",
            "uninstall it after the migration; `pytest -p no:asyncshim` runs the tests with it",
        )
    if runs.who == ASYNCSHIM and loading.reason(ALT_PYTEST_ASYNCIO):
        yield _note(
            "alt-pytest-asyncio-installed",
            "alt-pytest-asyncio is installed, too; asyncshim takes over from it and runs suites written for it",
            "uninstall it; `pytest -p no:asyncshim` runs the tests with it",
        )
    for name, tests in runs.others:
        if tests == "every async test":
            yield _note(
                "other-runner",
                f"{name} is installed, too, and runs every async test as well as {runs.who}",
                "keep one of them: uninstall the other, or turn it off with `-p no:NAME`",
            )
    for plugin in environment.plugins:
        if plugin.requires_pytest_asyncio:
            message = f"{plugin.distribution} {plugin.version} requires pytest-asyncio, so installers add it again"
            yield _note("requires-pytest-asyncio", message, "this works; the migration keeps what it needs")
    yield from _looptime(environment)
    yield from _load_order(loading)


def _looptime(environment: Environment) -> Iterator[Conflict]:
    version = environment.version("looptime")
    if version:
        own = "each async test has a loop of its own" if _release(version) < (0, 3) else (
            "a test with virtual time has a loop of its own, all others share one"
        )  # fmt: skip
        message = f"looptime {version} changes the event loop of tests: {own}"
        yield _note("looptime", message, "see the page about other plugins in the documentation")


def _load_order(loading: PluginLoading) -> Iterator[Conflict]:
    environment = loading.environment
    if not loading.autoload or environment.finder or environment.version(PYTEST_ASYNCIO):
        return
    order = [plugin.distribution for plugin in environment.plugins]
    last = order.index(ASYNCSHIM) if ASYNCSHIM in order else len(order)
    early = [plugin for plugin in environment.plugins[:last] if plugin.requires_pytest_asyncio]
    if early and ASYNCSHIM not in loading.by_option:
        message = f"{early[0].distribution} imports pytest_asyncio, and pytest loads it before asyncshim"
        yield _problem("load-order", message, "add `-p asyncshim` to addopts")


def _of_options(pytest: PytestConfiguration, files: Sequence[ConfigurationFile]) -> Iterator[Conflict]:
    if pytest.mode not in _MODES:
        message = "the value of asyncio_mode is not a mode, and pytest stops with a usage error"
        yield _problem("unknown-mode", message, "use auto or strict", pytest.file)
    for file in files:
        ignored = [key for key, _ in file.settings if key.startswith(_ABOUT_ASYNC)]
        if ignored and file.use.startswith("pytest does not read it"):
            message = f"{', '.join(ignored)} in {file.path} have no effect: {file.use}"
            yield _note("ignored-options", message, "move them to the file that pytest reads", file.path)


def _of_code(facts: CodeFacts, runs: Executor) -> Iterator[Conflict]:
    if facts.error:
        yield _note("not-read", f"{facts.path} {facts.error}", "", facts.path)
    if facts.is_ejected:
        if runs.who == ASYNCSHIM:
            message = f"{facts.path} has the block of `asyncshim eject`, and asyncshim runs, too"
            yield _note("ejected", message, "use one of them: `-p no:asyncshim`, or remove the block", facts.path)
        return
    for line, hook in facts.hooks:
        shared = "; fixtures and tests share one loop nevertheless" if runs.who == ASYNCSHIM else ""
        message = f"the hook `{hook}` runs coroutines itself{shared}"
        yield _note("conftest-runner", message, "remove the hook, or asyncshim", f"{facts.path}:{line}")
    for line, name in facts.runners:
        message = f"an {name} is made here: what runs on it does not share the loop of the tests"
        yield _note("own-runner", message, "use the fixture `asyncio_runner`", f"{facts.path}:{line}")
    for line, name in facts.overrides:
        message, remedy = f"overrides the fixture `{name}`", "`migrate` removes it, or says why not"
        yield _note("loop-override", message, remedy, f"{facts.path}:{line}")


def _way_in(loading: PluginLoading) -> str:
    if loading.blocker(ASYNCSHIM):
        return f"remove `{loading.blocker(ASYNCSHIM)}`"
    if loading.is_installed(ASYNCSHIM):
        return "load it with `-p asyncshim`, for example in addopts"
    return "install asyncshim for the interpreter that runs the tests"


def _problem(kind: str, message: str, remedy: str, place: str = "") -> Conflict:
    return Conflict(kind, Level.PROBLEM, message, remedy, place)


def _note(kind: str, message: str, remedy: str, place: str = "") -> Conflict:
    return Conflict(kind, Level.NOTE, message, remedy, place)


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d{1,6}", version)[:2])
