from __future__ import annotations

import ast
from pathlib import Path

from asyncshim.migrate.prove import recorder


def test_the_recorder_imports_only_the_standard_library() -> None:
    tree = ast.parse(Path(recorder.__file__).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"__future__", "collections.abc", "json", "os", "pathlib", "typing"}
