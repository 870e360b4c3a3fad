"""What holds for every kind of file: only the intended lines change, and a file that cannot be read is a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncshim_codemods.api import is_config
from config_tools import rewrite

HEADS = {
    "pyproject.toml": "[tool.pytest.ini_options]\n",
    "pytest.ini": "[pytest]\n",
    "requirements.txt": "",
    "environment.yml": "dependencies:\n  - pytest\n",
}
# Statements that are none of our business, though some of them hold the word.
NEUTRAL = {
    "pyproject.toml": [
        "# note\n",
        "\n",
        "\t\n",
        'x{n} = "asyncio" # c\n',
        "y{n} = [ 1,\n  2 ]\n",
        "z{n} = '''\n[t]\n'''\n",
    ],
    "pytest.ini": ["# note\n", "\n", "; c\n", "x{n} = asyncio\n", "y{n} :\n  a\n\tb\n", "z{n}=[t\n"],
    "requirements.txt": ["# note\n", "\n", "pytest ; extra == 'a'\n", "-r base.txt\n", "x{n} \\\n  >= 1  # asyncio\n"],
    "environment.yml": ["  # note\n", "\n", "  - x{n}=1  # asyncio\n", "  - 'y'\n"],
}
# Statements that go or change, and what becomes of them for asyncshim and for a conftest.
OURS = {
    "pyproject.toml": [
        ('asyncio_mode = "auto"  # c\n', "", ""),
        ('addopts = ["--asyncio-mode=auto", "-q"]\n', 'addopts = ["-q"]\n', 'addopts = ["-q"]\n'),
        ("markers = [\n  'asyncio',\n  'b',\n]\n", "markers = [\n  'b',\n]\n", "markers = [\n  'b',\n]\n"),
    ],
    "pytest.ini": [
        ("asyncio_mode =\n  auto\n", "", ""),
        ("addopts = -q\n  --asyncio-mode=auto\n", "addopts = -q\n", "addopts = -q\n"),
        ("markers =\n  asyncio: x\n  b\n", "markers =\n  b\n", "markers =\n  b\n"),
    ],
    "requirements.txt": [
        ("Pytest_Asyncio [docs] == 0.21 ; os_name != 'nt' # c\n", "asyncshim ; os_name != 'nt' # c\n", "")
    ],
    "environment.yml": [
        ("  - pip:\n    - 'pytest-asyncio'\n    - b\n", "  - pip:\n    - 'asyncshim'\n    - b\n", "  - pip:\n    - b\n")
    ],
}
RUNNERS = {"asyncshim": 1, "conftest": 2}


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str, bytes, bytes]:
    """A file's name, a runner, the file's bytes and what they become."""
    name, runner = draw(st.sampled_from(sorted(HEADS))), draw(st.sampled_from(sorted(RUNNERS)))
    neutral = [(text, text, text) for text in draw(st.lists(st.sampled_from(NEUTRAL[name]), max_size=8))]
    ours = draw(st.lists(st.sampled_from(OURS[name]), unique=True, max_size=3))
    order = [(HEADS[name],) * 3, *draw(st.permutations([*neutral, *ours]))]
    before = [texts[0].replace("{n}", str(number)) for number, texts in enumerate(order)]
    after = [texts[RUNNERS[runner]].replace("{n}", str(number)) for number, texts in enumerate(order)]
    if draw(st.booleans()) and before[-1].strip() and before[-1].count("\n") == after[-1].count("\n"):
        before[-1], after[-1] = before[-1].removesuffix("\n"), after[-1].removesuffix("\n")
    newline, bom = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["", "\ufeff"]))
    old, new = ((bom + "".join(parts)).replace("\n", newline).encode() for parts in (before, after))
    return name, runner, old, new


@given(files())
def test_bytes_outside_of_the_changed_lines_are_preserved(file: tuple[str, str, bytes, bytes]) -> None:
    name, runner, old, new = file
    result = rewrite(name, old, runner=runner)
    assert result.error is None
    assert result.new == new
    assert rewrite(name, new, runner=runner).new == new


DOCUMENTS = {
    "pyproject.toml": """\
