"""Slices change nothing but the time: the same findings, edits and bytes with and without them."""

from __future__ import annotations

import ast
import asyncio
import random
import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asyncshim_codemods import api, run
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.registry import all_rules
from asyncshim_codemods.results import FileResult, Options
from asyncshim_codemods.source.narrowing import slicing
from asyncshim_codemods.source.narrowing.slicing import sliced
from house.tree import ROOT

ALL = frozenset(api.rules())
CORPUS = sorted(case for case in (ROOT / "fixtures_corpus").iterdir() if (case / "before").is_dir())
FOLDER = Path(asyncio.__file__).parent.parent


@pytest.fixture(autouse=True)
def short_files_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slicing, "WORTH_IT", 0)
    monkeypatch.setattr(slicing, "WORTH_LEAVING", 0)


def both(path: str, data: bytes, facts: ProjectFacts, options: Options) -> tuple[FileResult, FileResult]:
    """The result from the whole file, and that from its slice."""
    part = run.rewrite(path, data, facts, options, all_rules())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "sliced", lambda *_: None)
        return run.rewrite(path, data, facts, options, all_rules()), part


def kept(text: str) -> list[str]:
    """The lines that are left of a file, without the blank ones; ``...`` for what was left out."""
    slice_ = sliced(dedent(text).lstrip("\n").encode())
    assert slice_ is not None
    lines = (re.sub(r"\(_asyncshim_slice_\d+,\s*(.*?),?\)", r"... \1", line) for line in slice_.text.split("\n"))
    return [line.rstrip() for line in lines if line.strip()]


def test_what_no_rule_looks_for_is_left_out() -> None:
    assert kept("""
        import pytest
        import other

        first = 1


        def helper():
            return 1


        class TestA:
            x = 1

            @pytest.mark.asyncio
            async def test_a(self, y=helper):
                await other.thing()
                await other.thing()

            # Said of it.
            def test_b(self):
                pytest.skip()
                other.thing()
                other.thing()


        def last():
            return 1
            # inside
    """) == [
        "import pytest",
        "import other",
        "first = 1",
        "def helper():",
        "    ...",
        "class TestA:",
        "    ...",
        "    @pytest.mark.asyncio",
        "    async def test_a(self, y=helper):",
        "        ...",
        "    # Said of it.",
        "    ... pytest",
        "...",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "def test_a(event_loop):\n    event_loop.run_until_complete(x())",
        "@pytest.fixture\ndef event_loop():\n    yield 1",
        "@pytest.fixture(name='event_loop')\ndef loop():\n    yield 1",
        "pytestmark = pytest.mark.trio",
        "with a as b:\n    x = 1",
        "x = 1; y = 2",
        "def f():\n    global x\n    x = 1",
        "x = (y := 1)",
        "class pytest:\n    z = 1",
    ],
)
def test_a_statement_that_matters_is_kept_whole(statement: str) -> None:
    noise = "def noise():\n" + "    c = 1\n" * 9 + "    return c"
    text = f"import pytest\n\n{noise}\n\n{statement}\n\n{noise.replace('noise', 'more')}\n"
    assert statement.partition("\n")[0] in "\n".join(kept(text))
    if not statement.startswith("class"):
        assert statement in "\n".join(kept(text))


@pytest.mark.parametrize(
    "addition",
    [
        "# asyncshim: ignore",
        "\f",
        "# TODO(asyncshim): ASH331 x",
        "x = '\r'",
        "_asyncshim_slice_1 = 1",
        "def f(:",
        "'event' '_loop'",
    ],
)
def test_some_files_are_taken_whole(addition: str) -> None:
    text = "import pytest\n" + "def f():\n    pass\n    pass\n    pass\n" * 9
    assert sliced(text.encode()) is not None
    assert sliced((text + addition + "\n").encode()) is None
    assert sliced(b"# coding: latin-1\n" + text.encode()) is None
    assert sliced(b"\xff" + text.encode()) is None


def test_a_rule_that_asks_for_all_of_a_file_gets_it() -> None:
    body = b"        pass\n" * 5
    text = b"import pytest\n\n\n@pytest.mark.usefixtures('event_loop')\nclass TestA:\n"
    text += b"    async def test_a(self):\n" + body + b"    async def test_b(self):\n" + body
    assert sliced(text) is not None
    whole, part = both("test_a.py", text, ProjectFacts(), Options(ALL))
    assert part == whole
    assert part.changed


def test_a_syntax_that_libcst_does_not_know_costs_nothing_where_no_rule_looks() -> None:
    test = b"async def test_a():\n    pass\n    pass\n    (x): int = 1\n    pass\n"
    text = b"import pytest\n\n\n@pytest.mark.asyncio\n" + test
    whole, part = both("test_a.py", text, ProjectFacts(), Options(ALL))
    assert (whole.error or "").startswith("LibCST cannot parse it")
    assert part.error is None
    assert part.new == test


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
@pytest.mark.parametrize("choices", [{}, {"unsafe": True}, {"todo": True}], ids=["safe", "unsafe", "todo"])
def test_the_corpus_comes_out_the_same(case: Path, choices: dict[str, bool]) -> None:
    root = case / "before"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    facts = api.collect_facts(files.items())
    for path, data in files.items():
        if path.endswith(".py"):
            whole, part = both(path, data, facts, Options(ALL, **choices))
            assert part == whole


