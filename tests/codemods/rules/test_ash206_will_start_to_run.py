from __future__ import annotations

import pytest

from rule_tools import assert_unchanged, messages, rewrite

STRICT = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"}


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("async def test_a(): ...", "`test_a` may start to run: strict mode did not run it"),
        ("class TestA:\n    async def test_a(self): ...", "`test_a` may start to run: strict mode did not run it"),
        (
            "@pytest.fixture\nasync def pool():\n    yield",
            "the fixture `pool` may start to run: strict mode did not run it",
        ),
        (
            "class TestA:\n    @pytest.fixture(scope='class')\n    async def pool(self): ...",
            "the fixture `pool` may start to run: strict mode did not run it",
        ),
    ],
)
def test_unmarked_async_tests_and_fixtures_of_a_strict_suite_are_reported(definition: str, message: str) -> None:
    result = assert_unchanged(f"import pytest\n\n\n{definition}\n", "ASH206", beside=STRICT)
    assert result.findings[0].message == message


def test_a_parameter_set_without_the_marker_in_a_strict_suite_is_reported() -> None:
    sets = "[pytest.param(1, marks=pytest.mark.asyncio), 2]"
    text = f"import pytest\n\n\n@pytest.mark.parametrize('n', {sets})\nasync def test_a(n): ...\n"
    found = messages(rewrite(text, beside=STRICT))
    assert "5:11 ASH206 `test_a` may start to run: strict mode did not run it" in found


@pytest.mark.parametrize(
    "text",
    [
        "async def helper(): ...\n",
        "def test_a(): ...\n",
        "def test_a():\n    async def test_b(): ...\n",
        "import pytest\n\n@pytest.fixture\ndef pool(): ...\n",
        "import pytest\n\n@pytest.mark.anyio\nasync def test_a(): ...\n",
        "import pytest\n\npytestmark = pytest.mark.trio\n\nasync def test_a(): ...\n",
        "import pytest\n\n@pytest.mark.gen_test\nasync def test_a(io_loop): ...\n",
        "import unittest\n\nclass A(unittest.IsolatedAsyncioTestCase):\n    async def test_a(self): ...\n",
        "class TestA:\n    async def setup(self): ...\n",
        "class Shared:\n    async def test_a(self): ...\n",
        "from kit import Base\n\nclass TestA(Base):\n    async def test_a(self): ...\n",
        "import kit\n\nclass Base(kit.Base): ...\n\nclass TestA(Base):\n    async def test_a(self): ...\n",
        "class Meta(type): ...\n\nclass TestA(metaclass=Meta):\n    async def test_a(self): ...\n",
        "class Base:\n    async def test_a(self): ...\n",
        "import kit\n\n@kit.task\nasync def test_a(): ...\n",
        "from kit import command\n\n@command('test')\nasync def test_a(): ...\n",
        "import contextlib\n\n@contextlib.asynccontextmanager\nasync def test_server():\n    yield\n",
        "app = make()\n\n@app.get('/')\nasync def test_page(): ...\n",
        "class Task: ...\n\n@Task\nasync def test_a(): ...\n",
        "import kit, pytest\n\n@kit.once\n@pytest.fixture\nasync def pool(): ...\n",
    ],
)
def test_code_that_strict_mode_does_not_concern_is_not_reported(text: str) -> None:
    assert_unchanged(text, beside=STRICT)


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n",
        "import pytest\n\npytestmark = pytest.mark.asyncio\n\nasync def test_a(): ...\n",
        "import pytest\n\naio = pytest.mark.asyncio\n\n@aio\nasync def test_a(): ...\n",
        "import pytest\n\n@pytest.mark.asyncio\nclass TestA:\n    async def test_a(self): ...\n",
        "import pytest as p\n\n@p.mark.parametrize('n', [p.param(1,marks=p.mark.asyncio)])\nasync def test_a(n): ...\n",
        "import pytest_asyncio\n\n@pytest_asyncio.fixture\nasync def pool(): ...\n",
        "from pytest_asyncio import fixture\n\n@fixture\nasync def pool(): ...\n",
    ],
)
def test_tests_that_ran_in_strict_mode_are_not_reported(text: str) -> None:
    result = rewrite(text, beside=STRICT)
    assert result.changed
    assert "ASH206" not in {found.code for found in result.findings}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_nothing_is_reported_in_auto_and_legacy_mode(mode: str) -> None:
    beside = {"pytest.ini": f"[pytest]\nasyncio_mode = {mode}\n"}
    assert_unchanged("async def test_a(): ...\n", beside=beside)


@pytest.mark.parametrize(
    "text",
    [
        "class Base: ...\n\n\nclass TestA(Base):\n    async def test_a(self): ...\n",
        "class Base: ...\n\n\nclass More(Base, object): ...\n\n\nclass TestA(More):\n    async def test_a(self): ...\n",
        "class TestA(object):\n    async def test_a(self): ...\n",
        "import unittest.mock\n\n\n@unittest.mock.patch('a.b')\nasync def test_a(b): ...\n",
        "import pytest\n\n\n@pytest.mark.slow\nasync def test_a(): ...\n",
        "import hypothesis as h\n\n\n@h.given(h.strategies.none())\nasync def test_a(n): ...\n",
        "def twice(test):\n    return test\n\n\n@twice\nasync def test_a(): ...\n",
    ],
)
def test_classes_with_plain_bases_of_the_file_and_decorators_that_keep_a_function_are_reported(text: str) -> None:
    result = assert_unchanged(text, "ASH206", beside=STRICT)
    assert result.findings[0].message == "`test_a` may start to run: strict mode did not run it"


