"""ASH501: pytest-asyncio among the dependencies."""

from __future__ import annotations

from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Described, Example


class Dependencies(Described):
    """pytest-asyncio gives its place to the chosen runner: asyncshim, or nothing at all for ``--runner conftest``.

    Every spelling of the name is found (``pytest_asyncio``, ``Pytest.Asyncio``). Extras and versions go, environment
    markers, quotes and comments stay; where the runner is in the list already, the entry goes. Looked at are

    * ``pyproject.toml``: PEP 621 dependencies and extras, PEP 735 groups, the tables of Poetry, PDM, Hatch, uv, Flit,
      Pixi, cibuildwheel and tox; ``hatch.toml``, ``tox.toml``, ``Pipfile``;
    * ``requirements*.txt`` and ``.in``, constraints; ``setup.cfg``; ``deps`` of ``tox.ini``;
    * ``environment.yml`` (an entry for conda moves to the ``pip`` list, for conda-forge has no asyncshim) and
      ``additional_dependencies`` of ``.pre-commit-config.yaml``.

    Limits on its version (constraints, overrides, sources) are removed, unless some file goes on requiring it. All this
    comes last: nothing is done, and the reason reported, while a Python file imports ``pytest_asyncio`` or a plugin
    requires it. Left for a person: an entry with a hash, which nobody can make up, with a URL, or for Pythons before
    3.11, which asyncshim does not run on, and asyncshim itself where another runner is asked for. Where the project
    supports such Pythons the rewrite needs ``--unsafe``.
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
            "A group of Poetry's",
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
            "Distributions whose names only begin like it",
            before="""
                pytest-asyncio-cooperative
                alt-pytest-asyncio
            """,
            path="requirements.txt",
        ),
    )
