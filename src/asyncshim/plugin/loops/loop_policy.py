"""Event loop policies without their deprecation warnings, and a current loop that is made when it is first used.

``asyncio.get_event_loop()`` raises without a current loop on Python 3.14 and warns on 3.12; a suite for
pytest-asyncio expects a loop in synchronous tests and fixtures (pytest-asyncio#1177).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
from asyncio import events
from collections.abc import Callable, Generator
from types import FrameType
from typing import Any


# Since 3.14 the public names warn; the private ones beside them do not, and go away together with policies in 3.16.
def _unwarned(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] | None = getattr(events, f"_{name}", None)
    return found if found is not None else getattr(events, name)


_get: Callable[[], Any] = _unwarned("get_event_loop_policy")
_set: Callable[[Any], None] = _unwarned("set_event_loop_policy")


def get_policy() -> object:
    """Return the current policy; it is made if there is none yet."""
    return _get()


def set_policy(policy: object) -> None:
    """Make *policy* the current one; ``None`` for the platform's own."""
    _set(policy)


@contextlib.contextmanager
def temporarily(policy: object | None) -> Generator[None, None, None]:
    """Make *policy* the current one for a block; ``None`` changes nothing."""
    if policy is None:
        yield
        return
    former = get_policy()
    set_policy(policy)
    try:
        yield
    finally:
        set_policy(former)


def is_current(loop: asyncio.AbstractEventLoop, policy: object | None) -> bool:
    """Return whether *loop* is current, and *policy* too, if given. False when that is not known."""
    internals: Any = events
    try:
        present = internals._event_loop_policy
        return present._local._loop is loop and (policy is None or present is policy)
    except AttributeError:
        return False


def current_loop() -> asyncio.AbstractEventLoop | None:
    """Return the current loop of this thread, without making one and without a warning."""
    local = getattr(get_policy(), "_local", None)
    loop: asyncio.AbstractEventLoop | None = getattr(local, "_loop", None)
    return loop


def idle_current_loop() -> asyncio.AbstractEventLoop | None:
    """Return a loop that code got from ``get_event_loop()`` at import time and keeps: the shared Runner uses it."""
    loop = current_loop()
    if loop is None or loop.is_closed() or loop.is_running() or is_claimed(loop):
        return None
    return loop


def is_closed_by_its_maker(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether an ``asyncio.Runner`` of the suite holds *loop* and will close it. Slow: searches all objects."""
    holders = gc.get_referrers(loop)
    owners = (gc.get_referrers(holder) if isinstance(holder, dict) else (holder,) for holder in holders)
    return any(isinstance(owner, asyncio.Runner) for group in owners for owner in group)


def is_forsaken(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether only the policy and the loop itself hold the current *loop*. Slow: searches all objects."""
    local = getattr(get_policy(), "_local", None)
    by_policy = getattr(local, "__dict__", None)
    for holder in gc.get_referrers(loop):
        if isinstance(holder, (FrameType, asyncio.Handle)) or getattr(holder, "__self__", None) is loop:
            continue
        if holder is not local and holder is not by_policy:
            return False
    return True


def is_claimed(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether *loop* is that of another session, which runs this one."""
    return getattr(getattr(loop, "_asyncshim_ownership", None), "is_claimed", False)


class CurrentLoop:
    """Makes ``get_event_loop()`` of the current policy ask *provider* when the main thread has no loop yet."""

    def __init__(self, provider: Callable[[], asyncio.AbstractEventLoop]) -> None:
        self.provider = provider
        self._policy: Any = None
        self._former: Any = None  # what an outer session in this process had put there
        self._put: Any = None  # our answer, as the policy has it

    def install(self) -> None:
        """Patch the current policy, unless it is patched already."""
        policy: Any = getattr(events, "_event_loop_policy", None)  # reading it does not warn on 3.14
        if policy is not None and policy is self._policy and policy.__dict__.get("get_event_loop") is self._put:
            return
        if policy is None:
            policy = get_policy()
        attributes: dict[str, Any] | None = getattr(policy, "__dict__", None)
        if attributes is None or "_local" not in attributes or attributes.get("get_event_loop") == self._answer:
            return
        self.uninstall()
        self._policy, self._former = policy, attributes.get("get_event_loop")
        policy.get_event_loop = self._put = self._answer

    @contextlib.contextmanager
    def made_afresh(self, made: list[asyncio.AbstractEventLoop]) -> Generator[None, None, None]:
        """Run a block without a current loop: ``get_event_loop()`` makes a new one, which is added to *made*."""

        def fresh() -> asyncio.AbstractEventLoop:
            made.append(asyncio.new_event_loop())
            return made[-1]

        provider, self.provider = self.provider, fresh
        asyncio.set_event_loop(None)
        self.install()
        try:
            yield
        finally:
            self.provider = provider
            asyncio.set_event_loop(None)

    def uninstall(self) -> None:
        """Restore the policy."""
        if self._policy is None:
            return
        if self._policy.__dict__.get("get_event_loop") == self._answer:
            if self._former is not None:
                self._policy.get_event_loop = self._former
            else:
                del self._policy.get_event_loop
        self._policy = self._former = None

    def _answer(self) -> asyncio.AbstractEventLoop:
        policy = self._policy
        main = threading.current_thread() is threading.main_thread()
        if not main or getattr(policy._local, "_loop", None) is not None:
            current: asyncio.AbstractEventLoop = policy.__class__.get_event_loop(policy)
            return current
        loop = self.provider()
        policy.set_event_loop(loop)
        return loop
