"""What is refused of suites for alt-pytest-asyncio: defaults and limits of the wrong type, and plugin objects."""

from __future__ import annotations

import pytest

from asyncshim.plugin.takeover.alt import errors, plugin, session
from house.nested import run_source

ENABLE = ("-p", "alt_pytest_asyncio.enable")


@pytest.mark.parametrize("value", ["'soon'", "True", "None"])
def test_a_default_of_a_fixture_that_is_no_number_fails_the_test(pytester: pytest.Pytester, value: str) -> None:
    source = f"""
import pytest

@pytest.fixture
def default_async_timeout():
    return {value}

async def test_it(): pass
"""
    result = run_source(pytester, source, *ENABLE, failed=1)
    wrong = session._WRONG_DEFAULT.format(name="default_async_timeout", value="*")
    result.stdout.fnmatch_lines([wrong.replace("'*'", "*")])


@pytest.mark.parametrize("value", ["1", None, True])
def test_a_limit_is_a_number(value: object) -> None:
    limit = plugin.LoadedAsyncTimeout(default_timeout=1)
    with pytest.raises(TypeError, match="takes a number of seconds, not "):
        limit.set_timeout_seconds(value)  # type: ignore[arg-type]
    assert limit.timeout == 1


def test_a_plugin_object_serves_one_session_at_a_time(pytestconfig: pytest.Config) -> None:
    one = plugin.AltPytestAsyncioPlugin()
    one._config = pytestconfig
    with pytest.raises(errors.PluginAlreadyStarted, match="in use by another pytest session"):
        one.pytest_configure(pytestconfig)


def test_a_plugin_object_needs_the_plugin(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import alt_pytest_asyncio.plugin

        def pytest_configure(config):
            config.pluginmanager.register(alt_pytest_asyncio.plugin.AltPytestAsyncioPlugin())
        """
    )
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_subprocess("-p", "no:asyncio")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*AltPytestAsyncioPlugin needs asyncshim's plugin*add `-p asyncshim`"])
