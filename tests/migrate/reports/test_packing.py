from __future__ import annotations

import base64
import json
import re
import zlib

from asyncshim.migrate.reports import packing


def test_texts_are_packed_in_order_and_cannot_leave_their_element() -> None:
    bodies = [f"<p>{number}</script>" for number in range(120)]
    parts = list(packing.packed(bodies))
    assert len(parts) == 3
    found: list[str] = []
    for part in parts:
        match = re.fullmatch(r'<script type="text/plain" class="packed">([A-Za-z0-9+/=]+)</script>\n', part)
        assert match is not None
        found += json.loads(zlib.decompress(base64.b64decode(match[1])))
    assert found == bodies


def test_only_long_texts_are_packed() -> None:
    assert not packing.is_large(["x" * packing.INLINE])
    assert packing.is_large(["x" * packing.INLINE, "x"])
