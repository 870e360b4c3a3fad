"""Policies without noise, and a current loop that exists when it is first asked for."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Iterator

import pytest

from asyncshim.plugin.loops import loop_policy
from asyncshim.plugin.loops.loop_policy import CurrentLoop
from asyncshim.plugin.loops.recording import ownership_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # policies are deprecated since Python 3.14

    class Policy(asyncio.DefaultEventLoopPolicy):
        """A policy of the suite."""

    class Foreign(asyncio.AbstractEventLoopPolicy):
        """A policy that owes nothing to asyncio's own."""


@pytest.fixture(autouse=True)
def _policy_and_loop_as_before() -> Iterator[None]:
    former = loop_policy.get_policy()
    loop = loop_policy.current_loop()
    loop_policy.set_policy(None)
    yield
    loop_policy.set_policy(former)
    asyncio.set_event_loop(loop)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_policies_are_set_and_reset_without_a_warning() -> None:
    policy = Policy()
    loop_policy.set_policy(policy)
    assert loop_policy.get_policy() is policy
    loop_policy.set_policy(None)
    assert loop_policy.get_policy() is not policy


def test_a_policy_may_be_in_force_for_a_block() -> None:
    former, policy = loop_policy.get_policy(), Policy()
    with loop_policy.temporarily(policy):
        assert loop_policy.get_policy() is policy
    assert loop_policy.get_policy() is former
    with loop_policy.temporarily(None):
        assert loop_policy.get_policy() is former


def test_reading_the_current_loop_creates_no_loop(loop: asyncio.AbstractEventLoop) -> None:
    assert loop_policy.current_loop() is None
    asyncio.set_event_loop(loop)
    assert loop_policy.current_loop() is loop


def test_only_an_idle_open_loop_without_a_session_is_used(loop: asyncio.AbstractEventLoop) -> None:
    assert loop_policy.idle_current_loop() is None
    asyncio.set_event_loop(loop)
    assert loop_policy.idle_current_loop() is loop

    async def while_running() -> object:
        return loop_policy.idle_current_loop()

    assert loop.run_until_complete(while_running()) is None
    ownership_of(loop, with_creator=False).is_claimed = True
    assert loop_policy.idle_current_loop() is None
    other = asyncio.new_event_loop()
    asyncio.set_event_loop(other)
    other.close()
    assert loop_policy.idle_current_loop() is None


class TestCurrentLoop:
    """What answers ``asyncio.get_event_loop()`` in synchronous code."""

    @pytest.fixture
    def current(self, loop: asyncio.AbstractEventLoop) -> Iterator[CurrentLoop]:
        current = CurrentLoop(lambda: loop)
        current.install()
        yield current
        current.uninstall()

    @pytest.mark.usefixtures("current")
    def test_get_event_loop_returns_the_provided_loop_without_a_warning(self, loop: asyncio.AbstractEventLoop) -> None:
        assert asyncio.get_event_loop() is loop
        assert loop_policy.current_loop() is loop

    @pytest.mark.usefixtures("current")
    def test_get_event_loop_returns_a_loop_that_was_set(self) -> None:
        other = asyncio.new_event_loop()
        asyncio.set_event_loop(other)
        assert asyncio.get_event_loop() is other
        other.close()

    @pytest.mark.usefixtures("current")
    def test_get_event_loop_returns_the_running_loop_inside_a_coroutine(self) -> None:
        async def inside() -> object:
            return asyncio.get_event_loop() is asyncio.get_running_loop()

        with asyncio.Runner() as runner:
            assert runner.run(inside())

    @pytest.mark.usefixtures("current")
    def test_get_event_loop_in_another_thread_is_unchanged(self) -> None:
        found: list[str] = []

        def ask() -> None:
            with pytest.raises(RuntimeError) as caught:
                asyncio.get_event_loop()
            found.append(str(caught.value))

        thread = threading.Thread(target=ask, name="other")
        thread.start()
        thread.join()
        assert found == ["There is no current event loop in thread 'other'."]

    def test_a_new_policy_is_patched_too(self, current: CurrentLoop, loop: asyncio.AbstractEventLoop) -> None:
        loop_policy.set_policy(Policy())
        current.install()
        assert asyncio.get_event_loop() is loop

    def test_the_old_policy_is_restored(self, current: CurrentLoop) -> None:
        policy = loop_policy.get_policy()
        current.uninstall()
        assert "get_event_loop" not in vars(policy)
        current.uninstall()

    def test_a_nested_session_restores_the_get_event_loop_of_the_outer_one(self, current: CurrentLoop) -> None:
        inner = CurrentLoop(asyncio.new_event_loop)
        inner.install()
        inner.uninstall()
        assert vars(loop_policy.get_policy())["get_event_loop"] == current._answer

    def test_a_get_event_loop_that_replaced_the_one_of_asyncshim_stays(self, current: CurrentLoop) -> None:
        policy = loop_policy.get_policy()

        def theirs() -> None: ...

        policy.get_event_loop = theirs  # type: ignore[attr-defined]
        current.uninstall()
        assert vars(policy).pop("get_event_loop") is theirs

    def test_a_custom_policy_is_not_patched(self, current: CurrentLoop) -> None:
        foreign = Foreign()
        loop_policy.set_policy(foreign)
        current.install()
        assert vars(foreign) == {}

    def test_for_a_block_each_question_makes_a_new_loop(
        self, current: CurrentLoop, loop: asyncio.AbstractEventLoop
    ) -> None:
        made: list[asyncio.AbstractEventLoop] = []
        asyncio.set_event_loop(loop)
        with current.made_afresh(made):
            first = asyncio.get_event_loop()
            assert first is not loop
            assert asyncio.get_event_loop() is first
        assert made == [first]
        assert asyncio.get_event_loop() is loop
        first.close()
