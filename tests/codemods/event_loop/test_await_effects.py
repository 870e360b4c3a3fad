from __future__ import annotations

import pytest

from asyncshim_codemods.event_loop.await_effects import effects
from asyncshim_codemods.results import Safety
from loop_suites import verdict
from rule_tools import rewrite

assert effects

LIBRARY = """
import asyncio
import contextvars

user = contextvars.ContextVar("user", default=None)
started = []
tasks = []


async def enter():
    user.set("root")


async def start():
    async def serve():
        started.append(1)
        await asyncio.sleep(100)

    tasks.append(asyncio.create_task(serve()))
"""
CONTEXT = """
import library


def test_context(event_loop):
    event_loop.run_until_complete(library.enter())
    assert library.user.get() is None
"""
TURN = """
import library


def test_turn(event_loop):
    event_loop.run_until_complete(library.start())
    assert library.started == [1]
"""
FIXTURE = """
import contextvars

import library
import pytest


@pytest.fixture
def entered(event_loop):
    event_loop.run_until_complete(library.enter())
    yield


def test_context(entered):
    assert library.user.get() is None
"""


@pytest.mark.parametrize("suite", [CONTEXT, TURN, FIXTURE], ids=["context", "turn", "fixture"])
@pytest.mark.parametrize("is_seen", [False, True], ids=["outside", "given"])
def test_a_suite_that_notices_the_await_passes_before_and_after_a_safe_run(
    pytester: pytest.Pytester, suite: str, *, is_seen: bool
) -> None:
    pytester.makepyfile(library=LIBRARY, test_suite=suite)
    beside = {"library.py": LIBRARY} if is_seen else {}
    for unsafe, outcome in ((None, "passed"), (False, "passed"), (True, "failed")):
        if unsafe is not None:
            new = rewrite(suite.lstrip(), path="test_suite.py", beside=beside, unsafe=unsafe).new
            (pytester.path / "test_suite.py").write_bytes(new)
            assert (b"await library" in new) is unsafe
        pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(**{outcome: 1})


def test_the_rewrite_by_hand_keeps_context_and_turn(pytester: pytest.Pytester) -> None:
    by_hand = "import asyncio\n" + CONTEXT + TURN
    for name in ("enter", "start"):
        by_hand = by_hand.replace(
            f"event_loop.run_until_complete(library.{name}())", f"await asyncio.ensure_future(library.{name}())"
        )
    by_hand = by_hand.replace("(event_loop)", "()").replace("def test", "async def test")
    pytester.makepyfile(library=LIBRARY, test_suite=by_hand)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def body(lines: str, head: str = "") -> str:
    indented = lines.replace("\n", "\n    ")
    return f"import asyncio\n\nfrom lib import check, start\n{head}\n\ndef test_it(event_loop, pool):\n    {indented}\n"


RUN = "event_loop.run_until_complete(start())"


@pytest.mark.parametrize(
    "lines",
    [
        f"{RUN}\nassert pool.started",
        f"x = {RUN}\ncheck(x)",
        f"{RUN}\nif pool.started:\n    raise ValueError",
        f"if pool:\n    {RUN}\nassert pool.started",
        f"with pool:\n    {RUN}\n    assert pool.started",
        f"for _ in pool:\n    {RUN}\nassert pool.started",
        "event_loop.run_until_complete(pool.start())\nassert pool.started",
        "event_loop.run_until_complete(asyncio.wait_for(start(), 1))\nassert pool.started",
        "x = start()\nevent_loop.run_until_complete(x)\nassert pool.started",
    ],
)
def test_an_unknown_function_before_other_code_needs_unsafe(lines: str) -> None:
    code, safety, message = verdict(body(lines))
    assert (code, safety) == ("ASH303", Safety.UNSAFE)
    assert "is defined elsewhere and may start a task, which gets no turn before the next line" in message


