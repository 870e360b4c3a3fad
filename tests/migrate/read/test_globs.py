from __future__ import annotations

import pytest

from asyncshim.migrate.read.globs import Exclusion


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("vendor", "vendor/a.py"),
        ("vendor", "tests/vendor/deep/a.py"),
        ("vendor/", "tests/vendor/a.py"),
        ("*_pb2.py", "tests/x_pb2.py"),
        ("tests/data", "tests/data/a.py"),
        ("tests/data", "tests/data"),
        ("tests/*/old_?.py", "tests/unit/old_1.py"),
        ("tests/**/old.py", "tests/old.py"),
        ("tests/**/old.py", "tests/a/b/old.py"),
        ("**/old.py", "old.py"),
        ("/conftest.py", "conftest.py"),
        ("test_[ab].py", "x/test_b.py"),
        ("test_[!ab].py", "test_c.py"),
        ("a.b", "a.b"),
    ],
)
def test_a_pattern_excludes_a_path(pattern: str, path: str) -> None:
    assert Exclusion([pattern])(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("vendor", "vendored/a.py"),
        ("*_pb2.py", "tests/x_pb2.pyi"),
        ("tests/data", "x/tests/data/a.py"),
        ("tests/*/old.py", "tests/old.py"),
        ("tests/*/old.py", "tests/a/b/old.py"),
        ("/conftest.py", "tests/conftest.py"),
        ("test_[!ab].py", "test_a.py"),
        ("a.b", "aXb"),
        ("", "a.py"),
        ("/", "a.py"),
    ],
)
def test_a_pattern_does_not_exclude_a_path(pattern: str, path: str) -> None:
    assert not Exclusion([pattern])(path)


def test_without_patterns_nothing_is_excluded() -> None:
    assert not Exclusion([])("a.py")