[project]
requires-python = ">=3.11"
dependencies = ["a", "Pytest_Asyncio[docs] >= 0.21 ; python_version < '3.13'"]
[tool.uv.sources]
pytest-asyncio = { git = "https://example.com/x" }
[tool.poetry.dependencies]
pytest-asyncio = { version = "^0.21", optional = true }
[tool.pytest.ini_options]
addopts = "-q --asyncio-mode=auto -p pytest_asyncio -m \\"not slow\\" --asyncio-debug"
markers = [
  "asyncio: y",  # bye
]
asyncio_default_test_loop_scope = 'session'
""",
    "tox.ini": """\
[testenv]
deps =
    pytest
    py39,lint: pytest-asyncio  # c
commands = pytest --asyncio-mode=strict {posargs}
[pytest]
addopts = --asyncio-mode=auto
    -q --asyncio-mode
    # why
    auto
filterwarnings = ignore::pytest_asyncio.X
""",
    "requirements.txt": "# c\n-r b.txt\npytest_asyncio==0.21 ; x == 'y' # c\npytest-asyncio \\\n  --hash=sha256:a\n",
    ".pre-commit-config.yaml": """\
repos:
  - hooks:
      - additional_dependencies: [a, "pytest-asyncio==0.21", b]
        entry: pytest --asyncio-mode=auto
      - additional_dependencies:
          - pytest-asyncio
""",
}
PIECES = [
    "",
    "\n",
    "\r\n",
    "  ",
    "\t",
    '"',
    "'",
    '"""',
    "[",
    "]",
    "{",
    "}",
    ",",
    "=",
    ":",
    "-",
    "- ",
    "#",
    ";",
    "\\",
    "\x0c",
    "\u2028",
]


@given(st.data())
def test_a_damaged_file_never_crashes_the_editor(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(DOCUMENTS)))
    text = DOCUMENTS[name]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.sampled_from([0, 1, 4, 20]))
        text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + length :]
    unsafe, todo = data.draw(st.booleans()), data.draw(st.booleans())
    runner = data.draw(st.sampled_from(["asyncshim", "conftest", "anyio", "pytest-asyncio"]))
    result = rewrite(name, text, runner=runner, unsafe=unsafe, todo=todo)
    assert result.error is None or result.new == result.old
    again = rewrite(name, result.new, runner=runner, unsafe=unsafe, todo=todo)
    assert again.new == result.new


@pytest.mark.parametrize("path", ["pyproject.toml", "pytest.ini", "requirements.txt", "environment.yml", "tox.ini"])
def test_a_file_that_is_no_text_is_an_error_with_its_line(path: str) -> None:
    result = rewrite(path, b"# asyncio\n\xff\n")
    assert result.new == result.old
    assert (result.error, result.error_line) == (
        "not UTF-8 text, so the file stays unchanged: save it as UTF-8 and run again",
        2,
    )


def test_a_program_in_another_encoding_is_read() -> None:
    result = rewrite("Makefile", b"# \xff\ninstall:\n\tpip install pytest-asyncio\n")
    assert (result.error, [found.line for found in result.findings]) == (None, [3])


@pytest.mark.parametrize("path", ["README.md", "tests/test_asyncio.py", "pyproject.toml.bak", "conf/app.ini"])
def test_other_files_are_ignored(path: str) -> None:
    text = "[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n"
    assert not is_config(path)
    assert (rewrite(path, text).new, rewrite(path, text).findings) == (text.encode(), ())


def test_a_file_without_the_keyword_is_not_parsed() -> None:
    assert rewrite("pyproject.toml", b"[broken\n").error is None


def test_a_refused_edit_leaves_the_file_unchanged_and_names_the_line() -> None:
    # pytest takes the last line for more of the option above it, and would take it for more of x.
    result = rewrite("pytest.ini", "[pytest]\nx = 1\nmarkers = asyncio\n[more\n")
    assert (result.new, result.error_line) == (result.old, 3)
    assert result.error == ("the edit would change more than intended, so the file stays unchanged: edit it manually")
