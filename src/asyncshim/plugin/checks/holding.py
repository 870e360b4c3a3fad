"""How long one step holds the loop, from what a watchdog sees of it now and then."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from asyncshim.plugin.checks.stacks import Stack

TICKS = 8
"""How often the watchdog looks within the time that a step may take."""
SHORTEST_TICK = 0.001
_MOST_STACKS = 32
_MOST_HELD = 50


@dataclass(slots=True)
class Held:
    """Steps that held the loop at the same lines."""

    stack: Stack
    seconds: float
    count: int = 1


@dataclass(slots=True)
class Look:
    """The state of the loop as the watchdog sees it, and the changes since its last look; in seconds."""

    step: object  # the same object while a step lasts; ``None`` if the loop waits
    stack: Stack
    elapsed: float
    computed: float = 0.0  # by the thread of the loop
    loop_waited: float = 0.0  # for a processor
    watchdog_waited: float = 0.0  # the same


@dataclass(slots=True)
class _SeenStep:
    key: object
    seconds: float
    stacks: Counter[Stack] = field(default_factory=Counter[Stack])
    is_slow: bool = False
    is_ignored: bool = False


class Holding:
    """Adds up the time of each step; keeps those that took too long, in bounded memory."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.tick = max(limit / TICKS, SHORTEST_TICK)
        self.omitted = 0
        self._step: _SeenStep | None = None
        self._held: dict[Stack, Held] = {}

    def look(self, look: Look) -> bool:
        """Take in what the watchdog sees; return whether a step has just become a slow one."""
        if look.step is None:
            self._close()
            return False
        step = self._step
        if step is None or step.key is not look.step:
            self._close()
            step = self._step = _SeenStep(look.step, self._before(look))
        else:
            step.seconds += self._since(look)
        if look.stack in step.stacks or len(step.stacks) < _MOST_STACKS:
            step.stacks[look.stack] += 1
        if step.is_slow or step.is_ignored or step.seconds < self.limit - 2 * self.tick:
            return False
        step.is_slow = True
        return True

    def _before(self, look: Look) -> float:
        """Return how long a step has lasted that is seen for the first time.

        The watchdog comes late if a function in C keeps the interpreter's lock, or if the machine is busy.
        """
        if look.elapsed <= 2 * self.tick:
            return 0.0
        return max(0.0, min(look.elapsed - look.watchdog_waited, look.computed))

    def _since(self, look: Look) -> float:
        if look.elapsed <= 2 * self.tick:
            return max(0.0, look.elapsed - look.loop_waited)
        return max(0.0, 2 * self.tick - look.loop_waited, min(look.elapsed, look.computed))

    def ignore(self, step: object) -> None:
        """Do not report *step*, however long it lasts: a debugger has stopped in it."""
        self._close()
        self._step = _SeenStep(step, 0.0, is_ignored=True)

    def _close(self) -> None:
        """End the current step."""
        step, self._step = self._step, None
        if step is None or not step.is_slow or step.is_ignored:
            return
        stack = step.stacks.most_common(1)[0][0]
        # The mean of what it may have lasted before it was seen and afterwards.
        seconds = max(self.limit, step.seconds + self.tick)
        known = self._held.get(stack)
        if known is not None:
            known.seconds += seconds
            known.count += 1
        elif len(self._held) < _MOST_HELD:
            self._held[stack] = Held(stack, seconds)
        else:
            self.omitted += 1

    def take(self) -> tuple[list[Held], int]:
        """Return what held the loop since the last call, and how many steps were too many to keep."""
        step = self._step
        self._close()
        if step is not None:  # still there if the loop has another thread
            self._step = _SeenStep(step.key, step.seconds, is_ignored=step.is_slow or step.is_ignored)
        found, self._held = list(self._held.values()), {}
        omitted, self.omitted = self.omitted, 0
        return found, omitted
