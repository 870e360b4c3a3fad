"""Which loop an expression makes: a new default loop, one from a policy, or one of another known class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from asyncshim_codemods.suite.file_context import FileContext


@dataclass(frozen=True, slots=True)
class Factory:
    """A loop class that a suite can choose: its name in ``pytest_asyncio_loop_factories``, and its constructor."""

    name: str
    module: str
    attribute: str


UVLOOP = Factory("uvloop", "uvloop", "new_event_loop")
WINLOOP = Factory("winloop", "winloop", "new_event_loop")
SELECTOR = Factory("selector", "asyncio", "SelectorEventLoop")
PROACTOR = Factory("proactor", "asyncio", "ProactorEventLoop")

_FRESH = frozenset({"asyncio.get_event_loop", "asyncio.get_running_loop", "asyncio.new_event_loop"})
_POLICY = frozenset({"asyncio.DefaultEventLoopPolicy", "asyncio.get_event_loop_policy"})
_OTHER_LOOPS = {
    "asyncio.ProactorEventLoop": PROACTOR,
    "asyncio.SelectorEventLoop": SELECTOR,
    "uvloop.Loop": UVLOOP,
    "uvloop.new_event_loop": UVLOOP,
    "winloop.Loop": WINLOOP,
    "winloop.new_event_loop": WINLOOP,
}
_OTHER_POLICIES = {
    "asyncio.WindowsProactorEventLoopPolicy": PROACTOR,
    "asyncio.WindowsSelectorEventLoopPolicy": SELECTOR,
    "uvloop.EventLoopPolicy": UVLOOP,
    "winloop.EventLoopPolicy": WINLOOP,
}
_INSTALLS = {"uvloop.install": UVLOOP, "winloop.install": WINLOOP}

DEFAULT = Factory("default", "asyncio", "new_event_loop")
"""The default loop of the platform."""


def loop_made(file: FileContext, node: cst.BaseExpression | None) -> Factory | None:
    """Return the kind of loop that ``node`` makes, or None if this is not certain."""
    if not isinstance(node, cst.Call) or node.args:
        return None
    name = _called(file, node)
    if name in _FRESH:
        return DEFAULT
    if name in _OTHER_LOOPS:
        return _OTHER_LOOPS[name]
    if isinstance(node.func, cst.Attribute) and node.func.attr.value in {"new_event_loop", "get_event_loop"}:
        return policy_made(file, node.func.value)
    return None


def policy_made(file: FileContext, node: cst.BaseExpression | None) -> Factory | None:
    """Return the kind of loop that the policy at ``node``, or with that name, makes; None if it is unknown."""
    if isinstance(node, cst.Name):
        bound = file.names.bindings_of(node)
        return policy_made(file, bound[0].value) if len(bound) == 1 and bound[0].value is not None else None
    if not isinstance(node, cst.Call) or node.args:
        return None
    name = _called(file, node)
    return DEFAULT if name in _POLICY else _OTHER_POLICIES.get(name)


def loop_installed(file: FileContext, node: cst.Call) -> Factory | None:
    """Return the kind of loop that a call installs globally: ``set_event_loop_policy(…)``, ``uvloop.install()``."""
    name = _called(file, node)
    if name == "asyncio.set_event_loop_policy" and len(node.args) == 1:
        value = node.args[0].value
        return DEFAULT if isinstance(value, cst.Name) and value.value == "None" else policy_made(file, value)
    return None if node.args else _INSTALLS.get(name)


def is_about_platform(file: FileContext, test: cst.BaseExpression) -> bool:
    """Return whether a condition depends only on the system or the version of Python."""
    roots = _roots(file, test)
    return bool(roots) and roots <= {"sys", "os", "platform"}


def _roots(file: FileContext, node: cst.CSTNode) -> set[str]:
    if isinstance(node, cst.Name | cst.Attribute):
        return {(file.names.of(node) or "?").partition(".")[0]}
    return set[str]().union(*(_roots(file, child) for child in node.children if not isinstance(child, cst.Arg)))


def on_every_system(chosen: Factory, otherwise: Factory) -> Factory | None:
    """Return the one class that serves if some systems use ``chosen`` and the others ``otherwise``, or None.

    The selector loop is the default of every system except Windows, where the proactor loop is.
    """
    if chosen is otherwise:
        return chosen
    pair = {chosen, otherwise}
    if pair == {DEFAULT, SELECTOR}:
        return SELECTOR
    return DEFAULT if pair == {DEFAULT, PROACTOR} else None


def _called(file: FileContext, node: cst.Call) -> str:
    return (file.names.of(node.func) or "").replace("asyncio.events.", "asyncio.")
