from __future__ import annotations

import pytest

from asyncshim.migrate.doctor.requirements import requirements


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("requirements.txt", "pytest\npytest_asyncio == 0.21.1 # x\nasyncshim; python_version > '3'\n",
         [("pytest", "any version"), ("pytest-asyncio", "==0.21.1"), ("asyncshim", "any version")]),
        ("requirements.txt", "pytest[x]>=7,<9\n# pytest-asyncio==1\n", [("pytest", ">=7,<9")]),
        ("requirements.txt", "pytest-asyncio @ git+https://token@host/x\npytest-xdist==3\n", []),
        ("tox.ini", "[testenv]\ndeps =\n  pytest-asyncio>=1\n  asyncshim\ncommands =\n  pytest\n",
         [("pytest-asyncio", ">=1"), ("asyncshim", "any version")]),
        ("environment.yml", "dependencies:\n  - pytest\n  - pytest-asyncio=0.21\n",
         [("pytest", "any version"), ("pytest-asyncio", "=0.21")]),
        ("Dockerfile", "RUN pip install pytest-asyncio==0.21\n", [("pytest-asyncio", "==0.21")]),
        ("pyproject.toml", '[project]\nname = "pytest"\nkeywords = ["pytest-asyncio"]\ndependencies = ["pytest>=8"]\n',
         [("pytest", ">=8")]),
        ("pyproject.toml", '[project.entry-points.pytest11]\nasyncshim = "asyncshim.plugin"\n', []),
        ("setup.cfg", "[options.entry_points]\npytest11 =\n  asyncshim = asyncshim.plugin\n", []),
        ("pyproject.toml", '[dependency-groups]\ntest = ["pytest-asyncio (>=1,<2)"]\n', [("pytest-asyncio", ">=1,<2")]),
        ("pyproject.toml", '[tool.poetry.dependencies]\npytest = "^8.1"\npytest-asyncio = {version = "~0.21"}\n',
         [("pytest", "^8.1"), ("pytest-asyncio", "~0.21")]),
        ("Pipfile", '[dev-packages]\npytest-asyncio = "*"\n', [("pytest-asyncio", "any version")]),
        ("pyproject.toml", '[project]\ndependencies = ["./pytest-asyncio", "pytest"]\n', [("pytest", "any version")]),
        ("poetry.lock", 'name = "pytest-asyncio"\n', []),
        ("pyproject.toml", "[broken", []),
    ],
)  # fmt: skip
def test_requirements_are_found_with_their_versions(path: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert list(requirements(path, text)) == expected


@pytest.mark.parametrize(
    "text", ["pytest" * 20_000, "pytest " + " " * 50_000 + "x", "pytest[" * 9_000, "pytest==1," * 9_000]
)
def test_hostile_lines_take_no_time(text: str) -> None:
    requirements("requirements.txt", f"{text}\n" * 20)
