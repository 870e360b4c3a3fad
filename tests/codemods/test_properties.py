"""Properties that hold for every file: random suites, and real modules with inserted tests."""

from __future__ import annotations

import ast
import asyncio
import itertools
import random
from pathlib import Path

import hypothesmith
import libcst as cst
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from asyncshim_codemods import api
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import FileResult, Options

ALL = frozenset(api.rules())
relaxed = settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))

HEADS = [
    "import pytest\nimport pytest_asyncio\n",
    "import asyncio\nimport os, pytest, pytest_asyncio\n",
    "import pytest as pt\nimport pytest_asyncio as pa\npytest, pytest_asyncio = pt, pa\n",
    "from __future__ import annotations\n\nimport pytest\n\nimport pytest_asyncio  # {c}\n",
    '"""Doc."""\n# {c}\nimport pytest\nimport pytest_asyncio\n',
    "#!/usr/bin/python\n\nimport pytest_asyncio\nimport sys\n\nimport pytest\n",
]
DECORATORS = [
    "@pytest.mark.asyncio",
    "@pytest.mark.asyncio()  # {c}",
    "@pytest.mark.asyncio(\n{i}    loop_scope='module',  # {c}\n{i})",
    "@pytest.mark.slow",
    "@pytest.mark.parametrize('n', [1, pytest.param(2, marks=pytest.mark.asyncio, id='two')])  # {c}",
    "@pytest_asyncio.fixture",
    "@pytest_asyncio.fixture(scope='module', loop_scope='module')  # {c}",
    "@pytest.fixture  # {c}",
    "# {c}",
    "",
]
PARAMETERS = [
    "",
    "event_loop",
    "n",
    "event_loop, n",
    "n, *, event_loop: object",
    "\n{i}    n,  # {c}\n{i}    event_loop,  # {c}\n{i}",
]
BODIES = [
    "{i}    pass",
    "{i}    '''Doc.'''\n\n{i}    # {c}\n{i}    event_loop.call_soon(print)  # {c}",
    "{i}    return [event_loop for _ in ()]",
    "{i}    if True:\n{i}        yield event_loop\n{i}    # {c}",
]
MARKS = [
    "pytestmark = pytest.mark.asyncio  # {c}",
    "pytestmark = [\n{i}    pytest.mark.asyncio,  # {c}\n{i}    pytest.mark.slow,\n{i}]",
    "pytestmark = [pytest.mark.asyncio]; x{n} = 1  # {c}",
    "aio{n} = pytest.mark.asyncio  # {c}",
    "# {c}",
]
NOISE = [
    "x{n} = [1,2 ,\n  3 ] # {c}",
    "def f{n} ( a ,b = 1 ) :\n\treturn  a+b   # {c}\n\t# {c}",
    "class C{n}( object ):\n  y = '''\n  {n}\r\n'''\n\n  z  =  1 # {c}",
    "if  x{n}  : pass ;  y = (\n    1 # {c}\n)",
    "async def g{n}(event_loop, *a, **k) : await  a  # {c}",
    "lambda event_loop : ( event_loop , {n} )",
]


class Suite:
    """Builds a random module and records what the rewritten module must still contain."""

    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        self.numbers = itertools.count()
        self.noise: list[str] = []
        self.comments: list[str] = []
        self.tests: list[str] = []

    def fill(self, template: str, indent: str = "") -> str:
        while "{c}" in template:
            self.comments.append(f"c{next(self.numbers)}c")
            template = template.replace("{c}", self.comments[-1], 1)
        return template.replace("{i}", indent).replace("{n}", str(next(self.numbers)))

    def function(self, indent: str) -> str:
        name = f"test_{next(self.numbers)}"
        self.tests.append(name)
        lines = [self.fill(self.random.choice(DECORATORS), indent) for _ in range(self.random.randrange(4))]
        keyword = self.random.choice(["async def", "async def", "def"])
        parameters = self.fill(self.random.choice(PARAMETERS), indent)
        body = self.fill(self.random.choice(BODIES), indent)
        own = f"{keyword} {name}({parameters}):\n{body.removeprefix(indent) if not body.startswith(indent) else body}"
        return "\n".join(f"{indent}{line}" for line in [*filter(None, lines), own])

    def class_(self) -> str:
        parts = [self.function("    ") for _ in range(self.random.randrange(1, 3))]
        if self.random.random() < 0.5:
            parts.insert(self.random.randrange(len(parts) + 1), "    " + self.fill(self.random.choice(MARKS), "    "))
        return f"class Test{next(self.numbers)}:  # {self.comment()}\n" + "\n\n".join([*parts, "    last = 1"])

    def comment(self) -> str:
        return self.fill("{c}")

    def noisy(self) -> str:
        self.noise.append(self.fill(self.random.choice(NOISE)))
        return self.noise[-1]

    def text(self) -> str:
        makers = [
            self.noisy,
            self.noisy,
            lambda: self.function(""),
            self.class_,
            lambda: self.fill(self.random.choice(MARKS)),
        ]
        parts = [self.fill(self.random.choice(HEADS))]
        parts += [self.random.choice(makers)() for _ in range(self.random.randrange(1, 8))]
        text = ("\n" * self.random.randrange(1, 4)).join(parts)
        return text + self.random.choice(["", "\n", "\n\n", "\n# end"])


