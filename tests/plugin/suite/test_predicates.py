"""Which tests and fixtures asyncshim runs: other async plugins and unittest keep their own."""

from __future__ import annotations

import pytest

from asyncshim.history import OTHER_BACKEND_MARKS
from house.nested import run, run_source


def test_anyio_keeps_its_tests_and_their_fixtures(pytester: pytest.Pytester) -> None:
    pytest.importorskip("anyio")
    pytest.importorskip("trio")
    result = run_source(
        pytester,
        """
        import anyio, asyncio, pytest, sniffio

        @pytest.fixture
        async def resource():
            backend = sniffio.current_async_library()
            yield backend
            assert sniffio.current_async_library() == backend

        @pytest.mark.anyio
        async def test_anyio(resource, anyio_backend_name):
            assert resource == sniffio.current_async_library() == anyio_backend_name
            await anyio.sleep(0)

        async def test_asyncio(resource):
            assert resource == sniffio.current_async_library() == "asyncio"
            await asyncio.sleep(0)

        @pytest.fixture
        async def through_fixture(anyio_backend):
            return sniffio.current_async_library()

        @pytest.mark.anyio
        async def test_backend_by_fixture(through_fixture, anyio_backend_name):
            assert through_fixture == anyio_backend_name
        """,
        "-p",
        "anyio",
        "-v",
        passed=5,
    )
    result.stdout.fnmatch_lines(["*::test_anyio[[]trio] PASSED*", "*::test_asyncio PASSED*"])


@pytest.mark.parametrize("mode", ["strict", None])
def test_anyios_own_auto_mode_keeps_every_test(pytester: pytest.Pytester, mode: str | None) -> None:
    pytest.importorskip("anyio")
    pytester.makeini("[pytest]\nanyio_mode = auto\n" + ("" if mode is None else f"asyncio_mode = {mode}\n"))
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture
        def anyio_backend():
            return "trio"
        """
    )
    pytest.importorskip("trio")
    run_source(
        pytester,
        """
        import sniffio

        async def test_it():
            assert sniffio.current_async_library() == "trio"
        """,
        "-p",
        "anyio",
        passed=1,
    )


def test_modules_for_different_backends_can_be_run_together(pytester: pytest.Pytester) -> None:
    pytest.importorskip("trio")
    pytester.makepyfile(
        test_anyio="""
        import pytest, sniffio

        pytestmark = pytest.mark.anyio

        @pytest.fixture(params=["trio"])
        def anyio_backend(request):
            return request.param

        @pytest.fixture
        async def backend():
            return sniffio.current_async_library()

        async def test_it(backend):
            assert backend == sniffio.current_async_library() == "trio"
        """,
        test_asyncio="""
        import pytest, sniffio

        pytestmark = pytest.mark.asyncio

        @pytest.fixture
        async def backend():
            return sniffio.current_async_library()

        async def test_it(backend):
            assert backend == sniffio.current_async_library() == "asyncio"
        """,
    )
    run(pytester, "-p", "anyio", passed=2)


def test_unittest_runs_its_own_coroutines(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest, unittest

        loops = {}

        @pytest.fixture
        async def resource():
            return asyncio.get_running_loop()

        async def test_before(resource):
            loops["ours"] = asyncio.get_running_loop()
            assert resource is loops["ours"]

        class TestIsolated(unittest.IsolatedAsyncioTestCase):
            async def asyncSetUp(self):
                self.loop = asyncio.get_running_loop()

            async def test_it(self):
                assert asyncio.get_running_loop() is self.loop
                loops["theirs"] = self.loop

            async def asyncTearDown(self):
                assert asyncio.get_running_loop() is self.loop

        class TestPlain(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def take(self, resource):
                self.resource = resource

            def test_it(self):
                assert self.resource is loops["ours"] is asyncio.get_event_loop()

        async def test_after(resource):
            assert resource is asyncio.get_running_loop() is loops["ours"] is not loops["theirs"]
        """,
        passed=4,
    )


def test_a_marker_on_a_unittest_class_changes_nothing(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest, unittest

        @pytest.mark.asyncio
        class TestIsolated(unittest.IsolatedAsyncioTestCase):
            async def test_it(self):
                await asyncio.sleep(0)

            def test_sync(self):
                pass
        """,
        passed=2,
    )


@pytest.mark.parametrize("marker", OTHER_BACKEND_MARKS)
def test_asyncshim_never_runs_a_test_of_another_backend_even_if_its_plugin_is_missing(
    pytester: pytest.Pytester, marker: str
) -> None:
    pytester.makeini(f"[pytest]\nmarkers = {marker}: of another plugin\n")
    result = run_source(
        pytester,
        f"""
        import pytest

        @pytest.mark.{marker}
        async def test_theirs():
            pass

        async def test_ours():
            pass
        """,
        "-Wignore",
        passed=1,
        failed=1,
    )
    why = "no plugin runs this one: of its marker or fixtures, whose plugin is missing"
    result.stdout.fnmatch_lines([f"*::test_theirs: async def functions are not natively supported, and {why}"])


def test_a_fixture_called_io_loop_has_no_effect_without_tornado(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import pytest

        @pytest.fixture
        def io_loop():
            return 1

        async def test_it(io_loop):
            assert io_loop == 1
        """,
        passed=1,
    )
