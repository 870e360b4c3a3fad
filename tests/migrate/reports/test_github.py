from __future__ import annotations

from asyncshim.migrate.reports import github
from asyncshim.migrate.reports.model import RunMode
from reports import report


def test_every_finding_is_one_escaped_line() -> None:
    message = "a loop that runs for ever: 100%25 by hand, <b>really</b>"
    assert github.render(report()).split("\n") == [
        "::notice file=tests/api/test_a.py,line=4,col=2,title=ASH101 old-word::an old | word%0Ain two lines",
        "::warning file=tests/api/test_a.py,line=9,col=15,title=ASH331 left-word::" + message,
        "::warning file=tests/api/caf\\xe9 `x`.py,line=1,col=1,title=ASH999::unknown",
        "::error file=tests/test_broken.py,line=7,title=asyncshim::syntax error: <unclosed>",
        "::error file=tests/test_gone.py,line=1,title=asyncshim::cannot be read: No such file",
        "",
    ]


def test_a_rewritten_use_gets_no_annotation() -> None:
    assert "ASH101" not in github.render(report(RunMode.WRITTEN))


def test_commas_and_colons_in_file_names_are_escaped() -> None:
    from asyncshim_codemods.results import FileResult

    text = github.render(report(results=(FileResult("a,b:c%d.py", b"", b"", error="x"),)))
    assert text == "::error file=a%2Cb%3Ac%25d.py,line=1,title=asyncshim::x\n"