def run(data: bytes, *, unsafe: bool, todo: bool) -> FileResult:
    result = api.rewrite_python("tests/test_a.py", data, ProjectFacts(), Options(ALL, unsafe=unsafe, todo=todo))
    assert result.error is None, result.error
    again = api.rewrite_python("tests/test_a.py", result.new, ProjectFacts(), Options(ALL, unsafe=unsafe, todo=todo))
    assert again.error is None, again.error
    assert again.new.decode() == result.new.decode()
    ast.parse(result.new)
    return result


def names(text: str) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


@relaxed
@given(seed=st.integers(0, 2**32), unsafe=st.booleans(), todo=st.booleans(), newline=st.sampled_from(["\n", "\r\n"]))
def test_a_random_suite_keeps_its_tests_comments_and_unrelated_bytes(
    seed: int, newline: str, *, unsafe: bool, todo: bool
) -> None:
    suite = Suite(random.Random(seed))
    text = suite.text()
    ast.parse(text)
    data = text.replace("\r\n", "\n").replace("\n", newline).encode()
    new = run(data, unsafe=unsafe, todo=todo).new.decode()
    assert names(new) == names(text)
    position = 0
    for noise in suite.noise:
        position = new.index(noise.replace("\r\n", "\n").replace("\n", newline), position)
    for comment in suite.comments:
        assert new.count(comment) == 1
    assert new.replace("\r\n", "").count("\r") == 0
    assert newline == "\n" or "\n" not in new.replace("\r\n", "")


FOLDER = Path(asyncio.__file__).parent
REAL = sorted(path for path in [*FOLDER.glob("*.py"), *FOLDER.parent.glob("[a-d]*.py")] if path.stat().st_size < 40_000)


@pytest.mark.parametrize("path", REAL[:: max(1, len(REAL) // 25)], ids=lambda path: path.name)
def test_a_real_module_with_inserted_tests_keeps_every_statement(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    lines = text.splitlines(keepends=True)
    starts = [
        min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))]) - 1 for node in tree.body
    ]
    suite = Suite(random.Random(path.name))
    made: list[str] = []
    # Insert from the end, so that earlier line numbers stay valid; not above a docstring or a __future__ import.
    for start in sorted(suite.random.sample(starts[4:], max(0, min(8, len(starts) - 4))), reverse=True):
        test = f"@pytest.mark.slow\n@pytest.mark.asyncio\nasync def test_{start}(event_loop):\n    event_loop.x\n\n"
        made.append(test)
        lines.insert(start, test)
    result = run("".join(["import pytest\n" if not made else "", *lines]).encode(), unsafe=True, todo=False)
    kept = result.new.decode()
    position = 0
    for segment in (ast.get_source_segment(text, node) for node in tree.body):
        assert segment is not None
        position = kept.index(segment, position)


BEFORE = "import pytest\n\n\n@pytest.mark.slow\n@pytest.mark.asyncio\nasync def test_a(event_loop): ...\n\n\n"
AFTER = "import pytest\n\n\n@pytest.mark.slow\nasync def test_a(): ...\n\n\n"


@settings(relaxed, max_examples=40)
@given(module=hypothesmith.from_grammar("file_input") | hypothesmith.from_node(cst.Module))
def test_any_valid_module_below_a_test_is_kept_byte_for_byte(module: str) -> None:
    data = (BEFORE + module).encode()
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        assume(False)
    result = api.rewrite_python("tests/test_a.py", data, ProjectFacts(), Options(ALL))
    if result.error is None:
        assert result.new == (AFTER + module).encode()
    else:  # LibCST cannot parse all of it: then nothing is touched
        assert result.new == data
