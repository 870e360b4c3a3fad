"""Whether strings and comments need a name that the code binds."""

from __future__ import annotations

import ast
import re


def is_named_in_string(name: str, text: str | None) -> bool:
    """Return whether a string needs ``name``: an annotation, an entry of ``__all__``, a path, a doctest; not prose."""
    if text is None or name not in text:
        return False
    if ">>> " in text:
        return re.search(rf"^\s*(?:>>>|\.\.\.) .*\b{name}\b", text, re.MULTILINE) is not None
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    return any(name in {getattr(node, "id", None), getattr(node, "attr", None)} for node in ast.walk(tree))


def is_named_in_type_comment(name: str, code: bytes) -> bool:
    """Return whether a comment with a type (PEP 484) in ``code`` has this name."""
    return b"# type:" in code and re.search(rb"# type:.*\b" + name.encode() + rb"\b", code) is not None
