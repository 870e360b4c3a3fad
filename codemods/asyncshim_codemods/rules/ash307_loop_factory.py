"""ASH307: fixtures that choose another loop class for the suite."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove, Replace
from asyncshim_codemods.edits.stale_comments import is_about_runner, worth_keeping
from asyncshim_codemods.event_loop.factories import DEFAULT
from asyncshim_codemods.event_loop.overrides import OverrideKind, loop_overrides
from asyncshim_codemods.event_loop.policies import loop_policies
from asyncshim_codemods.event_loop.removability import refusal
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.syntax.tree import comments_in, is_docstring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.event_loop.factories import Factory
    from asyncshim_codemods.suite.file_context import FileContext

_HOOK = "pytest_asyncio_loop_factories"
# Runners that call the hook: pytest-asyncio since 1.4.
_HAS_HOOK = frozenset({"asyncshim", "pytest-asyncio"})


class LoopFactory(Rule):
    """The hook ``pytest_asyncio_loop_factories`` (asyncshim, pytest-asyncio 1.4) chooses the loop class of a suite.

    The rule finds ``event_loop_policy`` fixtures, and ``event_loop`` overrides with a policy or a loop of uvloop,
    winloop or asyncio. In a conftest the fixture becomes the hook, which applies to the same folder. In other files
    pytest does not read hooks, so the fixture stays; for the whole suite ``asyncshim_loop_factory =
    uvloop:new_event_loop`` in pytest's configuration does the same with asyncshim.

    The rewrite is unsafe: the hook applies only to async tests and their fixtures, all of them share one such loop, and
    before pytest 8.4 the name of the factory is part of their node ids.
    """

    code = "ASH307"
    name = "loop-factory"
    summary = "a fixture that chooses another loop class"
    safety = Safety.UNSAFE
    words = ("event_loop",)
    since = "0.1"
    examples = (
        Example(
            "uvloop's policy",
            before="""
                import pytest
                import uvloop


                @pytest.fixture(scope="session")
                def event_loop_policy():
                    return uvloop.EventLoopPolicy()
            """,
            after="""
                import uvloop


                def pytest_asyncio_loop_factories():
                    return {"uvloop": uvloop.new_event_loop}
            """,
            unsafe=True,
            path="tests/conftest.py",
        ),
        Example(
            "In a test module",
            before="""
                import pytest
                import uvloop


                @pytest.fixture
                def event_loop():
                    loop = uvloop.new_event_loop()
                    yield loop
                    loop.close()
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Propose one hook for a conftest whose fixtures agree on a loop."""
        wanted = [(each.function, each.factory) for each in file.once(loop_policies) if each.factory is not None]
        refused = ""
        for override in file.once(loop_overrides):
            if override.kind is OverrideKind.OTHER_CLASS:
                wanted.append((override.function, override.factory))
                refused = refused or refusal(file, override)
        refused = refused or _refusal(file, wanted)
        for number, (function, factory) in enumerate(wanted):
            what = f"chooses the loops of `{factory.module}.{factory.attribute}`"
            edits = None if refused else _edits(file, function, factory, is_first=number == 0)
            if edits is None:
                reason = refused or f"the name `{factory.module}` means something else here"
                yield Proposal(function.name, f"{what}; it stays, because {reason}", Safety.MANUAL)
            else:
                yield Proposal(function.name, f"{what}; `{_HOOK}` does the same", Safety.UNSAFE, edits)


def _refusal(file: FileContext, wanted: list[tuple[cst.FunctionDef, Factory]]) -> str:
    """Return why no hook can replace these fixtures, or ""."""
    if file.options.runner not in _HAS_HOOK:
        return f"{file.options.runner} has no such hook"
    if len({factory for _, factory in wanted}) > 1:
        return "there are several"
    if any(file.index.scope_of(function) is not file.index.root for function, _ in wanted):
        return "it applies to one class"
    if all(factory is DEFAULT for _, factory in wanted):
        return ""
    if PurePosixPath(file.path).name != "conftest.py":
        return "pytest reads hooks only in a conftest; `asyncshim_loop_factory` in the configuration applies to all"
    return f"`{_HOOK}` already exists" if _HOOK in file.index.root.bindings else ""


def _edits(
    file: FileContext, function: cst.FunctionDef, factory: Factory, *, is_first: bool
) -> tuple[Edit, ...] | None:
    if factory is DEFAULT or not is_first:
        return (Remove(function),)
    found = file.imports.module(factory.module, function)
    if found is None:
        return None
    module, imports = found
    source = f'def {_HOOK}():\n    return {{"{factory.name}": {module}.{factory.attribute}}}\n'
    hook = cst.ensure_type(cst.parse_statement(source, file.index.module.config_for_parsing), cst.FunctionDef)
    return (Replace(function, _with_words_of(function, hook)), *imports)


def _with_words_of(function: cst.FunctionDef, hook: cst.FunctionDef) -> cst.FunctionDef:
    """Return the hook with the comments of the fixture, and with its docstring unless it is about the fixture."""
    block = cst.ensure_type(hook.body, cst.IndentedBlock)
    chosen = cst.ensure_type(block.body[0], cst.SimpleStatementLine)
    inside = [cst.EmptyLine(comment=each) for each in comments_in(function.body) if worth_keeping(each)]
    body = [chosen.with_changes(leading_lines=inside)]
    first = function.body.body[0]
    if isinstance(first, cst.SimpleStatementLine) and is_docstring(first):
        text = cst.SimpleStatementLine(body=[first.body[0]])
        body = body if is_about_runner(cst.Module([text]).code) else [text, *body]
    above = [
        cst.EmptyLine(comment=each)
        for node in (*function.decorators, *function.lines_after_decorators)
        for each in comments_in(node)
        if worth_keeping(each)
    ]
    return hook.with_changes(leading_lines=[*function.leading_lines, *above], body=block.with_changes(body=body))
