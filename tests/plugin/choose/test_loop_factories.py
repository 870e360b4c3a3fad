"""The hook ``pytest_asyncio_loop_factories``: every async test once on each kind of loop, with pytest-asyncio's ids."""

from __future__ import annotations

import pytest

from house.nested import run, run_source

FACTORIES = """
import asyncio, pytest

class Red(asyncio.SelectorEventLoop):
    pass

class Blue(asyncio.SelectorEventLoop):
    pass

def pytest_asyncio_loop_factories(config, item):
    return {"red": Red, "blue": Blue}
"""
NAME = "type(asyncio.get_running_loop()).__name__.lower()"


def passed_tests(result: pytest.RunResult) -> list[str]:
    return [line.split("::", 1)[1].split(" PASSED")[0] for line in result.outlines if " PASSED" in line]


def test_each_async_test_runs_once_on_each_kind_and_sync_tests_once(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES)
    result = run_source(
        pytester,
        f"""
        import asyncio, pytest

        async def test_async(request):
            assert {NAME} == request.node.callspec.id

        def test_sync():
            pass

        class TestMethods:
            @pytest.mark.parametrize("number", [1, 2])
            async def test_method(self, number, request):
                assert {NAME} in request.node.callspec.id.split("-")
        """,
        "-v",
        passed=7,
    )
    assert sorted(passed_tests(result)) == [
        "TestMethods::test_method[blue-1]",
        "TestMethods::test_method[blue-2]",
        "TestMethods::test_method[red-1]",
        "TestMethods::test_method[red-2]",
        "test_async[blue]",
        "test_async[red]",
        "test_sync",
    ]


def test_only_async_tests_use_the_fixture_that_holds_the_factory(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES)
    run_source(
        pytester,
        """
        async def test_async(request): assert "_asyncio_loop_factory" in request.fixturenames
        def test_sync(request): assert "_asyncio_loop_factory" not in request.fixturenames
        """,
        passed=3,
    )


def test_a_single_factory_leaves_the_ids_alone(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES.replace('{"red": Red, "blue": Blue}', '{"blue": Blue}'))
    result = run_source(
        pytester, f"import asyncio\n\nasync def test_it():\n    assert {NAME} == 'blue'\n", "-v", passed=1
    )
    hidden = hasattr(pytest, "HIDDEN_PARAM")
    assert passed_tests(result) == ["test_it" if hidden else "test_it[blue]"]


def test_the_marker_selects_factories_in_its_own_order(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES)
    result = run_source(
        pytester,
        f"""
        import asyncio, pytest

        @pytest.mark.asyncio(loop_factories=["blue", "red"])
        async def test_both(request):
            assert {NAME} == request.node.callspec.id

        @pytest.mark.asyncio(loop_factories=["red"])
        async def test_one():
            assert {NAME} == "red"
        """,
        "-v",
        passed=3,
    )
    assert passed_tests(result)[:2] == ["test_both[blue]", "test_both[red]"]


def test_a_factory_that_is_not_there_is_skipped_with_the_names_of_those_that_are(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES)
    result = run_source(
        pytester,
        f"""
        import asyncio, pytest

        @pytest.mark.asyncio(loop_factories=["red", "green"])
        async def test_it(request):
            assert {NAME} == "red"
        """,
        "-rs",
        passed=1,
        skipped=1,
    )
    result.stdout.fnmatch_lines(["SKIPPED*Loop factory 'green' is not available. Available factories: red, blue."])


def test_naming_factories_without_a_hook_fails_that_test_by_name(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.asyncio(loop_factories=["red"])
        async def test_it():
            pass

        async def test_other():
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1, passed=1)
    text = "mark.asyncio 'loop_factories' requires at least one pytest_asyncio_loop_factories hook implementation."
    result.stdout.fnmatch_lines([f"*.py::test_it: {text}"])


