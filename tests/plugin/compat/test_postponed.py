"""Unit of what raises a postponed Ctrl-C; the real signals are in test_ctrl_c.py."""

from __future__ import annotations

import pytest


def test_a_postponed_interrupt_is_raised_once_after_the_teardown(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest
        from asyncshim.plugin.loops.interrupts import Interrupts
        from asyncshim.plugin.compat.postponed import Postponed
        interrupts = Interrupts()
        def pytest_runtest_teardown(item):
            interrupts.postpone(KeyboardInterrupt("the first"))
            manager = item.config.pluginmanager
            manager.register(Postponed(manager, interrupts))
        @pytest.hookimpl(wrapper=True, tryfirst=True)
        def pytest_runtest_logreport(report):
            if report.when != "teardown":
                return (yield)
            with pytest.raises(KeyboardInterrupt, match="the first"):
                yield
            assert interrupts.postponed is None
    """)
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    assert result.ret == 0
