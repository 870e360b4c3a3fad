from __future__ import annotations

import pytest

from asyncshim_codemods.project.alt_uses import AltFacts
from asyncshim_codemods.results import Safety
from config_tools import ALT, changed, unchanged

ENABLED = "-p alt_pytest_asyncio.enable"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("pytest.ini", f"[pytest]\naddopts = {ENABLED}\n", "[pytest]\nasyncshim_timeout = 5\n"),
        (
            "pytest.ini",
            "[pytest]\n; five\ndefault_async_timeout = 2.5\n",
            "[pytest]\n; five\nasyncshim_timeout = 2.5\n",
        ),
        (
            "setup.cfg",
            f"[tool:pytest]\naddopts =\n    -ra\n    {ENABLED}\ndefault_async_timeout = 3\n",
            "[tool:pytest]\naddopts =\n    -ra\nasyncshim_timeout = 3\n",
        ),
        (
            "tox.ini",
            "[pytest]\naddopts = -q --default-async-timeout 2\n",
            "[pytest]\naddopts = -q --asyncshim-timeout 2\n",
        ),
        (
            "tox.ini",
            "[pytest]\naddopts = --default-async-timeout=2 -q\ndefault_async_timeout = 3\n",
            "[pytest]\naddopts = -q\nasyncshim_timeout = 3\n",
        ),
        (
            "pyproject.toml",
            '[tool.pytest.ini_options]\naddopts = ["-palt_pytest_asyncio.enable", "-q"]  # quiet\n',
            '[tool.pytest.ini_options]\nasyncshim_timeout = "5"\naddopts = ["-q"]  # quiet\n',
        ),
        (
            "pytest.toml",
            '[pytest]\naddopts = ["-p", "alt_pytest_asyncio.enable", "-q"]\ndefault_async_timeout = \'9\'\n',
            "[pytest]\naddopts = [\"-q\"]\nasyncshim_timeout = '9'\n",
        ),
        (
            "pytest.ini",
            f"[pytest]\naddopts = --disable-plugin-autoload {ENABLED}\nasyncshim_timeout = 1\n",
            "[pytest]\naddopts = --disable-plugin-autoload -p asyncshim\nasyncshim_timeout = 1\n",
        ),
        ("pytest.ini", "[pytest]\naddopts = -p alt_pytest_asyncio -q\n", "[pytest]\naddopts = -q\n"),
        (
            "pytest.ini",
            "[pytest]\nrequired_plugins = alt-pytest-asyncio>=0.9 pytest-cov\n",
            "[pytest]\nrequired_plugins = pytest-cov\n",
        ),
    ],
)
def test_the_limit_moves_to_asyncshim_timeout_and_the_rest_goes(path: str, before: str, after: str) -> None:
    result = changed(path, before, after, select=ALT, leak="")
    assert {(found.code, found.safety) for found in result.findings} == {("ASH603", Safety.SAFE)}


def test_a_file_without_any_option_gets_the_limit_of_a_suite_that_conftest_enabled() -> None:
    enabled = AltFacts(enabled_in=frozenset({"tests/conftest.py"}))
    changed("pytest.ini", "[pytest]\n", "[pytest]\nasyncshim_timeout = 5\n", select=ALT, alt=enabled)
    own = "[pytest]\nasyncshim_timeout = 9\n"
    unchanged("pytest.ini", own, select=ALT, alt=enabled)
    still = AltFacts(enabled_in=frozenset({"tests/conftest.py"}), loaded=("tests/conftest.py:1 loads it",))
    unchanged("pytest.ini", "[pytest]\n", select=ALT, alt=still)


WHOLE = f"[pytest]\naddopts = -q {ENABLED}\ndefault_async_timeout = 3\nrequired_plugins = alt-pytest-asyncio\n"


@pytest.mark.parametrize(
    ("alt", "reason"),
    [
        (AltFacts(uses=("tests/a.py:3 requests `async_timeout`",)), "stays: tests/a.py:3 requests `async_timeout`"),
        (AltFacts(loaded=("conftest.py:1 loads it",)), "stays: conftest.py:1 loads it"),
        (AltFacts(stays="no dependency file names asyncshim"), "stays: no dependency file names asyncshim"),
    ],
)
def test_everything_stays_while_something_is_used_or_asyncshim_is_not_installed(alt: AltFacts, reason: str) -> None:
    for unsafe in (False, True):
        result = unchanged("pytest.ini", WHOLE, select=ALT, alt=alt, unsafe=unsafe)
        assert len(result.findings) == 3
        assert all(found.safety is Safety.MANUAL and reason in found.message for found in result.findings)


@pytest.mark.parametrize(
    ("alt", "leak", "reason"),
    [
        (AltFacts(context_variables="src/app.py"), "", "shares context variables (src/app.py) between tests"),
        (AltFacts(), "`start` of a.py may leak", "live until the session ends: `start` of a.py may leak"),
        (AltFacts(), None, "lets tasks that tests leave running live until the session ends"),
    ],
)
def test_what_ends_with_the_plugin_makes_its_removal_unsafe(alt: AltFacts, leak: str | None, reason: str) -> None:
    before = f"[pytest]\naddopts = -q {ENABLED}\n"
    result = unchanged("pytest.ini", before, select=ALT, alt=alt, leak=leak)
    assert reason in result.findings[0].message
    after = "[pytest]\nasyncshim_timeout = 5\naddopts = -q\n"
    changed("pytest.ini", before, after, select=ALT, alt=alt, leak=leak, unsafe=True)


@pytest.mark.parametrize(
    "text",
    [
        "[pytest]\ndefault_async_timeout = fast\n",
        "[pytest]\ndefault_async_timeout = 0\n",
        "[pytest]\ndefault_async_timeout = 3\nasyncshim_timeout = 4\n",
        "[pytest]\naddopts = --default-async-timeout=-1\n",
        "[pytest]\naddopts = --default-async-timeout=2\nasyncshim_timeout = 4\n",
    ],
)
def test_a_limit_that_cannot_be_moved_needs_manual_review(text: str) -> None:
    result = unchanged("pytest.ini", text, select=ALT)
    assert [(found.code, found.safety) for found in result.findings] == [("ASH603", Safety.MANUAL)]


@pytest.mark.parametrize(
    "text",
    [
        "[pytest]\ntimeout = 5\naddopts = -p alt_pytest_asyncio_extras -p no:alt_pytest_asyncio\n",
        "[other]\ndefault_async_timeout = 3\n",
        "[pytest]\nasyncshim_timeout = 3\n",
        "[pytest]\nrequired_plugins = alt-pytest-asyncio-extras\n",
        "[pytest]\nrequired_plugins = pytest-asyncio pytest-timeout\n",
        "[pytest]\naddopts = --timeout=3 --async-timeout=3\n",
        "[pytest]\naddopts = --asyncshim-timeout=3 -p asyncshim\n",
        "[pytest]\nmarkers = default_async_timeout: slow ones\n",
        "[pytest]\n; addopts = -p alt_pytest_asyncio.enable\n",
    ],
)
def test_other_options_are_kept(text: str) -> None:
    assert not unchanged("pytest.ini", text, select=ALT).findings


def test_with_alt_pytest_asyncio_as_the_runner_its_options_are_kept() -> None:
    assert not unchanged("pytest.ini", WHOLE, select=ALT, runner="alt-pytest-asyncio").findings
    result = unchanged("pytest.ini", WHOLE, select=ALT, runner="anyio")
    assert all("is not known to anyio" in found.message for found in result.findings if found.code == "ASH603")