@pytest.mark.parametrize("value", ["{}", "[Red]", "{'': Red}", "{1: Red}", "{'red': 'Red'}", "'red'"])
def test_what_is_no_mapping_of_names_to_callables_is_a_usage_error(pytester: pytest.Pytester, value: str) -> None:
    pytester.makeconftest(FACTORIES.replace('{"red": Red, "blue": Blue}', value))
    pytester.makepyfile("async def test_it(): pass")
    result = pytester.runpytest()
    text = result.stdout.str() + result.stderr.str()
    assert "pytest_asyncio_loop_factories must return a non-empty mapping of factory names to callables." in text
    assert result.ret in {pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED}


def test_fixtures_run_on_the_loop_of_the_test_and_are_set_up_once_for_each_kind(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        f"""{FACTORIES}
set_up = []

@pytest.fixture(scope="session")
async def pool():
    set_up.append({NAME})
    yield asyncio.get_running_loop()
    assert asyncio.get_running_loop() is not None
    set_up.append({NAME} + " down")

@pytest.fixture
async def connection(pool):
    assert asyncio.get_running_loop() is pool
    yield pool
    assert asyncio.get_running_loop() is pool
"""
    )
    result = run_source(
        pytester,
        """
        import asyncio, pytest
        from conftest import set_up

        @pytest.mark.asyncio(loop_scope="session")
        class TestGroup:
            async def test_one(self, connection):
                assert asyncio.get_running_loop() is connection

            async def test_two(self, pool):
                assert asyncio.get_running_loop() is pool

        def test_story():
            assert set_up in (["red", "red down", "blue"], ["red", "red down", "blue", "blue down"])
        """,
        "-v",
        passed=5,
    )
    assert passed_tests(result) == [
        "TestGroup::test_one[red]",
        "TestGroup::test_two[red]",
        "TestGroup::test_one[blue]",
        "TestGroup::test_two[blue]",
        "test_story",
    ]


def test_session_fixtures_survive_sync_tests_between_async_ones(pytester: pytest.Pytester) -> None:
    """pytest-asyncio tears them down and sets them up again (its issue 1501)."""
    pytester.makeconftest(FACTORIES.replace('{"red": Red, "blue": Blue}', '{"blue": Blue}'))
    run_source(
        pytester,
        """
        import asyncio, pytest

        set_up = []

        @pytest.fixture(scope="session")
        async def pool():
            set_up.append("up")
            yield 42
            set_up.append("down")

        @pytest.fixture(scope="session")
        def plain(pool):
            set_up.append("plain up")
            yield pool
            set_up.append("plain down")

        @pytest.mark.asyncio(loop_scope="session")
        async def test_one(plain):
            assert set_up == ["up", "plain up"]

        def test_sync(plain):
            assert set_up == ["up", "plain up"]

        def test_without():
            assert set_up == ["up", "plain up"]

        @pytest.mark.asyncio(loop_scope="session")
        async def test_two(plain):
            assert set_up == ["up", "plain up"]
        """,
        passed=4,
    )


def test_a_hook_may_choose_by_item(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        FACTORIES.replace(
            'return {"red": Red, "blue": Blue}',
            'return {"red": Red} if "red" in item.name else {"blue": Blue}',
        )
    )
    run_source(
        pytester,
        f"""
        import asyncio

        async def test_red():
            assert {NAME} == "red"

        async def test_other():
            assert {NAME} == "blue"
        """,
        passed=2,
    )


def test_the_nearest_conftest_decides(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES.replace('{"red": Red, "blue": Blue}', '{"red": Red}'))
    folder = pytester.mkdir("inner")
    folder.joinpath("conftest.py").write_text(FACTORIES.replace('{"red": Red, "blue": Blue}', '{"blue": Blue}'))
    source = "import asyncio\n\nasync def test_it():\n    assert {} == {!r}\n"
    folder.joinpath("test_inner.py").write_text(source.format(NAME, "blue"))
    pytester.path.joinpath("test_outer.py").write_text(source.format(NAME, "red"))
    run(pytester, passed=2)


