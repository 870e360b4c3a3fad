"""ASH502: pytest-asyncio in files that are never edited; :mod:`asyncshim_codemods.config` reports them."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class OutsideDependencies(Described):
    """Files that are programs or made by programs are reported with their line and what to do, and left alone.

    These are ``setup.py``, ``noxfile.py``, workflow files, Dockerfiles, Makefiles, lock files, and whatever says that it
    was generated.
    """

    code = "ASH502"
    name = "outside-dependencies"
    summary = "pytest-asyncio is named in a file that asyncshim does not edit"
    safety = Safety.MANUAL
    since = "0.1"
    examples = (
        Example(
            "A Dockerfile",
            before="""
                FROM python:3.13
                RUN pip install pytest pytest-asyncio
            """,
            path="Dockerfile",
        ),
    )
