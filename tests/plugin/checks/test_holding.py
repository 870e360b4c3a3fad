"""The time of a step, from what the watchdog sees of it."""

from __future__ import annotations

from asyncshim.plugin.checks.holding import TICKS, Held, Holding, Look
from asyncshim.plugin.checks.stacks import Line

LIMIT = 0.8
TICK = LIMIT / TICKS
ASLEEP = (Line("test_it.py", 3, "test_it", "test_it"),)
AT_WORK = (Line("test_it.py", 4, "test_it", "test_it"),)


def held(holding: Holding) -> list[Held]:
    return holding.take()[0]


def seen(holding: Holding, key: object, number: int, **more: float) -> list[bool]:
    return [holding.look(Look(key, ASLEEP, TICK, **more)) for _ in range(number)]


def test_a_step_that_lasts_longer_than_the_limit_is_slow_once() -> None:
    holding = Holding(LIMIT)
    assert seen(holding, "step", TICKS + 4).count(True) == 1
    holding.look(Look(None, (), TICK))
    (found,) = held(holding)
    assert (found.stack, found.count) == (ASLEEP, 1)
    assert abs(found.seconds - (TICKS + 4) * TICK) < TICK


def test_a_step_of_half_the_limit_is_not_slow() -> None:
    holding = Holding(LIMIT)
    assert not any(seen(holding, "step", TICKS // 2))
    holding.look(Look(None, (), TICK))
    assert not held(holding)


def test_many_short_steps_are_not_one_long_step() -> None:
    holding = Holding(LIMIT)
    assert not any(holding.look(Look(object(), ASLEEP, TICK, computed=TICK)) for _ in range(100))
    assert not held(holding)


def test_a_loop_that_waits_is_not_slow() -> None:
    holding = Holding(LIMIT)
    assert not any(holding.look(Look(None, (), TICK)) for _ in range(100))
    assert not held(holding)


def test_time_in_which_no_processor_was_free_for_the_loop_does_not_count() -> None:
    holding = Holding(LIMIT)
    assert not any(seen(holding, "step", 100, loop_waited=TICK))


def test_time_in_which_the_process_was_stopped_does_not_count() -> None:
    holding = Holding(LIMIT)
    holding.look(Look("step", ASLEEP, TICK))
    assert not holding.look(Look("step", ASLEEP, 3600.0))


def test_a_function_that_keeps_the_interpreters_lock_counts_by_the_time_that_it_computed() -> None:
    holding = Holding(LIMIT)
    assert holding.look(Look("step", ASLEEP, 2.0, computed=1.9))
    assert round(held(holding)[0].seconds, 1) == 2.0


def test_a_late_look_on_a_busy_machine_is_no_sign_of_such_a_function() -> None:
    holding = Holding(LIMIT)
    assert not holding.look(Look("step", ASLEEP, 2.0, computed=1.9, watchdog_waited=1.8))


def test_the_lines_at_which_a_step_was_most_often_are_reported() -> None:
    holding = Holding(LIMIT)
    seen(holding, "step", 2)
    for _ in range(TICKS):
        holding.look(Look("step", AT_WORK, TICK))
    assert held(holding)[0].stack == AT_WORK


def test_steps_at_the_same_lines_are_counted_together() -> None:
    holding = Holding(LIMIT)
    for key in range(200):
        seen(holding, key, TICKS + 1)
    (found,) = held(holding)
    assert (found.count, round(found.seconds)) == (200, 180)


def test_the_number_of_places_that_are_kept_is_bounded() -> None:
    holding = Holding(LIMIT)
    for number in range(200):
        stack = (Line("test_it.py", number, "test_it", "test_it"),)
        for _ in range(TICKS + 1):
            holding.look(Look(number, stack, TICK))
    found, omitted = holding.take()
    assert len(found) + omitted == 200
    assert len(found) == 50


def test_a_step_that_goes_on_when_a_phase_ends_is_reported_once() -> None:
    holding = Holding(LIMIT)
    seen(holding, "step", TICKS + 1)
    assert len(held(holding)) == 1
    assert not any(seen(holding, "step", TICKS + 1))
    assert not held(holding)


def test_an_ignored_step_is_not_reported() -> None:
    holding = Holding(LIMIT)
    seen(holding, "step", 2)
    holding.ignore("step")
    assert not any(seen(holding, "step", 100))
    assert not held(holding)