def test_sync_tests_and_fixtures_find_the_loop_of_the_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES)
    run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture
        def loop():
            return asyncio.get_event_loop()

        async def test_it(loop, event_loop):
            assert loop is event_loop is asyncio.get_running_loop()
        """,
        passed=2,
    )


def test_strict_mode_parametrizes_marked_tests_only(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES)
    pytester.makeini("[pytest]\nasyncio_mode = strict\n")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.asyncio
        async def test_marked():
            pass

        async def test_other():
            pass
        """
    )
    result = pytester.runpytest("--collect-only", "-q")
    assert [line.split("::")[1] for line in result.outlines if "::" in line] == [
        "test_marked[red]",
        "test_marked[blue]",
        "test_other",
    ]


def test_each_loop_scope_has_a_loop_of_its_own_kind(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES)
    run_source(
        pytester,
        f"""
        import asyncio

        seen = set()

        async def test_one(request):
            assert {NAME} == request.node.callspec.id
            seen.add(id(asyncio.get_running_loop))

        async def test_two(request):
            assert {NAME} == request.node.callspec.id
        """,
        "--asyncshim-runner=loop_scope",
        passed=4,
    )


def test_a_factory_that_the_hook_makes_anew_each_time_is_the_same_factory(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES.replace('{"red": Red, "blue": Blue}', '{"red": lambda: Red()}'))
    run_source(
        pytester,
        """
        import asyncio, pytest

        set_up = []

        @pytest.fixture(scope="session")
        async def pool():
            set_up.append(1)
            return asyncio.get_running_loop()

        async def test_one(pool):
            assert asyncio.get_running_loop() is pool

        async def test_two(pool):
            assert asyncio.get_running_loop() is pool
            assert set_up == [1]
        """,
        passed=2,
    )


def test_a_sync_test_that_comes_first_sets_fixtures_up_where_async_tests_find_them(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES.replace('{"red": Red, "blue": Blue}', '{"blue": Blue}'))
    run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture(scope="session")
        async def pool():
            yield asyncio.get_running_loop()

        def test_sync(pool):
            assert type(pool).__name__ == "Blue"

        async def test_async(pool):
            assert asyncio.get_running_loop() is pool
        """,
        passed=2,
    )


def test_fixtures_of_a_sync_test_move_on_to_the_next_kind_of_loop(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FACTORIES)
    result = run_source(
        pytester,
        f"""
        import asyncio, pytest

        set_up = []

        @pytest.fixture(scope="session")
        async def pool():
            set_up.append({NAME})
            yield asyncio.get_running_loop()
            set_up.append("down")

        def test_sync(pool):
            assert set_up == ["red"]

        @pytest.mark.asyncio(loop_scope="session")
        async def test_async(pool):
            assert asyncio.get_running_loop() is pool

        def test_story():
            assert set_up in (["red", "down", "blue"], ["red", "down", "blue", "down"])
        """,
        "-v",
        passed=4,
    )
    assert passed_tests(result) == ["test_sync", "test_async[red]", "test_async[blue]", "test_story"]


def test_a_hook_in_one_folder_is_not_for_tests_in_another(pytester: pytest.Pytester) -> None:
    body = f"assert ({NAME} == 'red') is ('red' in request.node.name)"
    test = f"import asyncio\nasync def test_it(request):\n    {body}\n"
    with_hook, without = pytester.mkdir("with_hook"), pytester.mkdir("without")
    with_hook.joinpath("conftest.py").write_text(FACTORIES)
    with_hook.joinpath("test_a.py").write_text(test)
    marked = '@pytest.mark.asyncio(loop_factories=["red"])\nasync def test_marked(): pass\n'
    without.joinpath("test_b.py").write_text(f"import pytest\n{test}{marked}")
    result = run(pytester, "-v", passed=3, errors=1)
    assert [name.partition(" ")[0] for name in passed_tests(result)] == ["test_it[red]", "test_it[blue]", "test_it"]
    result.stdout.fnmatch_lines(["*test_marked: mark.asyncio 'loop_factories' requires at least one *"])
