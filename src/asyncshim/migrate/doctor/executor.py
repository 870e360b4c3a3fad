"""Who runs the async tests, and why: which plugins pytest loads, and which of them takes the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asyncshim.migrate.doctor import shown
from asyncshim.migrate.doctor.environment import addopts_of
from asyncshim.migrate.doctor.model import Executor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asyncshim.migrate.doctor.configuration import PytestConfiguration
    from asyncshim.migrate.doctor.model import CodeFacts, Environment

ASYNCSHIM = "asyncshim"
PYTEST_ASYNCIO = "pytest-asyncio"
NOBODY = "nobody"
# The names under which pytest knows the plugins of a distribution.
_PLUGIN_NAMES: Mapping[str, tuple[str, ...]] = {
    ASYNCSHIM: ("asyncshim", "asyncshim.plugin"),
    PYTEST_ASYNCIO: ("asyncio", "pytest_asyncio", "pytest_asyncio.plugin"),
}
ALT_PYTEST_ASYNCIO = "alt-pytest-asyncio"
# Which tests the other plugins run.
OTHERS: Mapping[str, str] = {
    "anyio": "tests with the marker `anyio`, or that use the fixture `anyio_backend`",
    "pytest-trio": "tests with the marker `trio`",
    "pytest-twisted": "tests with its decorators",
    "pytest-tornado": "tests with the marker `gen_test`",
    "pytest-curio": "tests with the marker `curio`",
    "pytest-asyncio-cooperative": "tests with the marker `asyncio_cooperative`",
    ALT_PYTEST_ASYNCIO: "every async test",
    "pytest-tornasync": "every async test",
}
# Options with which another plugin runs every async test.
_TAKE_ALL = (("anyio", "anyio_mode", "auto"), ("pytest-trio", "trio_mode", "true"))


@dataclass(frozen=True, slots=True)
class PluginLoading:
    """Which plugins pytest loads, as the options, the environment and the conftest files say."""

    environment: Environment
    blocked: frozenset[str]
    by_option: tuple[str, ...]
    by_code: tuple[str, ...]
    autoload: bool

    def is_installed(self, distribution: str) -> bool:
        """Return whether a distribution with a plugin is installed."""
        return any(plugin.distribution == distribution for plugin in self.environment.plugins)

    def blocker(self, distribution: str) -> str:
        """Return the option that turns the plugin of a distribution off, as ``-p no:NAME``; or ""."""
        found = sorted(self.blocked.intersection(self._names(distribution)))
        return f"-p no:{found[0]}" if found else ""

    def reason(self, distribution: str) -> str:
        """Return why pytest loads the plugin of a distribution; "" if it does not."""
        names = self._names(distribution)
        is_there = distribution == ASYNCSHIM or self.is_installed(distribution)
        if not is_there or self.blocked.intersection(names):
            return ""
        by_option = next((name for name in self.by_option if name in names), "")
        if by_option:
            return f"`-p {by_option}` loads it"
        if self.autoload and self.is_installed(distribution):
            return "pytest loads installed plugins"
        by_code = next((name for name in self.by_code if name in names), "")
        return "a conftest.py or PYTEST_PLUGINS names it" if by_code else ""

    def _names(self, distribution: str) -> set[str]:
        found = set(_PLUGIN_NAMES.get(distribution, ()))
        if not found:
            for plugin in self.environment.plugins:
                if plugin.distribution == distribution:
                    found |= {plugin.name, plugin.module}
        return found


def plugin_loading(
    environment: Environment, pytest: PytestConfiguration, code: Sequence[CodeFacts], variables: Mapping[str, str]
) -> PluginLoading:
    """Return which plugins pytest loads. ``variables`` is the environment of the process."""
    words = (*pytest.addopts, *addopts_of(variables.get("PYTEST_ADDOPTS", "")))
    blocked, loaded = shown.blocked_and_loaded(words)
    by_variable = tuple(name.strip() for name in variables.get("PYTEST_PLUGINS", "").split(","))
    by_code = (*by_variable, *(name for facts in code for name in facts.plugins))
    off = bool(variables.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")) or "--disable-plugin-autoload" in words
    return PluginLoading(environment, blocked, loaded, by_code, pytest.plugin_autoload and not off)


def executor(loading: PluginLoading, pytest: PytestConfiguration, code: Sequence[CodeFacts]) -> Executor:
    """Return who runs the async tests that no marker assigns to another plugin."""
    who, reasons = _who(loading, pytest, code)
    mode = ""
    if who in {ASYNCSHIM, PYTEST_ASYNCIO}:
        default = "auto" if who == ASYNCSHIM else "strict"
        mode = {"legacy": "auto"}.get(pytest.mode, pytest.mode) or default
        reasons.append(_about_mode(mode, pytest, who))
    replaced = {who, ALT_PYTEST_ASYNCIO} if who == ASYNCSHIM else {who}
    others = tuple((name, tests) for name, tests in OTHERS.items() if name not in replaced and loading.reason(name))
    return Executor(who, tuple(reasons), mode, pytest.file if pytest.mode else "", others)


def _who(loading: PluginLoading, pytest: PytestConfiguration, code: Sequence[CodeFacts]) -> tuple[str, list[str]]:
    for name, option, value in _TAKE_ALL:
        if loading.reason(name) and pytest.options.get(option, "").lower() == value:
            return name, [f"`{option} = {value}` in {pytest.file}: it runs every async test."]
    # `-p no:asyncio` means asyncshim, too, unless an option loads it.
    off = "-p no:asyncio" if "asyncio" in loading.blocked and ASYNCSHIM not in loading.by_option else ""
    reason = loading.reason(ASYNCSHIM)
    if reason and not off:
        return ASYNCSHIM, [f"asyncshim is installed, and {reason}.", *_beside(loading)]
    why_not = _why_not(loading, off)
    if reason := loading.reason(PYTEST_ASYNCIO):
        return PYTEST_ASYNCIO, [why_not, f"pytest-asyncio is installed, and {reason}."]
    hook = next((facts for facts in code if facts.hooks), None)
    if hook is not None:
        return hook.path, [why_not, f"{hook.path}:{hook.hooks[0][0]}: the hook `{hook.hooks[0][1]}` runs them."]
    for name in (ALT_PYTEST_ASYNCIO, "pytest-tornasync"):
        if reason := loading.reason(name):
            return name, [why_not, f"{name} is installed, and {reason}."]
    return NOBODY, [why_not]


def _beside(loading: PluginLoading) -> Iterator[str]:
    if loading.reason(PYTEST_ASYNCIO):
        version = loading.environment.version(PYTEST_ASYNCIO)
        yield f"pytest-asyncio {version} is installed, too; asyncshim takes over from it."
    if loading.reason(ALT_PYTEST_ASYNCIO):
        yield "alt-pytest-asyncio is installed, too; asyncshim takes over from it."


def _why_not(loading: PluginLoading, off: str) -> str:
    blocker = loading.blocker(ASYNCSHIM) or off
    if blocker:
        return f"asyncshim is turned off by `{blocker}`."
    if not loading.autoload:
        return "asyncshim is not loaded: pytest is told not to load installed plugins."
    return "asyncshim is not installed as a plugin for this interpreter."


def _about_mode(mode: str, pytest: PytestConfiguration, who: str) -> str:
    tests = "all async tests run" if mode == "auto" else "only tests with the marker `asyncio` run"
    if pytest.mode:
        return f"The mode is {pytest.mode} (in {pytest.file}): {tests}."
    return f"No mode is set; {who} then uses {mode}: {tests}."
