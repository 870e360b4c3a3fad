"""Overrides of ``event_loop_policy``: a Runner for each policy, where the override is seen."""

from __future__ import annotations

import pytest

from house.nested import run, run_source

# Policies are deprecated since Python 3.14; that the suite uses them is its own business.
QUIET = "-Wignore::DeprecationWarning"
POLICY = """
import asyncio, pytest

class Own(asyncio.SelectorEventLoop):
    pass

class Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self):
        return Own()
"""


@pytest.mark.parametrize("scope", ["function", "class", "module", "package", "session"])
def test_an_override_of_every_scope_makes_the_loops(pytester: pytest.Pytester, scope: str) -> None:
    pytester.makeconftest(f"""{POLICY}
@pytest.fixture(scope={scope!r})
def event_loop_policy():
    return Policy()
""")
    run_source(
        pytester,
        """
        import asyncio, pytest
        from conftest import Own, Policy

        @pytest.fixture
        async def value():
            yield asyncio.get_running_loop()
            assert isinstance(asyncio.get_running_loop(), Own)

        async def test_async(value):
            assert isinstance(asyncio.get_running_loop(), Own)
            assert value is asyncio.get_running_loop()
            assert isinstance(asyncio.get_event_loop_policy(), Policy)

        async def test_again():
            assert isinstance(asyncio.get_running_loop(), Own)

        def test_sync(event_loop):
            assert isinstance(event_loop, Own)
            assert event_loop.run_until_complete(asyncio.sleep(0, 1)) == 1
        """,
        QUIET,
        passed=3,
    )


