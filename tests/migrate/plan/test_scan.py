from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import tiny_rules
from asyncshim.migrate.plan.limits import Limits
from asyncshim.migrate.plan.scan import Scan, untold

RULES = replace(
    tiny_rules.TINY,
    is_suspicious=lambda path, data, is_parsed: b"DEEP" in data,
    is_parsed_whole=lambda path, data: b"OLD" in data,
)


def test_suspicious_and_large_files_are_kept_from_this_process(tmp_path: Path) -> None:
    for name, content in {"a.py": "OLD", "b.py": "DEEP", "c.py": "OLD" * 50, "d.py": "-" * 150}.items():
        (tmp_path / name).write_text(content)
    scan = Scan(tmp_path, RULES, Limits(size=100), untold)
    assert [path for path, _ in scan.python(("a.py", "b.py", "c.py", "d.py", "e.py"))] == ["a.py", "d.py"]
    assert scan.suspicious == {"b.py"}
    assert list(scan.failed) == ["c.py"]
    assert (scan.unreadable, scan.hidden) == ({"e.py"}, set())


def test_bytes_that_are_given_are_not_read_from_disk(tmp_path: Path) -> None:
    from asyncshim.migrate.read.files import Snapshot

    scan = Scan(tmp_path, RULES, Limits(), untold, given={"a.py": Snapshot(b"OLD", 0o644)})
    assert list(scan.plain(["a.py"])) == [("a.py", b"OLD")]
