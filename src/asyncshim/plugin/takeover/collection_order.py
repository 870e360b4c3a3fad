"""pytest's order of collection before 8.0, for suites whose tests need each other in that order."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

NAME = "asyncshim-files-first"


class FilesFirst:
    """Registered when ``asyncshim_files_first`` is set, with a pytest that sorts files among folders (8.0 and later).

    Arguments of the command line keep their order.
    """

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, None]:
        """Put the files of a folder before the folders in it."""
        outcome = yield
        if isinstance(collector, pytest.Directory):
            outcome.get_result().result.sort(key=_is_folder)  # stable: names stay sorted


def _is_folder(node: pytest.Item | pytest.Collector) -> bool:
    return isinstance(node, pytest.Directory)


def keep(config: pytest.Config) -> None:
    """Collect as pytest 7 did."""
    if hasattr(pytest, "Directory"):
        config.pluginmanager.register(FilesFirst(), NAME)
