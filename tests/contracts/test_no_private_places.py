"""No tracked file names a place that exists only on one machine or in one network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from house.tree import ROOT, tracked_files

MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:root|work|home/\w+|Users/\w+|opt/(?:wheels|pypi))\b")
URL_HOST = re.compile(r"https?://(?:[^\s/@\"'`<>)]+@)?([A-Za-z0-9.-]+)")
PUBLIC = re.compile(
    r"(?:[\w.-]+\.)?(?:github\.com|python\.org|pytest\.org|readthedocs\.io|keepachangelog\.com|semver\.org|json-schema\.org|"
    r"schemastore\.org|oasis-open\.org|w3\.org|pre-commit\.com|editorconfig\.org|conda\.io|python-poetry\.org|astral\.sh)"
)
RESERVED = re.compile(
    r"(?:.*\.)?(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)|127\.0\.0\.1|0\.0\.0\.0|testserver|server|host|base"
)
REGISTRY = re.compile(
    r"\b(?:pypi|files\.pythonhosted|npmjs|registry)\.(?:org|com)\b|\b(?:artifactory|devpi|nexus)\.[a-z]"
)


def private_places(text: str) -> list[str]:
    found = [match.group() for match in MACHINE_PATH.finditer(text)]
    found += [match.group() for match in REGISTRY.finditer(text)]
    hosts = {match.group(1) for match in URL_HOST.finditer(text)}
    found += [host for host in sorted(hosts) if not (PUBLIC.fullmatch(host) or RESERVED.fullmatch(host))]
    return found


def text_files() -> list[Path]:
    own = Path(__file__).resolve()
    return [path for path in tracked_files() or [] if path != own and b"\0" not in path.read_bytes()[:8000]]


def test_tracked_files_name_no_machine_path_and_no_registry() -> None:
    files = text_files()
    if not files:
        pytest.skip("not a git checkout: the tracked files are not known")
    found = {
        path.relative_to(ROOT).as_posix(): places
        for path in files
        if (places := private_places(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "see /root/.cache",
        "cd /work/main",
        "/home/alice/src",
        "pip install -i https://mirror.corp.net/simple x",
        "https://pypi.org/simple",
    ],
)
def test_a_private_place_is_found(text: str) -> None:
    assert private_places(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/pytest-dev/pytest-asyncio/issues/706",
        "http://127.0.0.1:8080/x",
        "https://example.com/",
        "a/work/b",
        "tests/root",
    ],
)
def test_a_public_place_is_accepted(text: str) -> None:
    assert private_places(text) == []
