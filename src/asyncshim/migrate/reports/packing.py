"""Keep the findings and diffs of a large report compressed in the page, until a file is opened.

A diff as HTML is ten times as long as its text. `page.js` decompresses it at once: a page that is printed cannot wait.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Sequence

# Up to this number of characters everything is part of the page, which then needs no script to show it.
INLINE = 1_000_000
# Files in one compressed part: the browser decompresses a part when one of its files is opened.
PART = 50


def is_large(bodies: Sequence[str]) -> bool:
    """Return whether the texts are too long to be part of the page."""
    return sum(map(len, bodies)) > INLINE


def packed(bodies: Sequence[str]) -> Iterator[str]:
    """Yield script elements that the browser does not run, each with the compressed texts of fifty files."""
    for start in range(0, len(bodies), PART):
        data = zlib.compress(json.dumps(bodies[start : start + PART]).encode(), 9)
        yield f'<script type="text/plain" class="packed">{base64.b64encode(data).decode()}</script>\n'
