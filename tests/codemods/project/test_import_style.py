from __future__ import annotations

import pytest

from asyncshim_codemods.project.import_style import ImportStyle, import_styles, style_for


@pytest.mark.parametrize(
    ("path", "text", "combine_as", "single_line"),
    [
        ("pyproject.toml", "[tool.isort]\ncombine_as_imports = true\n", True, False),
        ("pyproject.toml", "[tool.isort]\nprofile = 'black'\n", False, False),
        ("pyproject.toml", "[tool.isort]\nprofile = 'django'\n", True, False),
        ("pyproject.toml", "[tool.isort]\nprofile = 'django'\ncombine_as_imports = false\n", False, False),
        ("pyproject.toml", "[tool.isort]\nprofile = 'google'\n", False, True),
        ("pyproject.toml", "[tool.ruff.lint.isort]\ncombine-as-imports = true\n", True, False),
        ("pyproject.toml", "[tool.ruff.isort]\nforce-single-line = true\n", False, True),
        ("ruff.toml", "[lint.isort]\ncombine-as-imports = true\n", True, False),
        (".ruff.toml", "[isort]\ncombine-as-imports = true\n", True, False),
        ("setup.cfg", "[isort]\ncombine_as_imports = True\n", True, False),
        ("tox.ini", "[isort]\ncombine_as_imports=1\n", True, False),
        (".isort.cfg", "[settings]\ncombine_as_imports = yes\n", True, False),
    ],
)
def test_the_settings_of_import_sorters_are_read(path: str, text: str, combine_as: bool, single_line: bool) -> None:
    assert list(import_styles(path, text.encode())) == [ImportStyle("", combine_as, single_line)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[tool.black]\nisort = 1\n"),
        ("pyproject.toml", "[tool.isort\n"),
        ("setup.cfg", "isort = 1\n"),
        ("tests/test_isort.py", "isort = 1\n"),
    ],
)
def test_other_files_set_no_style(path: str, text: str) -> None:
    assert list(import_styles(path, text.encode())) == []


def test_the_nearest_folder_decides() -> None:
    styles = [ImportStyle(""), ImportStyle("a", combine_as=True), ImportStyle("a/b")]
    assert style_for(styles, "a/test_x.py").combine_as
    assert not style_for(styles, "a/b/test_x.py").combine_as
    assert style_for([], "test_x.py") == ImportStyle()
