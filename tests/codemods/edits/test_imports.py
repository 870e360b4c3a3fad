from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.edits.imports import Imports, insert, reuse
from asyncshim_codemods.edits.model import AddImport, Remove, Replace
from asyncshim_codemods.syntax.bindings import build_index
from asyncshim_codemods.syntax.index import Index
from asyncshim_codemods.syntax.qualified_names import Names


def imports_of(source: str) -> tuple[Index, Imports]:
    index = build_index(cst.parse_module(source))
    return index, Imports(index, Names(index))


@pytest.mark.parametrize(
    ("source", "name", "adds"),
    [
        ("import pytest\nHERE\n", "pytest", False),
        ("import pytest as pt\nHERE\n", "pt", False),
        ("import pytest as pt\nimport pytest\nHERE\n", "pytest", False),
        ("HERE\n", "pytest", True),
        ("HERE\nimport pytest\n", "pytest", True),
        ("HERE\nimport pytest as pt\n", "pytest", True),
        ("def f():\n    HERE\nimport pytest\n", "pytest", False),
        ("if TYPE_CHECKING:\n    import pytest\nHERE\n", "pytest", True),
        ("try:\n    import pytest\nexcept ImportError:\n    raise\nHERE\n", "pytest", False),
        ("from pytest import mark\nHERE\n", "pytest", True),
        ("import pytest as pt\ndef f(pt):\n    HERE\n", "pytest", True),
        ("import pytest\nclass A:\n    x = HERE\n", "pytest", False),
    ],
)
def test_a_module_is_used_under_its_certain_local_name(source: str, name: str, *, adds: bool) -> None:
    index, imports = imports_of(source)
    found = imports.module("pytest", index.names["HERE"][0])
    assert found is not None
    assert found[0] == name
    assert [type(edit) for edit in found[1]] == [AddImport] * adds


@pytest.mark.parametrize(
    "source",
    [
        "pytest = 1\nHERE\n",
        "from tools import pytest\nHERE\n",
        "def f(pytest):\n    HERE\n",
        "def f():\n    import pytest\n    HERE\n",
        "import pytest\nimport tools as pytest\nHERE\n",
        "import pytest\nclass A:\n    pytest = 1\n    x = HERE\n",
        "[HERE for pytest in x]\n",
    ],
)
def test_a_module_whose_name_is_taken_cannot_be_imported(source: str) -> None:
    index, imports = imports_of(source)
    assert imports.module("pytest", index.names["HERE"][0]) is None


def inserted(source: str, module: str) -> str:
    tree = cst.parse_module(source)
    return tree.with_changes(body=insert(tree.body, module)).code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1\n", "import pytest\n\nx = 1\n"),
        ("def f(): ...\n", "import pytest\n\n\ndef f(): ...\n"),
        ('"""Doc."""\n', '"""Doc."""\n\nimport pytest\n'),
        ("import os\n\nx = 1\n", "import os\n\nimport pytest\n\nx = 1\n"),
        ("import os\n\nimport anyio\nimport trio\n", "import os\n\nimport anyio\nimport pytest\nimport trio\n"),
        ("import os\n\nimport trio\n", "import os\n\nimport pytest\nimport trio\n"),
        ("import os\n\n# ours\nfrom app import x\n", "import os\n\n# ours\nimport pytest\nfrom app import x\n"),
        ("from . import x\n", "import pytest\n\nfrom . import x\n"),
        ("import os\n\nfrom . import x\n", "import os\n\nimport pytest\n\nfrom . import x\n"),
        (
            "import os\nif os:\n    import json\nimport abc\n",
            "import os\nif os:\n    import json\nimport abc\n\nimport pytest\n",
        ),
        ("import anyio\nx = 1\nimport trio\n", "import anyio\nimport pytest\nx = 1\nimport trio\n"),
        ("import anyio; import trio\n", "import anyio; import trio\nimport pytest\n"),
    ],
)
def test_a_new_import_is_inserted_in_sorted_order(before: str, after: str) -> None:
    assert inserted(before, "pytest") == after


def test_a_standard_library_import_is_inserted_before_third_party_imports() -> None:
    assert inserted("import pytest\n", "asyncio") == "import asyncio\n\nimport pytest\n"
    assert inserted("from __future__ import x\n\nimport pytest\n", "asyncio") == (
        "from __future__ import x\n\nimport asyncio\n\nimport pytest\n"
    )


def first_alias(index: Index) -> cst.ImportAlias:
    names = index.imports[0].names
    assert not isinstance(names, cst.ImportStar)
    return names[0]


def test_a_new_import_replaces_a_removed_import_of_the_same_package() -> None:
    index, _ = imports_of("import pytest_asyncio\n")
    remove = Remove(first_alias(index))
    (edit,) = reuse(index, [remove, AddImport("pytest"), AddImport("pytest")])
    assert isinstance(edit, Replace)
    assert edit.node is remove.node


@pytest.mark.parametrize(
    "source",
    [
        "import os\n",
        "import pytest_asyncio, os\n",
        "import pytest_asyncio as pa\n",
        "if x:\n    import pytest_asyncio\n",
    ],
)
def test_a_new_import_does_not_replace_an_unrelated_import(source: str) -> None:
    index, _ = imports_of(source)
    edits = [Remove(first_alias(index)), AddImport("pytest")]
    assert reuse(index, edits) == edits
