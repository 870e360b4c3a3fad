"""What pyproject.toml promises to those who install asyncshim."""

from __future__ import annotations

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from house.tree import project_table

PYTHON = "Programming Language :: Python :: 3."


def requirements() -> list[Requirement]:
    table = project_table()
    extras = table["optional-dependencies"]
    assert isinstance(extras, dict)
    lists = [table["dependencies"], *extras.values()]
    return [Requirement(str(line)) for lines in lists if isinstance(lines, list) for line in lines]


def test_dependencies_have_lower_bounds_only() -> None:
    for requirement in requirements():
        if requirement.name == "asyncshim":  # an extra that holds another
            continue
        assert [specifier.operator for specifier in requirement.specifier] == [">="], str(requirement)


def test_core_dependencies_are_the_listed_ones() -> None:
    dependencies = project_table()["dependencies"]
    assert isinstance(dependencies, list)
    names = {Requirement(line).name for line in dependencies}
    assert names == {"configupdater", "iniconfig", "libcst", "packaging", "pytest", "rich", "tomlkit"}


def test_classifiers_list_each_supported_python() -> None:
    table = project_table()
    classifiers = table["classifiers"]
    assert isinstance(classifiers, list)
    supported = SpecifierSet(str(table["requires-python"]))
    listed = [
        entry.removeprefix("Programming Language :: Python :: ") for entry in classifiers if entry.startswith(PYTHON)
    ]
    assert listed == ["3.11", "3.12", "3.13", "3.14", "3.15"]
    assert all(version in supported for version in listed)
    assert "3.10" not in supported
