from __future__ import annotations

from asyncshim.migrate.reports import markdown
from asyncshim.migrate.reports.model import RunMode
from reports import report


def test_the_markdown_report_lists_changes_manual_uses_and_errors() -> None:
    assert markdown.render(report(RunMode.WRITTEN)) == (
        "## asyncshim migrate\n\n"
        "1 file changed, 2 uses remain (1 unsafe, 1 manual review), 12 files checked.\n\n"
        "| rule | | changed | unsafe | manual review |\n|---|---|--:|--:|--:|\n"
        "| ASH101 | old-word | 1 | 0 | 0 |\n| ASH331 | left-word | 0 | 0 | 1 |\n| ASH999 |  | 0 | 1 | 0 |\n"
        "| | **all rules** | **1** | **1** | **1** |\n\n"
        "### Manual review (1)\n\n"
        "- [ ] `tests/api/test_a.py:9` ASH331: a loop that runs for ever: 100% by hand, &lt;b&gt;really&lt;/b&gt;\n\n"
        "### Unsafe (1)\n\n"
        "- [ ] ``tests/api/caf\\xe9 `x`.py:1`` ASH999: unknown\n\n"
        "<details><summary>1 file changed</summary>\n\n- `tests/api/test_a.py`\n\n</details>\n\n"
        "### Failed (2)\n\n"
        "- `tests/test_broken.py:7` syntax error: &lt;unclosed&gt;\n"
        "- `tests/test_gone.py` cannot be read: No such file\n"
    )


def test_the_markdown_report_without_findings_is_one_sentence() -> None:
    assert markdown.render(report(results=())) == (
        "## asyncshim migrate\n\n0 files would change, 0 uses remain, 12 files checked.\n"
    )
