from __future__ import annotations

import pytest

from asyncshim_codemods.project.imports_and_aliases import Collector, same_module
from asyncshim_codemods.project.used_names import EVERYTHING, UsedNames


def used(*files: tuple[str, str]) -> set[tuple[str, str]]:
    """Return the names of ``tests.kit`` and of modules inside it that the files use."""
    every = Collector()
    for path, text in files:
        collector = Collector()
        collector.add(path, text.encode())
        every.absorb(collector)
    return {pair for pair in every.used.pairs(same_module) if pair[0] == "tests.kit"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from tests import kit\n\nkit.run(kit.a.b)\n", {"run", "a"}),
        ("from tests import kit as k\n\nk.run()\nkit.x\n", {"run"}),
        ("from tests import (\n    other,\n    kit,  # tools\n)\n\nkit.run()\n", {"run"}),
        ("from tests import other, \\\n    kit\n\nkit.run()\n", {"run"}),
        ("from . import kit\n\nkit.run()\n", {"run"}),
        ("import tests.kit\n\ntests.kit.run()\n", {"run"}),
        ("import tests.kit as kit\n\n# of kit\nkit.run()\n", {"run"}),
        ("import os\nimport tests.kit as kit\nfrom tests.kit import b\n\nx.kit, kits, _kit, tests.kit.y\n", {"b"}),
    ],
)
def test_code_uses_the_attributes_of_a_module_that_it_reads(text: str, names: set[str]) -> None:
    assert used(("tests/test_a.py", text)) == {("tests.kit", name) for name in names}


@pytest.mark.parametrize(
    "use", ["f(kit)", "x = kit", "getattr(kit, 'a')", "kit = 1", "[\n    kit,\n]", "vars(kit)", "kit .a", "f'{kit}'"]
)
def test_code_that_uses_a_module_as_a_value_may_use_every_name(use: str) -> None:
    assert (("tests.kit", EVERYTHING)) in used(("tests/test_a.py", f"from tests import kit\n\n{use}\n"))


def test_a_class_of_that_name_may_be_the_module() -> None:
    collector = UsedNames()
    collector.add_module("tests.Kit", "Kit", b"", ())
    assert collector.pairs(same_module) == {("tests.Kit", EVERYTHING)}


def test_a_star_import_uses_the_words_that_its_file_does_not_import() -> None:
    head = "import os, a.b as c\nfrom x import (\n    one,\n    two as three,\n)\nfrom tests.kit import *\n"
    names = {name for _, name in used(("tests/test_a.py", f"{head}\nrun(pytest, one)\n"))}
    assert names >= {"run", "pytest", "two"}
    assert names.isdisjoint({"os", "c", "one", "three", EVERYTHING})


def test_an_import_inside_a_function_does_not_bind_the_name_of_the_file() -> None:
    assert ("tests.kit", "os") in used(
        ("tests/test_a.py", "from tests.kit import *\n\ndef f():\n    import os\n\nos.x\n")
    )


def test_a_star_import_uses_what_other_files_take_from_its_file() -> None:
    files = (
        ("tests/a.py", "from tests.kit import *\n"),
        ("tests/b.py", "from tests.a import *\n"),
        ("tests/c.py", "from tests.b import asyncio\nfrom tests import a\n\na.pytest\n"),
    )
    assert used(*files) >= {("tests.kit", "asyncio"), ("tests.kit", "pytest")}
    assert ("tests.kit", "asyncio") not in used(*files[:2])


def test_an_import_without_a_name_and_thousands_of_imports_are_read_in_bounded_time() -> None:
    for code in (b"import x as\r", b"from a import \rx", b"import \n", b"from a import (,)"):
        Collector().add("a.py", code)
    many = b"".join(b"import m%d\n" % number for number in range(20_000))
    collector = Collector()
    collector.add("a.py", many + b"m1.one\nm19999.last\n")
    pairs = collector.used.pairs(lambda one, other: one == other)
    assert ("m1", "one") in pairs
    assert ("m1", "*") not in pairs
    assert ("m19999", "*") in pairs


def test_two_star_imports_in_one_file_use_the_same_words() -> None:
    text = "from tests.kit import *\nfrom tests.other import *\n\nrun()\n"
    assert ("tests.kit", "run") in used(("tests/test_a.py", text))