@pytest.mark.parametrize(
    "lines",
    [
        RUN,
        f"assert {RUN} == 1",
        f"{RUN}\nx = 1",
        f"{RUN}\nreturn",
        f"{RUN}\nevent_loop.run_until_complete(pool.stop())",
        "event_loop.run_until_complete(asyncio.sleep(1))\nassert pool.started",
        "event_loop.run_until_complete(asyncio.gather(start(), start()))\nassert pool.started",
        "async def own():\n    pass\nevent_loop.run_until_complete(own())\nassert pool.started",
        "event_loop.run_until_complete(event_loop.create_server(pool))\nassert pool.started",
    ],
)
def test_a_function_that_nothing_follows_or_that_is_known_is_awaited(lines: str) -> None:
    code, safety, _ = verdict(body(lines))
    assert code == "ASH303"
    assert safety is Safety.SAFE or "create_server" in lines


@pytest.mark.parametrize(
    ("beside", "safety"),
    [
        ({}, Safety.SAFE),
        ({"tests/lib.py": "async def start(): ...\n"}, Safety.SAFE),
        ({"tests/other.py": "import contextvars\n"}, Safety.UNSAFE),
        ({"tests/lib.py": "import contextvars\n\nasync def start(): ...\n"}, Safety.SAFE),
        ({"tests/lib.py": "from contextvars import ContextVar\n\nasync def start():\n    v.set(1)\n"}, Safety.UNSAFE),
        ({"tests/lib.py": "async def start():\n    event.set()\n"}, Safety.SAFE),
    ],
)
def test_context_variables_of_the_given_files_decide(beside: dict[str, str], safety: Safety) -> None:
    assert verdict(body(RUN), beside=beside)[:2] == ("ASH303", safety)


THROUGH_OTHERS = (
    LIBRARY
    + """

async def prepare():
    await start()


async def enter_all():
    await asyncio.wait_for(enter(), 60)
"""
)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("prepare", "`prepare` starts a task that may not get a turn"),
        ("enter_all", "`enter_all` may set a context variable"),
        ("open_client", "`open_client` starts a task that may not get a turn"),
    ],
)
def test_the_effects_of_what_a_coroutine_awaits_are_its_own(call: str, reason: str) -> None:
    text = (
        f"import other\n\n\ndef test_it(event_loop):\n    event_loop.run_until_complete(other.{call}())\n    look()\n"
    )
    users = "import library\n\n\nasync def open_client():\n    async with library.opened():\n        pass\n"
    opened = "\n\n@asynccontextmanager\nasync def opened():\n    await prepare()\n    yield\n"
    result = rewrite(text, beside={"library.py": THROUGH_OTHERS + opened, "users.py": users})
    (found,) = result.findings
    assert (found.code, found.safety) == ("ASH303", Safety.UNSAFE)
    assert reason in found.message


@pytest.mark.parametrize(
    ("body", "safety"),
    [
        ("await outside()", Safety.UNSAFE),
        ("return await client.outside()", Safety.UNSAFE),
        ("await outside()\n    await asyncio.sleep(0.1)", Safety.SAFE),
        ("await own()", Safety.SAFE),
        ("await asyncio.sleep(1)", Safety.SAFE),
    ],
)
def test_a_coroutine_that_ends_with_a_call_from_elsewhere_is_awaited_only_with_unsafe(
    body: str, safety: Safety
) -> None:
    text = f"""
import asyncio

from elsewhere import client, outside


async def own(): ...


async def prepare():
    {body}


def test_it(event_loop):
    event_loop.run_until_complete(prepare())
    assert True
"""
    (found,) = [each for each in rewrite(text.lstrip()).findings if each.code == "ASH303"]
    assert found.safety is safety


def test_context_variables_of_the_files_count_for_whatever_a_coroutine_awaits_from_elsewhere() -> None:
    text = "import asyncio\n\n\nasync def a():\n    await outside()\n    await asyncio.sleep(1)\n\n\n"
    text += "def test_it(event_loop):\n    event_loop.run_until_complete(a())\n"
    assert [each.safety for each in rewrite(text).findings] == [Safety.SAFE]
    (found,) = rewrite(text, beside={"library.py": LIBRARY}).findings
    assert "`outside()` is defined elsewhere and may set a context variable" in found.message
