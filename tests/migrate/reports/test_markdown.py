from __future__ import annotations

from asyncshim.migrate.reports import markdown
from asyncshim.migrate.reports.model import Mode
from reports import report


def test_the_text_for_a_pull_request() -> None:
    assert markdown.render(report(Mode.WRITTEN)) == (
        "## asyncshim migrate\n\n"
        "1 file changed, 12 files looked at, 2 uses are left for a person.\n\n"
        "| rule | | changed | left |\n|---|---|--:|--:|\n"
        "| ASH101 | old-word | 1 | 0 |\n| ASH331 | left-word | 0 | 1 |\n| ASH999 |  | 0 | 1 |\n"
        "| | **all rules** | **1** | **2** |\n\n"
        "### Left for a person (2)\n\n"
        "- [ ] `tests/api/test_a.py:9` ASH331: a loop that runs for ever: 100% by hand, &lt;b&gt;really&lt;/b&gt;\n"
        "- [ ] ``tests/api/caf\\xe9 `x`.py:1`` ASH999: unknown\n\n"
        "<details><summary>1 file changed</summary>\n\n- `tests/api/test_a.py`\n\n</details>\n\n"
        "### Not done (2)\n\n"
        "- `tests/test_broken.py:7` syntax error: &lt;unclosed&gt;\n"
        "- `tests/test_gone.py` cannot be read: No such file\n"
    )


def test_nothing_found_is_one_sentence() -> None:
    assert markdown.render(report(results=())) == (
        "## asyncshim migrate\n\n0 files would change, 12 files looked at, 0 uses are left for a person.\n"
    )