def test_tests_that_share_a_policy_share_its_loop(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(f"""{POLICY}
@pytest.fixture(scope="session")
def event_loop_policy():
    return Policy()

@pytest.fixture(scope="session")
async def shared():
    yield asyncio.get_running_loop()
""")
    for name in ("a", "b"):
        pytester.path.joinpath(f"test_{name}.py").write_text(
            "import asyncio\n\nasync def test_it(shared):\n    assert asyncio.get_running_loop() is shared\n"
        )
    run(pytester, QUIET, passed=2)


def test_a_policy_override_applies_only_in_its_module(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_a=f"""{POLICY}
@pytest.fixture(scope="module")
def event_loop_policy():
    return Policy()

async def test_own():
    assert isinstance(asyncio.get_running_loop(), Own)
""",
        test_b="""
        import asyncio

        before = asyncio.get_event_loop_policy()

        def test_sync():
            assert asyncio.get_event_loop_policy() is before
            assert type(asyncio.get_event_loop()).__name__ != "Own"

        async def test_default():
            assert asyncio.get_event_loop_policy() is before
            assert type(asyncio.get_running_loop()).__name__ != "Own"
        """,
    )
    run(pytester, QUIET, passed=3)
    run(pytester, QUIET, "test_b.py", "test_a.py", passed=3)


def test_a_parametrized_override_runs_its_tests_once_under_each_policy(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(f"""{POLICY}
class Other(asyncio.SelectorEventLoop):
    pass

class OtherPolicy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self):
        return Other()

@pytest.fixture(params=[Policy(), OtherPolicy()], ids=["own", "other"], scope="module")
def event_loop_policy(request):
    return request.param
""")
    result = run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture(scope="module")
        async def resource():
            yield asyncio.get_running_loop()

        async def test_one(resource, request):
            assert resource is asyncio.get_running_loop()
            assert type(resource).__name__.lower() == request.node.callspec.id

        async def test_two(resource, request):
            assert resource is asyncio.get_running_loop()
            assert type(resource).__name__.lower() == request.node.callspec.id
        """,
        QUIET,
        "-v",
        passed=4,
    )
    assert [line.split("::")[1].split()[0] for line in result.outlines if " PASSED" in line] == [
        "test_one[own]",
        "test_two[own]",
        "test_one[other]",
        "test_two[other]",
    ]


def test_uvloops_policy_makes_uvloops(pytester: pytest.Pytester) -> None:
    pytest.importorskip("uvloop")
    run_source(
        pytester,
        """
        import asyncio, pytest, uvloop

        @pytest.fixture(scope="session")
        def event_loop_policy():
            return uvloop.EventLoopPolicy()

        async def test_it():
            assert isinstance(asyncio.get_running_loop(), uvloop.Loop)
        """,
        QUIET,
        passed=1,
    )


def test_an_override_that_returns_the_policy_in_force_changes_nothing(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture(scope="session")
        def event_loop_policy():
            return asyncio.get_event_loop_policy()

        @pytest.fixture(scope="session")
        async def shared():
            return asyncio.get_running_loop()

        async def test_it(shared, event_loop):
            assert asyncio.get_running_loop() is shared is event_loop
        """,
        QUIET,
        passed=1,
    )


def test_the_fixture_gives_the_policy_in_force(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio

        def test_it(event_loop_policy):
            assert event_loop_policy is asyncio.get_event_loop_policy()
            event_loop_policy.new_event_loop().close()
        """,
        QUIET,
        passed=1,
    )


def test_each_loop_scope_has_a_loop_of_its_own_under_the_policy(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        f"""{POLICY}
loops = []

@pytest.fixture(scope="module")
def event_loop_policy():
    return Policy()

async def test_one():
    loops.append(asyncio.get_running_loop())

async def test_two():
    assert isinstance(asyncio.get_running_loop(), Own)
    assert asyncio.get_running_loop() not in loops
""",
        QUIET,
        "--asyncshim-runner=loop_scope",
        passed=2,
    )


VIRTUAL = """
import asyncio, pytest

class Virtual(asyncio.SelectorEventLoop):
    now = 0.0

    def time(self):
        return self.now

    def _run_once(self):
        if not self._ready and self._scheduled:
            self.now = max(self.now, self._scheduled[0].when())
        super()._run_once()

class Policy(asyncio.DefaultEventLoopPolicy):
    present = None

    def get_event_loop(self):
        if self.present is None or self.present.is_closed():
            self.present = Virtual()
        return self.present

@pytest.fixture(scope={scope!r})
def event_loop_policy():
    {policy}
"""
POLICIES = {
    "made by the fixture": "return Policy()",
    "put in force by the fixture": "former = asyncio.get_event_loop_policy(); policy = Policy(); "
    "asyncio.set_event_loop_policy(policy); yield policy; asyncio.set_event_loop_policy(former)",
}
ON_VIRTUAL_TIME = """
import asyncio, gc, pytest
from conftest import Policy, Virtual

@pytest.fixture
async def value():
    yield asyncio.get_running_loop()
    assert not isinstance(asyncio.get_running_loop(), Virtual)

async def test_virtual_time_passes_at_once(value):
    assert not isinstance(value, Virtual)  # fixtures ran on what new_event_loop() made
    assert isinstance(asyncio.get_running_loop(), Virtual)
    assert asyncio.get_event_loop() is asyncio.get_running_loop()
    await asyncio.sleep(3600)
    assert asyncio.get_running_loop().time() == 3600
    asyncio.create_task(asyncio.sleep(3600))

async def test_each_test_has_a_loop_of_its_own():
    assert asyncio.get_running_loop().time() == 0

def test_a_sync_test_does_not():
    assert not isinstance(asyncio.get_event_loop(), Virtual)

@pytest.mark.asyncio(loop_scope="class")
class TestOfAClass:
    async def test_one(self):
        await asyncio.sleep(7200)

    async def test_two(self):
        assert asyncio.get_running_loop().time() == 7200

def test_nothing_is_left_open():
    gc.collect()
"""


@pytest.mark.parametrize("scope", ["function", "session"])
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_tests_run_on_what_a_policy_returns_that_overrides_get_event_loop_only(
    pytester: pytest.Pytester, scope: str, policy: str
) -> None:
    pytester.makeconftest(VIRTUAL.format(scope=scope, policy=policy))
    source = ON_VIRTUAL_TIME
    if "set_event_loop_policy" in policy:  # which is in force for sync tests, too
        source = source.replace("not isinstance(asyncio.get_event_loop(), Virtual)", "True")
    if scope == "function":  # with a policy for each test, a class has none
        source = source.replace("== 7200", "== 0")
    result = run_source(pytester, source, QUIET, "-p", "no:randomly", passed=6)
    result.stdout.no_fnmatch_line("*ResourceWarning*")


def test_a_policy_with_its_own_new_event_loop_makes_the_loops_of_tests(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(f"""{POLICY}
    def get_event_loop(self):
        return super().get_event_loop()

@pytest.fixture(scope="session")
def event_loop_policy():
    return Policy()
""")
    run_source(
        pytester,
        """
        import asyncio
        from conftest import Own

        async def test_it():
            assert isinstance(asyncio.get_running_loop(), Own)
        """,
        QUIET,
        passed=1,
    )


def test_a_policy_whose_get_event_loop_returns_the_current_loop_needs_no_other(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import asyncio, pytest

        class Policy(asyncio.DefaultEventLoopPolicy):
            def get_event_loop(self):
                try:
                    return super().get_event_loop()
                except RuntimeError:
                    self.set_event_loop(self.new_event_loop())
                    return super().get_event_loop()

        @pytest.fixture(scope="session")
        def event_loop_policy():
            return Policy()
        """
    )
    run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture
        async def value():
            yield asyncio.get_running_loop()

        async def test_it(value):
            assert value is asyncio.get_running_loop()
        """,
        QUIET,
        passed=1,
    )
