"""The benchmarks are programs, not a package: their folder is where their modules are found."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from house.tree import ROOT


@pytest.fixture(autouse=True)
def _modules_of_the_benchmarks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = set(sys.modules)
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    yield
    for name in set(sys.modules) - known:
        if str(ROOT / "benchmarks") in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]
