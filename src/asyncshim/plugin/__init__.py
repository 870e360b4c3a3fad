"""The pytest plugin: the hooks and fixtures that pytest finds in this module.

It defines nothing itself: pytest rewrites this module and what it imports before the block, and loads rewritten modules
more slowly than Python loads others.
"""

# ruff: noqa: F401  (pytest finds the hooks)
# pyright: reportUnusedImport=false

from asyncshim.plugin.compat.plain_import import imported_as_it_is

with imported_as_it_is():
    from asyncshim.plugin.run.fixture_functions import (
        asyncio_loop_factory,
        asyncio_runner,
        class_event_loop,
        class_runner,
        event_loop,
        event_loop_policy,
        function_event_loop,
        function_runner,
        module_event_loop,
        module_runner,
        package_event_loop,
        package_runner,
        session_event_loop,
        session_runner,
    )
    from asyncshim.plugin.session_hooks import (
        pytest_addoption,
        pytest_collection,
        pytest_configure,
        pytest_enter_pdb,
        pytest_report_header,
        pytest_sessionfinish,
        pytest_sessionstart,
        pytest_terminal_summary,
        pytest_timeout_expired,
        pytest_unconfigure,
    )
    from asyncshim.plugin.takeover.ports import (
        unused_tcp_port,
        unused_tcp_port_factory,
        unused_udp_port,
        unused_udp_port_factory,
    )

__all__ = (
    "asyncio_loop_factory",
    "asyncio_runner",
    "class_event_loop",
    "class_runner",
    "event_loop",
    "event_loop_policy",
    "function_event_loop",
    "function_runner",
    "module_event_loop",
    "module_runner",
    "package_event_loop",
    "package_runner",
    "session_event_loop",
    "session_runner",
    "unused_tcp_port",
    "unused_tcp_port_factory",
    "unused_udp_port",
    "unused_udp_port_factory",
)
