from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.reports import formats
from reports import report


def test_a_report_option_may_name_a_file() -> None:
    assert formats.parse("json") == formats.Wanted("json", None)
    assert formats.parse("html=out/a=b.html") == formats.Wanted("html", Path("out/a=b.html"))


@pytest.mark.parametrize("name", formats.FORMATS)
def test_every_format_renders_every_finding(name: str) -> None:
    rendered = formats.parse(name).render(report())
    assert b"ASH331" in rendered
    assert rendered.endswith(b"\n")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("xml", "--report: unknown format 'xml'; known are text, json, markdown"),
        ("html=", "has no file name after '='"),
    ],
)
def test_an_unknown_report_format_is_refused(value: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        formats.parse(value)
