from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim_codemods.results import Safety
from migrated_suites import unchanged
from rule_tools import assert_unchanged, rewrite

HEAD = "import functools\n\nimport pytest\n"
WRAPS = """
def wrapped(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
"""
BARE = """
def wrapped(function):
    def wrapper(*args):
        return function(*args)
    return wrapper
"""
KEEPS = """
def wrapped(times):
    def decorate(function):
        @functools.wraps(function)
        async def wrapper(*args, **kwargs):
            return await function(*args, **kwargs)
        return wrapper
    return decorate
"""
MARKED = "@pytest.mark.asyncio\n@wrapped\nasync def test_it():\n    assert notes.append(1) is None\n"
MODULE_MARK = "pytestmark = pytest.mark.asyncio\n\n\n@wrapped\nasync def test_it(): ...\n"
CLASS_MARK = "@pytest.mark.asyncio\nclass TestIt:\n    @wrapped\n    async def test_it(self): ...\n"
ALIAS = "aio = pytest.mark.asyncio\n\n\n@aio\n@wrapped\nasync def test_it(): ...\n"


def safeties(text: str, **choices: str) -> list[tuple[str, Safety, bool]]:
    return [
        (each.code, each.safety, each.fixed)
        for each in rewrite(HEAD + text, **choices).findings
        if each.code != "ASH205"
    ]


@pytest.mark.parametrize("decorator", [WRAPS, BARE, "from tools import wrapped\n"])
@pytest.mark.parametrize(
    ("test", "code"), [(MARKED, "ASH101"), (MODULE_MARK, "ASH102"), (CLASS_MARK, "ASH101"), (ALIAS, "ASH104")]
)
def test_the_marker_of_a_wrapped_test_is_removed_only_for_runners_that_run_the_wrapper(
    decorator: str, test: str, code: str
) -> None:
    for runner in ("asyncshim", "conftest"):
        assert (code, Safety.SAFE, True) in safeties(decorator + test, runner=runner)
    for runner in ("pytest-asyncio", "anyio", "alt-pytest-asyncio"):
        found = rewrite(HEAD + decorator + test, runner=runner)
        assert not found.changed
        assert (code, Safety.UNSAFE) in [(each.code, each.safety) for each in found.findings]
        assert any("may make `test_it` a plain function" in each.message for each in found.findings)


@pytest.mark.parametrize(
    "test",
    [
        f"{KEEPS}\n{MARKED.replace('@wrapped', '@wrapped(2)')}",
        MARKED.replace("@wrapped", "@pytest.mark.slow"),
        f"from unittest import mock\n\n\n{MARKED.replace('@wrapped', chr(64) + 'mock.patch(1, new=2)')}",
        f"from hypothesis import given\n\n\n{MARKED.replace('@wrapped', '@given(1)')}",
        MARKED.replace("@wrapped\n", ""),
    ],
)
def test_decorators_that_keep_a_test_async_do_not_need_the_marker(test: str) -> None:
    assert ("ASH101", Safety.SAFE, True) in safeties(test, runner="pytest-asyncio")


@pytest.mark.parametrize("value", ["make()", "coroutine", "self.x", "a() if b else c()"])
@pytest.mark.parametrize("mark", ["@pytest.mark.asyncio\n", "pytestmark = pytest.mark.asyncio\n\n\n"])
def test_the_marker_stays_where_a_sync_test_may_return_a_coroutine(value: str, mark: str) -> None:
    code = "ASH106" if mark.startswith("@") else "ASH102"
    result = assert_unchanged(f"import pytest\n\n\n{mark}def test_it(): return {value}\n", code)
    assert "if that is a coroutine, it is awaited only with the marker" in result.findings[0].message


@pytest.mark.parametrize("mark", ["@pytest.mark.asyncio\n", "pytestmark = pytest.mark.asyncio\n\n\n"])
def test_the_marker_of_a_sync_test_that_returns_a_coroutine_of_its_file_stays_even_with_unsafe(mark: str) -> None:
    text = f"import pytest\n\n\nasync def answer(): ...\n\n\n{mark}def test_it(): return answer()\n"
    (found,) = assert_unchanged(text, "ASH106" if mark.startswith("@") else "ASH102", unsafe=True).findings
    assert found.safety is Safety.MANUAL
    assert "`test_it` returns the coroutine of `answer`" in found.message


WRAPS_METHODS = """
def wrapped(cls):
    for name in [each for each in vars(cls) if each.startswith("test")]:
        setattr(cls, name, decorate(getattr(cls, name)))
    return cls
"""


@pytest.mark.parametrize(
    ("decorator", "safety"),
    [
        (WRAPS_METHODS, Safety.UNSAFE),
        ("from tools import wrapped\n", Safety.UNSAFE),
        ("def wrapped(cls):\n    cls.x = 1\n    return cls\n", Safety.SAFE),
        ("from dataclasses import dataclass as wrapped\n", Safety.SAFE),
        ("from unittest import skip as wrapped\n", Safety.SAFE),
    ],
)
@pytest.mark.parametrize("place", ["class", "method"])
def test_a_decorator_of_a_class_that_may_wrap_its_tests_counts_as_one_of_theirs(
    decorator: str, safety: Safety, place: str
) -> None:
    marks = {place: "@pytest.mark.asyncio\n", **({"class": ""} if place == "method" else {"method": ""})}
    method = "".join(f"    {line}\n" for line in f"{marks['method']}async def test_it(self): ...".splitlines())
    text = f"{decorator}\n{marks['class']}@wrapped\nclass TestIt:\n{method}"
    assert safeties(text, runner="pytest-asyncio") == [("ASH101", safety, safety is Safety.SAFE)]
    assert safeties(text) == [("ASH101", Safety.SAFE, True)]


@pytest.mark.parametrize("body", ["return", "return 1", "def f(): return g()", "yield make()"])
def test_other_sync_tests_lose_the_marker(body: str) -> None:
    assert safeties(f"@pytest.mark.asyncio\ndef test_it():\n    {body}\n") == [("ASH106", Safety.SAFE, True)]


@pytest.mark.parametrize("decorator", [WRAPS, BARE])
@pytest.mark.parametrize("mark", ["", "pytestmark = pytest.mark.asyncio\n"])
def test_wrapped_tests_have_the_same_outcomes_after_migrate(tmp_path: Path, decorator: str, mark: str) -> None:
    own = "" if mark else "@pytest.mark.asyncio\n"
    text = f"""{HEAD}import asyncio
{mark}{decorator}
notes = []

{own}@wrapped
async def test_passes():
    await asyncio.sleep(0)
    notes.append(1)

{own}@wrapped
async def test_fails():
    await asyncio.sleep(0)
    assert notes == []

{own}@wrapped
def test_generator_like():
    return asyncio.sleep(0, notes.append(2))

def test_ran():
    assert notes == [1, 2]
"""
    suite = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n", "test_it.py": text}
    found = unchanged(tmp_path, suite, "--runner", "asyncshim")
    assert "asyncio" not in found.text("test_it.py").replace("import asyncio", "").replace("asyncio.sleep", "")
    assert sorted(found.after.values()) == ["failed", "passed", "passed", "passed"]


def test_a_marked_sync_test_that_returns_a_coroutine_still_runs_it_after_migrate(tmp_path: Path) -> None:
    text = """
        import asyncio

        import pytest

        notes = []


        async def answer():
            notes.append(1)


        @pytest.mark.asyncio
        def test_it():
            return answer()


        def test_ran():
            assert notes == [1]
    """
    unchanged(tmp_path, {"pytest.ini": "[pytest]\n", "test_it.py": text})
