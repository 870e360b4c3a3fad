from __future__ import annotations

from pathlib import Path

from asyncshim.migrate.doctor.stubs import type_information


def write(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return str(folder)


def test_stubs_come_before_the_package(tmp_path: Path) -> None:
    real = write(tmp_path / "a", "pytest_asyncio/__init__.py", "pytest_asyncio/py.typed")
    stubs = write(tmp_path / "b", "pytest_asyncio-stubs/__init__.pyi")
    (_, found) = type_information([real, stubs])
    assert (found.found, found.source) == (True, f"stubs in {Path(stubs, 'pytest_asyncio-stubs')}")
    assert [*type_information([real])][1].source == f"types in {Path(real, 'pytest_asyncio')}"


def test_a_package_without_types_and_a_missing_one_are_named(tmp_path: Path) -> None:
    old = write(tmp_path, "pytest_asyncio/__init__.py")
    (ours, found) = type_information([old])
    assert not found.found
    assert "py.typed is missing" in found.source
    assert not ours.found
    assert ours.source.startswith("neither stubs nor a package")


def test_this_installation_has_types_for_both() -> None:
    assert all(each.found for each in type_information())