_FUNCTION = re.compile(r"^([ \t]*)((?:async )?def \w+\()(.*)$")
_HEADS = (
    "import pytest\nimport pytest_asyncio\n",
    "import pytest, pytest_asyncio, asyncio\n",
    "import pytest_asyncio as pytest\n",
    "import pytest\nimport pytest_asyncio as pa\npytest_asyncio = pa\n",
    "from pytest_asyncio import fixture as fx\nimport pytest\nimport pytest_asyncio\naio = pytest.mark.asyncio\n",
)
_DECORATORS = (
    "@pytest.mark.asyncio",
    "@pytest.mark.asyncio(loop_scope='module')",
    "@pytest_asyncio.fixture",
    "@pytest_asyncio.fixture(scope='module')  # why",
    "@pytest.mark.usefixtures('event_loop')",
    "@pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.asyncio)])",
    "@aio",
    "@fx",
    "# why",
)
_BODIES = ("event_loop.run_until_complete(print())", "event_loop.call_soon(print)", "return event_loop", "yield")


def old_fashioned(text: str, chance: random.Random) -> str:
    """A module in which some functions became tests and fixtures of pytest-asyncio's."""
    rate = chance.choice([0.02, 0.1, 0.3])
    lines: list[str] = []
    for line in text.split("\n"):
        match = _FUNCTION.match(line)
        if match is None or chance.random() > rate:
            lines.append(line)
            continue
        lines += [match[1] + chance.choice(_DECORATORS) for _ in range(chance.randrange(3))]
        parameters = match[3]
        if parameters and chance.random() < 0.6:
            lead = "self, " if parameters.startswith("self,") else ""
            rest = parameters.removeprefix(lead)
            parameters = f"{lead}event_loop{rest if rest.startswith(')') else ', ' + rest}"
        lines.append(match[1] + match[2] + parameters)
        if line.endswith(":") and chance.random() < 0.7:
            lines.append(f"{match[1]}    {chance.choice(_BODIES)}")
    new = "\n".join(lines)
    at = new.find("\nimport ") + 1
    return new[:at] + chance.choice(_HEADS) + new[at:]


MODULES = [
    path
    for path in [*sorted((FOLDER / "test").glob("**/test_*.py")), *sorted(FOLDER.glob("*.py"))]
    if path.is_file() and path.stat().st_size < 40_000 and b"async def" in path.read_bytes()
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_real_module_with_old_tests_comes_out_the_same(path: Path) -> None:
    chance = random.Random(path.name)
    text = path.read_text(encoding="utf-8")
    for _ in range(8):
        new = old_fashioned(text, chance)
        try:
            ast.parse(new)
        except (SyntaxError, ValueError):
            continue
        data = new.replace("\n", chance.choice(["\n", "\n", "\r\n"])).encode()
        options = Options(ALL, unsafe=chance.random() < 0.5, todo=chance.random() < 0.3)
        whole, part = both("tests/test_a.py", data, api.collect_facts([("tests/test_a.py", data)]), options)
        if not (whole.error or "").startswith("LibCST cannot parse it"):
            assert part == whole
        return


_PIECES = (
    "x{n} = [1,2 ,\n  3 ] # c",
    "def f{n} ( a ,b = 1 ) :\n\treturn  pytest   # c\n\t# d",
    "class C{n}( object ):\n  y = '''\n  {n}\n'''\n  def asyncio(self): pytest.x\n\n  z  =  1 # e",
    "if  x{n}  : pass ;  y = (\n    1 # f\n)",
    "async def g{n}(event_loop, *a, **k) : await  a  # g",
    "@pytest.mark.asyncio\nasync def test_{n}(event_loop, pytest=1):\n    '''Doc.'''\n    pytest.x\n    # h",
    "@pytest.mark.asyncio\nasync def test_{n}(f):\n    for pytest in f: ...\n    # h\n    [asyncio for asyncio in f]",
    "@aio\n@pytest.mark.slow\nasync def test_{n}():\n    def f():\n        return pytest.x, aio\n    return f\n  # i",
    "aio = pytest.mark.asyncio",
    "import asyncio, pytest_asyncio",
    "@pytest_asyncio.fixture\nasync def fix{n}(event_loop):\n    yield asyncio.x\n    await asyncio.sleep(0)\n\n# j",
    "def test_s{n}(event_loop, fix1):\n    f1(1)\n    event_loop.run_until_complete(g2(fix1))",
    "class TestD{n}:\n    pytestmark = [pytest.mark.asyncio]\n    async def test_m(self): ...\n    # k",
    "class TestE:\n    async def test_m(self, event_loop): 1\n    def o(self):\n        self.test_m()\n        # l",
    "del x{n}",
    "__all__ = ['asyncio', 'f{n}']",
    "'''Words: pytest.'''",
    "z{n} = 'pytest'",
)


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    pieces=st.lists(st.sampled_from(_PIECES), min_size=2, max_size=9),
    numbers=st.lists(st.integers(1, 3), min_size=9, max_size=9),
    gaps=st.sampled_from(["\n", "\n\n", "\n\n\n"]),
    unsafe=st.booleans(),
    todo=st.booleans(),
)
def test_modules_of_odd_pieces_come_out_the_same(
    pieces: list[str], numbers: list[int], gaps: str, *, unsafe: bool, todo: bool
) -> None:
    filled = [piece.replace("{n}", str(number)) for piece, number in zip(pieces, numbers, strict=False)]
    data = gaps.join(["import pytest", *filled, ""]).encode()
    ast.parse(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slicing, "WORTH_IT", 0)
        patch.setattr(slicing, "WORTH_LEAVING", 0)
        whole, part = both("tests/test_a.py", data, ProjectFacts(), Options(ALL, unsafe=unsafe, todo=todo))
    assert part == whole
