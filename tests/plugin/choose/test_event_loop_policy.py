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
