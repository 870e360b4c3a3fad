"""Python files of real test suites: source distributions from PyPI, downloaded when they are needed."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

SUITES = (
    "aiofiles==24.1.0",
    "aioftp==0.22.3",
    "aiosmtplib==2.0.2",
    "aiosmtplib==4.0.2",
    "asgiref==3.9.1",
    "fastapi-users==12.1.2",
    "gql==3.5.0",
    "graphql-core==3.2.6",
    "janus==2.0.0",
    "pytest-httpx==0.35.0",
    "structlog==24.1.0",
    "svcs==25.1.0",
)

File = tuple[str, bytes]


def read(folder: Path) -> dict[str, list[File]]:
    """Return the files below the test folders of each suite, which is downloaded to ``folder`` if it is not there."""
    return {suite: tests_in(archive(suite, folder)) for suite in SUITES}


def archive(suite: str, folder: Path) -> Path:
    """Return the source distribution of a release."""
    place = folder / suite.replace("==", "-")
    if not any(place.glob("*.tar.gz")):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(place)]
        # pip keeps the file even if it cannot build its metadata.
        done = subprocess.run([*command, suite], check=False, capture_output=True, text=True)
        if not any(place.glob("*.tar.gz")):
            raise SystemExit(f"{suite}: pip did not download it; --suites needs pip and an index\n{done.stderr}")
    return next(place.glob("*.tar.gz"))


def tests_in(source: Path) -> list[File]:
    """Return the Python files of the test folders in a source distribution, by their path in the project."""
    files: list[File] = []
    with tarfile.open(source) as unpacked:
        for member in unpacked:
            path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            if member.isfile() and path.suffix == ".py" and {"test", "tests"} & set(path.parts[:-1]):
                content = unpacked.extractfile(member)
                assert content is not None
                files.append((str(path), content.read()))
    return sorted(files)
