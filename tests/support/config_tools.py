"""Run the configuration rules on one file given as text."""

from __future__ import annotations

from collections.abc import Iterable

from asyncshim_codemods.config.rewrite import rewrite_config
from asyncshim_codemods.project.alt_uses import AltFacts
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.project.pytest_limits import pytest_limits
from asyncshim_codemods.project.pytest_settings import read_pytest_settings
from asyncshim_codemods.project.python_support import python_support
from asyncshim_codemods.results import FileResult, Options

ALL = frozenset({"ASH401", "ASH402", "ASH403", "ASH501", "ASH502"})
ALT = frozenset({"ASH603", "ASH606"})
"""The rules about alt-pytest-asyncio."""


def rewrite(
    path: str,
    text: str | bytes,
    *,
    runner: str = "asyncshim",
    unsafe: bool = False,
    todo: bool = False,
    select: Iterable[str] = ALL,
    needed: Iterable[str] = (),
    beside: dict[str, str] | None = None,
    alt: AltFacts | None = None,
    leak: str | None = None,
) -> FileResult:
    """Return the result for one file; ``beside`` holds the other configuration files of the project."""
    data = text.encode() if isinstance(text, str) else text
    files = [(path, data), *((name, content.encode()) for name, content in (beside or {}).items())]
    found = read_pytest_settings(files)
    facts = ProjectFacts(
        settings=found.files,
        plugin_autoload=found.plugin_autoload,
        still_needs_pytest_asyncio=tuple(needed),
        python_support=tuple(each for one in files if (each := python_support(*one)) is not None),
        pytest_limits=tuple(each for one in files for each in pytest_limits(*one)),
        alt=alt or AltFacts(),
        async_files=frozenset() if leak is None else frozenset({"test_x.py"}),
        leaks=None if leak is None else (("test_x.py", leak),),
    )
    return rewrite_config(path, data, facts, Options(frozenset(select), unsafe=unsafe, todo=todo, runner=runner))


def changed(path: str, before: str, after: str, **choices: object) -> FileResult:
    """Assert the exact bytes of the result, the same with CRLF line ends, and that another run changes nothing."""
    result = rewrite(path, before, **choices)  # type: ignore[arg-type]
    assert result.error is None
    assert result.new.decode() == after
    again = rewrite(path, result.new, **choices)  # type: ignore[arg-type]
    assert again.error is None
    assert again.new == result.new
    crlf = rewrite(path, before.replace("\n", "\r\n"), **choices)  # type: ignore[arg-type]
    assert crlf.error is None
    assert crlf.new.decode() == after.replace("\n", "\r\n")
    return result


def unchanged(path: str, text: str, **choices: object) -> FileResult:
    """Assert that the file is unchanged, with LF and with CRLF line ends, and without an error."""
    for content in (text.replace("\n", "\r\n"), text):
        result = rewrite(path, content, **choices)  # type: ignore[arg-type]
        assert result.error is None
        assert result.new == content.encode()
    return result
