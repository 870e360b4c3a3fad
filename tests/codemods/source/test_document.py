from __future__ import annotations

import contextlib

import libcst as cst
import pytest

from asyncshim_codemods.edits.model import Replace
from asyncshim_codemods.edits.rebuild import Rebuild
from asyncshim_codemods.source.document import Document, UnprintableError
from asyncshim_codemods.source.parse import split_lines
from asyncshim_codemods.syntax.bindings import build_index
from rule_tools import rewrite

MARKED = "import pytest\n\n@pytest.mark.slow\n@pytest.mark.asyncio\nasync def test_a():\n    x = 1\n    return x\n"
BARE = MARKED.replace("@pytest.mark.asyncio\n", "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf" + MARKED.encode(), b"\xef\xbb\xbf" + BARE.encode()),
        (MARKED.rstrip().encode(), BARE.rstrip().encode()),
        (MARKED.replace("\n", "\r\n").encode(), BARE.replace("\n", "\r\n").encode()),
        (MARKED.replace("    ", "\t").encode(), BARE.replace("    ", "\t").encode()),
        (
            b"# coding: latin-1\n# \xe9\n" + MARKED.encode(),
            b"# coding: latin-1\n# \xe9\n" + BARE.encode(),
        ),
        (f"x = '\u2028\u00e9'\n{MARKED}".encode(), f"x = '\u2028\u00e9'\n{BARE}".encode()),
        (MARKED.encode() + b"\n\n\n   \n", BARE.encode() + b"\n\n\n   \n"),
        (MARKED.encode() + b"# end", BARE.encode() + b"# end"),
    ],
    ids=["byte order mark", "no last newline", "CRLF", "tabs", "latin-1", "odd characters", "blank end", "comment end"],
)
def test_bom_encoding_and_last_line_end_of_a_file_are_kept(before: bytes, after: bytes) -> None:
    result = rewrite(before)
    assert result.error is None
    assert result.new == after


def test_mixed_line_ends_stay_where_they_are() -> None:
    before = (
        b"import pytest\r\n\n@pytest.mark.slow\n@pytest.mark.asyncio\r\nasync def test_a():\n    x = 1\r\n\n# end\r\n"
    )
    assert rewrite(before).new == before.replace(b"@pytest.mark.asyncio\r\n", b"")


@pytest.mark.parametrize(
    "before",
    [
        MARKED + "\f\nclass A:\n    pass\n",
        "\f" + MARKED + "\fclass A:\n    pass\n",
        MARKED.replace("    return", "\f    return"),
        "import os\n\f\n\n" + MARKED + "\n\n\f# Total\n",
    ],
)
def test_form_feeds_are_kept_although_libcst_drops_them(before: str) -> None:
    assert rewrite(before).new.decode() == before.replace("@pytest.mark.asyncio\n", "")


def test_lines_are_split_as_python_splits_them() -> None:
    assert split_lines("a\nb\r\nc\rd\x0ce\u2028f\x85g") == ["a\n", "b\r\n", "c\r", "d\x0ce\u2028f\x85g"]
    assert split_lines("a\n") == ["a\n", ""]
    assert split_lines("") == [""]


def test_a_located_node_has_the_position_that_it_has_in_the_file() -> None:
    document = Document(b"\xef\xbb\xbf# \xc3\xa9\nx = 1\r\ny = f(\n    x)\n")
    statement = document.module.body[1]
    assert isinstance(statement, cst.SimpleStatementLine)
    assign = statement.body[0]
    assert isinstance(assign, cst.Assign)
    document.locate({statement: {assign.value}})
    assert document.position(assign.value) == (3, 5)
    assert document.lines(assign.value) == (3, 4)


