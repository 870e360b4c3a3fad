"""TOML in every layout: which bytes go and which stay, and where tomlkit says that a value stands."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncshim_codemods.config.toml_file import TomlFile
from asyncshim_codemods.config.toml_tree import TomlTree
from asyncshim_codemods.source.config_text import ConfigText
from asyncshim_codemods.source.ini_reading import ConfigError
from config_tools import changed, rewrite, unchanged

DOCUMENT = '''\
# comment with [brackets] and "quotes
top = 1 # [not.a.table]
"quoted key" = 'literal \\'
dotted . key."with.dot" = 1979-05-27 07:32:00Z
[table]
text = """
[inside] = "a string"
"""""
escaped = "a \\" # no comment"
array = [ "a", # first
  [1, 2.5e3, [ ]], {x = 1, y = [true, false], "z z" = {}},
]
[ table . sub ]
"a" = "a"
[[aot]]
n = -1
[aot.child]
c = inf
[[aot]]
[[aot.inner]]
d = 0x1F
[table.later]
e = 1
'''


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_value_is_found_at_the_path_that_tomllib_reads(newline: str) -> None:
    file = TomlFile(ConfigText.decode("f.toml", DOCUMENT.replace("\n", newline).encode()))
    for path, value in file.items():
        start, item = file.tree.start(path), file.tree.node(path).item
        if isinstance(value, dict) and file.is_table(path):
            assert file.text.text[start] == "[" or path[0] == "dotted"
            continue
        if type(value) is list and value and isinstance(value[0], dict):
            continue  # an array of tables has no place of its own
        at = file.tree.value_start(path)
        token = file.text.text[at : at + len(item.as_string())]
        assert tomllib.loads(f"value = {token}")["value"] == value
        assert start == at or file.text.text[start:at].rstrip().endswith("=")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[D, "x", "y"]', '["x", "y"]'),
        ('["x", D, "y"]', '["x", "y"]'),
        ('["x", "y", D]', '["x", "y"]'),
        ('["x", D,]', '["x"]'),
        ("[ D, ]", "[]"),
        ("[D, D, D]", "[]"),
        ('[\n  "x",\n  D, # two\n  "y"\n]', '[\n  "x",\n  "y"\n]'),
        ('[\n  "x",\n  D\n]', '[\n  "x",\n]'),
        ("[\n  # one\n  D,\n]", "[\n  # one\n]"),
        ('[D,\n     "x",\n     "y"]', '[\n     "x",\n     "y"]'),
        ('["x",\n     D]', '["x"]'),
        ('["x", D,\n     "y", "z"]', '["x",\n     "y", "z"]'),
        ('["x", "y",\n     D, "z"]', '["x", "y",\n     "z"]'),
        ('[\n  D\n  , "x"\n]', '[\n  "x"\n]'),
        ('[\n  "x"\n  , D\n]', '[\n  "x"\n  ,\n]'),
    ],
)
def test_an_element_is_removed_with_its_comma_and_its_comment(before: str, after: str) -> None:
    before = before.replace("D", "'pytest-asyncio'")
    head = "[project]\ndependencies = "
    changed("pyproject.toml", f"{head}{before}  # end\n", f"{head}{after}  # end\n", runner="conftest")


BLANKS = st.sampled_from(["", " ", "\n", "\n  ", " # c\n "])
ELEMENTS = st.sampled_from(["'x'", '"pytest-asyncio"', '"pytest_asyncio>=1"'])


@given(st.lists(st.tuples(BLANKS, ELEMENTS, BLANKS), max_size=6), BLANKS, st.booleans())
def test_the_rest_of_an_array_is_kept_in_every_layout(
    elements: list[tuple[str, str, str]], end: str, trailing: bool
) -> None:
    comma = "," if trailing and elements else ""
    text = f"[project]\ndependencies = [{','.join(map(''.join, elements))}{comma}{end}]\n"
    result = rewrite("pyproject.toml", text, runner="conftest")
    if result.error is not None:
        assert result.new == result.old  # a layout that tomlkit cannot edit
        return
    left = tomllib.loads(result.new.decode())["project"]["dependencies"]
    assert left == [element.strip("'") for _, element, _ in elements if "asyncio" not in element]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{ D = 1, y = 2 }", "{ y = 2 }"),
        ("{ y = 2, D = 1 }", "{ y = 2 }"),
        ("{x = 1, D = 2, z = 3}", "{x = 1, z = 3}"),
        ("{D = 1, y = 2}", "{y = 2}"),
        ("{D = 1}", "{}"),
    ],
)
def test_a_pair_of_an_inline_table_is_removed_with_its_comma(before: str, after: str) -> None:
    changed(
        "pyproject.toml",
        f"[tool.uv]\nsources = {before}\n".replace("D", "pytest-asyncio"),
        f"[tool.uv]\nsources = {after}\n",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '[tool.pytest]\nini_options.asyncio_mode = "auto" # c\n',
            '[tool.pytest]\nini_options.anyio_mode = "auto" # c\n',
        ),
        ('tool . pytest.ini_options . "asyncio_mode"="auto"\n', 'tool . pytest.ini_options . "anyio_mode"="auto"\n'),
        (
            "[tool.pytest.ini_options]\n  'asyncio_mode'  =  'strict'\n",
            "[tool.pytest.ini_options]\n  'anyio_mode'  =  'auto'\n",
        ),
    ],
)
def test_a_renamed_option_keeps_its_quotes_blanks_and_comment(before: str, after: str) -> None:
    changed("pyproject.toml", before, after, runner="anyio")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('pytest-asyncio = "^1" # c\n', 'asyncshim = "*" # c\n'),
        ("'pytest_asyncio' = '^1'\n", "'asyncshim' = '*'\n"),
        ("pytest-asyncio = {version = '^1', optional = true}\n", "asyncshim = {version = '*', optional = true}\n"),
    ],
)
def test_a_dependency_is_renamed_together_with_its_version(before: str, after: str) -> None:
    head = '[tool.poetry.dependencies]\npytest = "^8"\n[other]\nx = 1\n[tool.poetry.dev-dependencies]\n'
    changed("pyproject.toml", head + before, head + after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"-q \\"b c\\" \\u002dp asyncio -x"', '"-q \\"b c\\" -x"'),
        ('"""\n-q\n--asyncio-mode=auto\n-x"""', '"""\n-q\n-x"""'),
        ('"""\n-q\n--asyncio-mode=auto"""', '"""\n-q"""'),
        ('"""-q \\\n   --asyncio-mode=auto \\\n  -x"""', '"""-q \\\n  -x"""'),
    ],
)
def test_words_are_removed_from_a_string_and_the_others_keep_their_spelling(before: str, after: str) -> None:
    head = "[tool.pytest.ini_options]\naddopts = "
    changed("pyproject.toml", f"{head}{before}\n", f"{head}{after}\n")


def test_a_todo_comment_stands_above_the_statement_and_not_inside_a_line_of_elements() -> None:
    elements = '["a", "pytest-asyncio",\n     "pytest_asyncio"]\n'
    result = rewrite("pyproject.toml", f"[project]\ndependencies = {elements}", todo=True, needed=["x needs it"])
    lines = [line.split(":")[0] for line in result.new.decode().splitlines()]
    todo = "# TODO(asyncshim)"
    assert lines == [
        "[project]",
        todo,
        'dependencies = ["a", "pytest-asyncio",',
        f"     {todo}",
        '     "pytest_asyncio"]',
    ]


def test_a_table_written_in_several_places_is_edited_in_each() -> None:
    pytest_table, sources = "[project]\n[tool.pytest.ini_options]\n", "[x]\n[tool.uv.sources]\n"
    before = f'[tool.a]\n{pytest_table}asyncio_mode = "auto"\n{sources}pytest-asyncio = {{path = "x"}}\n'
    changed("pyproject.toml", before, f"[tool.a]\n{pytest_table}{sources}")


def test_a_requirement_with_its_own_table_is_reported_at_the_header() -> None:
    text = '[tool.poetry.dependencies]\n  [tool.poetry.dependencies.pytest-asyncio]\n  version = "1"\n'
    assert [(found.line, found.column) for found in unchanged("pyproject.toml", text).findings] == [(2, 3)]


@pytest.mark.parametrize("name", ["alt-pytest-asyncio", "pytest-asyncio-cooperative", "asyncio", "anyio[asyncio]"])
@pytest.mark.parametrize(
    "array",
    [
        '["D"]',
        "[ 'D', ]",
        '["x", "D"]',
        '["D",\n     "x"]',
        '[\n  "x",\n  "D", # pytest-asyncio\n]',
        '[\n  # pytest-asyncio\n  "D",\n]',
        '[\n  "D"\n  , "x"\n]',
        '["D>=1", {x = 1}]',
        '["x", "D",\n     "y"]',
        '["""D"""]',
        "[\n\t'D'\n]",
        "[\"D; extra == 'a'\"]",
    ],
)
def test_similar_names_stay_in_every_layout(array: str, name: str) -> None:
    text = f"[project]\ndependencies = {array.replace('D', name)}\n"
    assert unchanged("pyproject.toml", text, runner="conftest").findings == ()


def test_a_document_that_tomlkit_cannot_read_is_an_error() -> None:
    with pytest.raises(ConfigError, match="tomlkit cannot read this file"):
        TomlTree("a = 1\nb = \n")
    with pytest.raises(ConfigError, match=r"tomlkit does not find a\.b"):
        TomlTree("a = [1]\n").node(("a", "b"))
