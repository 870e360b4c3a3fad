"""Imports without assertion rewriting."""

from __future__ import annotations

import sys

import pytest
from _pytest.assertion.rewrite import AssertionRewritingHook

from asyncshim.plugin.compat.plain_import import imported_as_it_is


def _fail_in_a_block() -> None:
    with imported_as_it_is():
        assert not any(isinstance(finder, AssertionRewritingHook) for finder in sys.meta_path)
        raise ZeroDivisionError


def test_no_finder_rewrites_assertions_until_the_block_ends(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = AssertionRewritingHook(pytestconfig)
    monkeypatch.setattr(sys, "meta_path", [hook, *sys.meta_path])
    with pytest.raises(ZeroDivisionError):
        _fail_in_a_block()
    assert sys.meta_path[0] is hook
