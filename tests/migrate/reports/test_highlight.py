from __future__ import annotations

from asyncshim.migrate.reports.highlight import spans


def kinds(text: str) -> dict[int, list[tuple[str, str]]]:
    lines = text.split("\n")
    return {
        number: [(span.kind, lines[number - 1][span.start : span.end]) for span in found]
        for number, found in spans(text).items()
    }


def test_keywords_strings_comments_numbers_and_decorators_are_found() -> None:
    found = kinds("@pt.mark.x(1)\nasync def f():\n    return 'a' + f\"{1}\"  # why\n")
    assert "".join(text for kind, text in found[1] if kind == "decorator") == "@pt.mark.x"
    assert found[1][-1] == ("number", "1")
    assert found[2] == [("keyword", "async"), ("keyword", "def")]
    assert found[3][:2] == [("keyword", "return"), ("string", "'a'")]
    assert found[3][-1] == ("comment", "# why")


def test_a_multi_line_string_is_highlighted_on_each_line() -> None:
    found = kinds('x = """one\ntwo\nthree"""\n')
    assert [found[line] for line in (1, 2, 3)] == [
        [("string", '"""one')],
        [("string", "two")],
        [("string", 'three"""')],
    ]


def test_a_matrix_multiplication_is_not_a_decorator() -> None:
    assert kinds("a = b @ c\n") == {}


def test_code_after_a_tokenize_error_is_not_highlighted() -> None:
    found = kinds("def f():\n    x = '''never closed\n")
    assert found[1] == [("keyword", "def")]
