"""Fixtures for the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.cli import main
from declared_runners import Asyncshim
from repositories import Done


@pytest.fixture
def asyncshim(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Asyncshim:
    """Return a function that runs a command in a folder, in this process."""

    def command(root: Path, *arguments: str) -> Done:
        monkeypatch.chdir(root)
        capfdbinary.readouterr()
        code = main([*arguments, "--jobs", "1"] if arguments[0] == "migrate" else arguments)
        out, err = capfdbinary.readouterr()
        return Done(code, out, err.decode())

    return command
