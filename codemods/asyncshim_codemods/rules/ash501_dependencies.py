"""ASH501: pytest-asyncio among the dependencies."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class Dependencies(Described):
    """The chosen runner replaces pytest-asyncio; with ``--runner conftest`` the entry is removed.

    The rule finds every spelling of the name (``pytest_asyncio``, ``Pytest.Asyncio``). It removes extras and versions
    and keeps environment markers, quotes and comments. If the runner is already in the list, it removes the entry. It
    edits

    * ``pyproject.toml``: PEP 621 dependencies and extras, PEP 735 groups, the tables of Poetry, PDM, Hatch, uv, Flit,
      Pixi, cibuildwheel and tox; ``hatch.toml``, ``tox.toml``, ``Pipfile``;
    * ``requirements*.txt`` and ``.in``, constraints; ``setup.cfg``; ``deps`` of ``tox.ini``;
    * ``environment.yml`` (an entry for conda moves to the ``pip`` list, because conda-forge has no asyncshim) and
      ``additional_dependencies`` of ``.pre-commit-config.yaml``.

    Limits on its version (constraints, overrides, sources) are removed, unless a file still requires it. This rule
    comes last: it does nothing, and reports why, while a Python file imports ``pytest_asyncio`` or a plugin requires
    it. These need manual review: an entry with a hash, an entry with a URL, an entry for Pythons before 3.11, which
    asyncshim does not support, asyncshim itself if another runner is chosen, and an entry beside a limit that excludes
    every pytest since 7.4. If the project supports such Pythons (``requires-python``, the ``python`` of Poetry or
    Pipenv, classifiers, environments of tox) or the marker of the entry allows them, the rewrite needs ``--unsafe``:
    asyncshim gets the marker ``python_version >= "3.11"``, and the old entry stays for older Pythons.
    """

    code = "ASH501"
    name = "dependencies"
    summary = "pytest-asyncio is not needed as a dependency"
    safety = Safety.SAFE
    since = "0.1"
    examples = (
        Example(
            "An extra",
            before="""
                [project.optional-dependencies]
                tests = [
                    "pytest>=8",
                    "pytest_asyncio>=0.21,<1; implementation_name == 'cpython'",  # async tests
                ]
            """,
            after="""
                [project.optional-dependencies]
                tests = [
                    "pytest>=8",
                    "asyncshim; implementation_name == 'cpython'",  # async tests
                ]
            """,
            path="pyproject.toml",
        ),
        Example(
            "A requirements file",
            before="""
                -r base.txt
                pytest-asyncio==0.21.1  # until all is migrated
            """,
            after="""
                -r base.txt
                asyncshim  # until all is migrated
            """,
            path="requirements-dev.txt",
        ),
        Example(
            "A group of Poetry",
            before="""
                [tool.poetry.group.dev.dependencies]
                pytest = "^8"
                pytest-asyncio = "^0.21"
            """,
            after="""
                [tool.poetry.group.dev.dependencies]
                pytest = "^8"
                asyncshim = "*"
            """,
            path="pyproject.toml",
        ),
        Example(
            "Distributions with similar names",
            before="""
                pytest-asyncio-cooperative
                pytest-asyncio-extras
            """,
            path="requirements.txt",
        ),
    )