@pytest.mark.parametrize("path", ["src/app/checks.py", "tests/helpers.py", "tests/conftest.py"])
def test_a_test_in_a_file_that_pytest_does_not_collect_is_not_reported(path: str) -> None:
    assert_unchanged("async def test_a(): ...\n", path=path, beside=STRICT)


def test_python_files_decides_which_files_pytest_collects() -> None:
    beside = {"pytest.ini": "[pytest]\nasyncio_mode = strict\npython_files = tests/*.py check_*\n"}
    assert_unchanged("async def test_a(): ...\n", "ASH206", path="tests/helpers.py", beside=beside)
    assert_unchanged("async def test_a(): ...\n", "ASH206", path="src/check_it.py", beside=beside)
    assert_unchanged("async def test_a(): ...\n", path="src/test_it.py", beside=beside)


FIXTURE = "import pytest\n\n\n@pytest.fixture\nasync def pool(): ...\n"


def test_a_fixture_is_reported_where_pytest_can_find_it() -> None:
    assert_unchanged(FIXTURE, "ASH206", path="tests/conftest.py", beside=STRICT)
    assert_unchanged(FIXTURE, path="tests/helpers.py", beside=STRICT)
    taken = {**STRICT, "tests/conftest.py": "from tests.helpers import pool\n"}
    assert_unchanged(FIXTURE, "ASH206", path="tests/helpers.py", beside=taken)
    loaded = {**STRICT, "conftest.py": 'pytest_plugins = ["tests.helpers"]\n'}
    assert_unchanged(FIXTURE, "ASH206", path="tests/helpers.py", beside=loaded)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("requirements-test.txt", "pytest\npytest-asyncio\n"),
        ("requirements.txt", "pytest_asyncio>=0.17\n"),
        ("pyproject.toml", '[project]\nname = "x"\n[project.optional-dependencies]\ntest = ["pytest-asyncio>=0.21"]\n'),
        ("pyproject.toml", '[tool.poetry.dev-dependencies]\npytest-asyncio = "^0.21.1"\n'),
        ("pyproject.toml", '[tool.poetry.dev-dependencies]\npytest-asyncio = { version = "^0.23", optional = true }\n'),
        ("environment.yml", "dependencies:\n  - pytest-asyncio=1.2\n"),
        ("setup.py", 'setup(tests_require=["pytest-asyncio"])\n'),
    ],
)
def test_without_a_mode_the_default_of_the_declared_release_counts(name: str, content: str) -> None:
    assert_unchanged("async def test_a(): ...\n", "ASH206", beside={name: content})
    settings = {name: content, "pytest.ini": "[pytest]\naddopts = -q\n"}
    assert_unchanged("async def test_a(): ...\n", "ASH206", beside=settings)
    assert_unchanged(
        "async def test_a(): ...\n", beside={name: content, "pytest.ini": "[pytest]\nasyncio_mode = auto\n"}
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("requirements.txt", "pytest\n"),
        ("requirements.txt", "# pytest-asyncio\n"),
        ("requirements.txt", "pytest-asyncio==0.18.3\n"),
        ("requirements.txt", "pytest-asyncio>=0.17,<0.19\n"),
        ("requirements.txt", "pytest-asyncio~=0.18.1\n"),
        ("requirements.txt", "pytest-asyncio-cooperative\n"),
        ("pyproject.toml", '[tool.poetry.dev-dependencies]\npytest-asyncio = "^0.18"\n'),
        ("pyproject.toml", '[tool.poetry.dev-dependencies]\npytest-asyncio = { version = "^0.18" }\n'),
        ("environment.yml", "dependencies:\n  - pytest-asyncio=0.18\n"),
        ("pytest.ini", "[pytest]\nfilterwarnings = ignore::pytest_asyncio.PytestAsyncioError\n"),
        ("poetry.lock", 'name = "pytest-asyncio"\nversion = "0.21.1"\n'),
    ],
)
def test_nothing_is_reported_without_a_mode_if_no_release_with_a_strict_default_is_declared(
    name: str, content: str
) -> None:
    assert_unchanged("async def test_a(): ...\n", beside={name: content})


def test_nothing_is_reported_while_strict_mode_stays() -> None:
    assert_unchanged("async def test_a(): ...\n", beside=STRICT, select={"ASH206"})


MARKED = """
import pytest


@pytest.mark.asyncio
async def test_a(): ...


async def test_b(): ...


@pytest.fixture
def stored(event_loop):
    pytest.loop = event_loop
"""


def test_tests_whose_marker_this_run_removes_are_not_reported_and_the_others_keep_their_to_do_comments() -> None:
    result = rewrite(MARKED, beside=STRICT, todo=True)
    assert [(found.line, found.code) for found in result.findings] == [(5, "ASH101"), (9, "ASH206"), (13, "ASH331")]
    todo = b"# TODO(asyncshim): ASH206 `test_b` may start to run: strict mode did not run it\nasync def test_b(): ...\n"
    assert result.new.count(b"ASH206") == 1
    assert todo in result.new
    assert rewrite(result.new.decode(), todo=True).new == result.new
