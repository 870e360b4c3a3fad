"""ASH206: async code that strict mode did not run."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.markers.fixture_decorator import FIXTURE
from asyncshim_codemods.markers.roles import Role, marks
from asyncshim_codemods.markers.uses import OTHER_BACKENDS, decorated, mark_uses, slot_of
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.decorators import keeps_function
from asyncshim_codemods.suite.file_context import is_async, matches_any, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.markers.uses import MarkUse
    from asyncshim_codemods.suite.file_context import FileContext


class WillStartToRun(Rule):
    """In strict mode pytest-asyncio runs only marked tests; after the migration every async test and fixture runs.

    In strict mode an async test without the marker was skipped or failed, and an async fixture under plain
    ``@pytest.fixture`` passed a coroutine to the test. Both may run after the migration. Strict is what the
    configuration says, or, if it sets no mode, the default of pytest-asyncio 0.19 and newer if the dependency files
    require that. The rule reports such code as long as that is so, and changes nothing.

    It ignores what pytest does not collect (other files, classes without a matching name such as mixins of marked
    classes), tests of other backends, tests in classes with bases from elsewhere (which may be ``unittest`` classes),
    and what a decorator from elsewhere makes of a function.
    """

    code = "ASH206"
    name = "will-start-to-run"
    summary = "async code that strict mode does not run"
    safety = Safety.MANUAL
    words = ()
    is_about_original = True  # without their markers, all tests look as if strict mode did not run them
    since = "0.17"
    examples = (
        Example(
            "Without a strict configuration there is nothing to report",
            before="""
                import pytest


                @pytest.fixture
                async def pool():
                    yield 1
            """,
        ),
        Example(
            "A marked test ran before",
            before="""
                import pytest


                @pytest.mark.asyncio
                async def test_answer():
                    pytest.skip()
            """,
            after="""
                import pytest


                async def test_answer():
                    pytest.skip()
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at async functions without a marker or ``pytest_asyncio.fixture``."""
        if not _was_strict(file) or file.stays_strict():
            return
        spoken_for = _spoken_for(file)
        for function in file.index.functions:
            owners = {function, *file.index.ancestors(function)}
            if not is_async(function) or spoken_for & owners or not file.is_collectable(function):
                continue
            if not all(keeps_function(file, each) for each in function.decorators):
                continue
            decorator = file.fixture_decorator(function)
            if decorator is not None:
                if file.names.of(target_of(decorator)) != FIXTURE and _may_be_loaded(file):
                    message = f"the fixture `{function.name.value}` may start to run: strict mode did not run it"
                    yield Proposal(function.name, message, Safety.MANUAL)
            elif file.is_test(function) and file.is_test_module and all(_is_plain(file, owner) for owner in owners):
                message = f"`{function.name.value}` may start to run: strict mode did not run it"
                yield Proposal(function.name, message, Safety.MANUAL)


def _was_strict(file: FileContext) -> bool:
    """Return whether the settings say strict, or set no mode and strict is the default of the declared plugin."""
    kept = file.facts.kept
    is_default = file.facts.strict_by_default or (kept is not None and kept.declared)
    return file.settings.mode == "strict" or (file.settings.mode is None and is_default)


def _may_be_loaded(file: FileContext) -> bool:
    """Return whether pytest may find the fixtures of the file: it collects or loads it, or another file imports it."""
    name = PurePosixPath(file.path).name
    return name == "conftest.py" or file.is_test_module or file.facts.is_loaded_elsewhere(file.path)


def _is_plain(file: FileContext, owner: cst.CSTNode, seen: tuple[cst.CSTNode, ...] = ()) -> bool:
    """Return whether ``owner`` is no class, or one that pytest collects, with plain classes of this file as bases."""
    if not isinstance(owner, cst.ClassDef) or owner in seen:
        return True
    if not seen and not matches_any(owner.name.value, file.settings.python_classes or ("Test",)):
        return False
    return not owner.keywords and all(_is_plain_base(file, base, (*seen, owner)) for base in owner.bases)


def _is_plain_base(file: FileContext, base: cst.Arg, seen: tuple[cst.CSTNode, ...]) -> bool:
    value = base.value
    if not isinstance(value, cst.Name) or base.star:
        return False
    found = [each.node for each in file.names.bindings_of(value)]
    if not found:
        return value.value == "object"
    return all(isinstance(each, cst.ClassDef) and _is_plain(file, each, seen) for each in found)


def _spoken_for(file: FileContext) -> set[cst.CSTNode]:
    """Return the functions, classes and modules with a marker of any backend."""
    found = file.once(marks)
    uses = [use for use, _ in found.uses] + [use for alias in found.aliases for use, _ in alias.uses]
    for backend in OTHER_BACKENDS:
        uses += mark_uses(file, backend)
    places: set[cst.CSTNode] = set()
    for use in uses:
        owner = decorated(file, use)
        if owner is not None:
            places.add(owner)
        elif slot_of(file, use) is not None:
            places.add(file.index.scope_of(use.whole).node)
    if found.of(Role.HOOK):
        places.add(file.index.module)
    return places | _marked_in_every_case(file, found.of(Role.PARAM))


def _marked_in_every_case(file: FileContext, uses: list[MarkUse]) -> set[cst.CSTNode]:
    """Return the functions with a ``parametrize`` whose parameter sets all have the marker."""
    functions: set[cst.CSTNode] = set()
    marked = {node for use in uses for node in file.index.ancestors(use.whole)}
    for decorator in marked:
        if not isinstance(decorator, cst.Decorator) or not isinstance(decorator.decorator, cst.Call):
            continue
        lists = [arg.value for arg in decorator.decorator.args if arg in marked]
        if all(isinstance(each, cst.List | cst.Tuple) and marked.issuperset(each.elements) for each in lists):
            functions.add(file.index.parents[decorator])
    return functions