@pytest.mark.parametrize(
    "before",
    [
        "\\\nx = 1\n# c\ny = 2\n",
        "x = 1\n\n \\\n\ny = 2\n",
        "x = 1; z = 3\n@(\n    f\n)\ndef g(): ...\ny = 2\n",
        "x = (\n    1)\ny = '''\ny = 2\n'''\n# c\n",
        "x = 1\r# c\r\ry = 2\r",
        "if x:\n    y\n    # in\n# out\ny = 2\n   ",
    ],
    ids=["backslash first", "backslash before", "decorator below", "strings", "CR", "comments of a block"],
)
def test_a_removed_statement_leaves_every_other_byte(before: str) -> None:
    document = Document(before.encode())
    last = document.module.body[-1]
    printed = document.module.code_for_node(last)
    assert before.count(printed) == 1
    assert document.with_body(document.module.body[:-1]) == before.replace(printed, "").encode()


@pytest.mark.parametrize(
    "before",
    [
        "def f():\n    x = 1\n\n    y = 9\n    # end\nz = 3\n",
        "class A:\n\t@a\n\t# c\n\tdef f(self):\n\t\tx = '''\n'''\n\t\ty = 9\n\n\tb = 3\n",
        "class A:\r\n  def f(self):\n    x = 1; z\r\n    y = 9\r\n\r\n\r\n# c\n",
        "def f():\n    x = 1\n\n    \\\n\n    y = 9\n",
        "def f():\n    x = 1 \\\n        + 2\n    if x:\n        pass\n        # in\n    # out\n    y = 9\n",
        "async def f():\n    @(\n        f\n    )\n    def g(): ...\n    y = 9\n",
        "def f():\n    x = 1\n    \f\n    y = 9\nz = 3\n",
    ],
    ids=["plain", "tabs", "CRLF", "backslash before", "comments of a block", "decorator below", "form feed"],
)
def test_a_statement_changed_in_a_function_leaves_every_other_byte(before: str) -> None:
    document = Document(before.encode())
    index = build_index(document.module)
    (number,) = (each for each in index.parents if isinstance(each, cst.Integer) and each.value == "9")
    changed = Rebuild(index, [Replace(number, cst.Integer("8"))]).module()
    assert document.with_body(changed.body).decode() == before.replace("9", "8")


def test_a_new_statement_goes_below_a_statement_that_ends_with_blank_continuation_lines() -> None:
    before = "x = 1\n\n \\\n\ny = 2\n"
    document = Document(before.encode())
    new = cst.ensure_type(cst.parse_statement("z = 3\n"), cst.SimpleStatementLine)
    x, y = document.module.body
    assert document.with_body([x, new, y]) == before.replace("x = 1\n", "x = 1\nz = 3\n").encode()


def test_a_module_without_statements_keeps_its_comments() -> None:
    document = Document(b"# only\nx = 1\n# end\n")
    assert document.with_body([]) == b"# only\n# end\n"
    assert document.with_body([], [cst.EmptyLine(comment=cst.Comment("# x"))]) == b"# only\n# x\n# end\n"


def test_a_statement_after_one_without_a_newline_gets_its_own_line() -> None:
    document = Document(b"x = 1")
    new = cst.ensure_type(cst.parse_statement("y = 2\n"), cst.SimpleStatementLine)
    assert document.with_body([*document.module.body, new]) == b"x = 1\ny = 2"


def test_ambiguous_lines_are_an_error() -> None:
    document = Document(b"x = 1\n")
    other = cst.ensure_type(cst.parse_statement("y = 2\n"), cst.SimpleStatementLine)
    document.module = document.module.with_changes(body=[other])
    with pytest.raises(UnprintableError):
        document.with_body([])


@pytest.mark.parametrize("code", [b"x = 1\n", b"x = (\n"])
def test_the_parser_does_not_check_its_nodes_and_rules_check_theirs(
    code: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[cst.CSTNode] = []
    with monkeypatch.context() as patch:
        patch.setattr(cst.SimpleWhitespace, "_validate", checked.append)
        with contextlib.suppress(cst.ParserSyntaxError):
            Document(code)
    assert not checked
    with pytest.raises(cst.CSTValidationError):
        cst.Name("")
