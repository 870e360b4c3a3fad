"""Whether a sync fixture or test that asks for ``event_loop`` can be ``async def``: all that speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.await_expression import awaiting
from asyncshim_codemods.edits.model import Change, Prepend, Remove
from asyncshim_codemods.event_loop.obstacles import Risk, risks
from asyncshim_codemods.event_loop.requests import is_called_by_name, requesting
from asyncshim_codemods.event_loop.uses import CLOSED, LoopUse, UseKind, loop_uses
from asyncshim_codemods.project.imports_and_aliases import EVERYTHING
from asyncshim_codemods.suite.file_context import is_async
from asyncshim_codemods.suite.fixture_names import fixture_name
from asyncshim_codemods.syntax.tree import children_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext

_OTHER_RUNNERS = ("pytest.mark.anyio", "pytest.mark.trio", "pytest.mark.twisted", "pytest.mark.gen_test")
_PATCHES = ("unittest.mock.patch", "mock.patch", "hypothesis.")
_OWN_ALIASES = frozenset({"staticmethod"})


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One sync fixture or test with its ``event_loop`` parameter and all that it does with it."""

    function: cst.FunctionDef
    parameter: cst.Param
    is_fixture: bool
    uses: tuple[LoopUse, ...]

    def of(self, *kinds: UseKind) -> list[LoopUse]:
        """The uses of these kinds."""
        return [use for use in self.uses if use.kind in kinds]

    @property
    def keeps_loop(self) -> bool:
        """Whether the function goes on needing the loop itself when nothing runs it any more."""
        return bool(self.of(UseKind.KEPT, UseKind.HANDED_OUT))

    @property
    def runs(self) -> list[cst.Call]:
        """The ``run_until_complete`` calls."""
        return [use.node for use in self.uses if use.kind is UseKind.RUN and isinstance(use.node, cst.Call)]


def sync_requests(file: FileContext) -> tuple[Request, ...]:
    """Every sync fixture and test that asks for ``event_loop``; ask through ``file.once(sync_requests)``."""
    return tuple(
        Request(function, parameter, file.is_fixture(function), tuple(loop_uses(file, function, parameter)))
        for function, parameter in requesting(file)
        if not is_async(function) and not _is_unittest(file, function)
    )


def _is_unittest(file: FileContext, function: cst.FunctionDef) -> bool:
    """Whether unittest runs the method: it gets no fixtures as arguments then."""
    owner = file.index.nearest(function, cst.ClassDef)
    if owner is None:
        return False
    names = [file.names.of(base.value) or _last_name(base.value) for base in owner.bases]
    return any(name.rpartition(".")[2].endswith("TestCase") for name in names)


def _last_name(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""


def obstacles(file: FileContext, request: Request) -> tuple[Risk, ...]:
    """Everything that speaks against turning the function into ``async def``, gravest first."""
    found = [*_use_obstacles(request), *_form_obstacles(file, request), *_circumstances(file, request)]
    found += risks(file, request.function, frozenset(request.runs))
    return tuple(sorted(dict.fromkeys(found), key=lambda risk: not risk.certain))


def _use_obstacles(request: Request) -> Iterator[Risk]:
    for use in request.uses:
        if use.kind is UseKind.RUN and not use.awaitable:
            yield Risk("the loop is run inside a nested function, lambda or comprehension", certain=True)
        elif use.kind is UseKind.OTHER:
            yield Risk("the loop is used for more than `run_until_complete`", certain=True)
        elif use.kind in {UseKind.KEPT, UseKind.HANDED_OUT}:
            yield Risk("the loop is used for more than `run_until_complete`")
        elif use.kind is UseKind.MADE_CURRENT:
            yield Risk("it makes the loop the current one", certain=not use.awaitable)
    if not request.runs:
        yield Risk("it never runs the loop", certain=True)


def _form_obstacles(file: FileContext, request: Request) -> Iterator[Risk]:
    """What the function is, beside its use of the loop."""
    function = request.function
    yields, values = False, False
    for node in _own_code(function):
        if isinstance(node, cst.Yield):
            yields = True
            if isinstance(node.value, cst.From):
                yield Risk("it has a `yield from`", certain=True)
        elif isinstance(node, cst.Return):
            values = values or node.value is not None
    if yields and values:
        yield Risk("an async generator cannot return a value", certain=True)
    if yields and not request.is_fixture:
        yield Risk("it is a generator, not a test", certain=True)
    for decorator in function.decorators:
        yield from _decorator_risk(file, decorator)
    name = function.name.value
    if is_called_by_name(file, function) or name in file.facts.loops.through_super:
        yield Risk("other code calls it by name", certain=True)
    elif not request.is_fixture and file.facts.imported_elsewhere(file.path, name):
        yield Risk("another file imports it by name", certain=True)
    if any(awaiting(file.index, call) is None for call in request.runs):
        yield Risk("a comment stands where `await` leaves no place for it", certain=True)


def _own_code(function: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    pending: list[cst.CSTNode] = [function.body]
    while pending:
        node = pending.pop()
        yield node
        if type(node) not in CLOSED:
            pending += children_of(node)


def _decorator_risk(file: FileContext, decorator: cst.Decorator) -> Iterator[Risk]:
    target = decorator.decorator
    name = file.names.of(target.func if isinstance(target, cst.Call) else target) or ""
    shown = name or "a decorator"
    if name in _OTHER_RUNNERS or name == "pytest.mark.django_db":
        yield Risk(f"`{shown}` hands it to another plugin", certain=True)
    elif name.startswith(_PATCHES):
        yield Risk(f"`{shown}` wraps it")
    elif isinstance(target, cst.Name) and target.value in _OWN_ALIASES and not name:
        return
    elif decorator is not file.fixture_decorator(_owner(file, decorator)) and not name.startswith("pytest.mark."):
        yield Risk(f"`{shown}` wraps it and may need a plain function", certain=True)


def _owner(file: FileContext, decorator: cst.Decorator) -> cst.FunctionDef:
    owner = file.index.parents[decorator]
    assert isinstance(owner, cst.FunctionDef)
    return owner


def _circumstances(file: FileContext, request: Request) -> Iterator[Risk]:
    """What the other files, the configuration and the rest of this file say."""
    facts = file.facts.loops
    name = fixture_name(file, request.function)
    if facts.parametrized_for(file.path):
        yield Risk("an `event_loop` of several values may apply to it", certain=True)
    requested = file.facts.requested & {name, EVERYTHING} if name else file.facts.requested
    if (request.is_fixture and requested) or name in facts.lazy:
        yield Risk(
            f"`{name or request.function.name.value}` may be requested by `getfixturevalue`, from inside a coroutine"
        )
    if asking := facts.asking_about(file.path):
        yield Risk(f"{asking} asks which tests request `event_loop`")
    if file.stays_strict():
        yield Risk(file.why_strict)
    if facts.other_backends:
        yield Risk("some tests here belong to another async plugin")
    if request.is_fixture and file.options.runner == "anyio":
        yield Risk("anyio does not run async fixtures for sync tests")
    if any(file.names.uses(each) for each in ("pytest.mark.django_db", *_OTHER_RUNNERS)):
        yield Risk("marks of another plugin are at work in this file")
    if request.keeps_loop and running_loop(file, request) is None:
        yield Risk("the name `asyncio` means something else here", certain=True)
    if any(_counts_steps(file, call) for call in request.runs):
        yield Risk("`sleep(0)` counts the loop's steps, and `await` takes fewer of them")
    if not request.is_fixture:
        started = {_last_name(each.func) for call in request.runs for each in _calls_in(call.args[0].value)}
        for name in sorted(started & facts.task_starters):
            yield Risk(f"`{name}` starts something that `await` may not give its turn yet")


def _calls_in(node: cst.CSTNode) -> Iterator[cst.Call]:
    if isinstance(node, cst.Call):
        yield node
    for child in children_of(node):
        yield from _calls_in(child)


def _counts_steps(file: FileContext, call: cst.Call) -> bool:
    inner = call.args[0].value
    return (
        isinstance(inner, cst.Call)
        and file.names.of(inner.func) in {"asyncio.sleep", "asyncio.tasks.sleep"}
        and bool(inner.args)
        and isinstance(inner.args[0].value, cst.Integer | cst.Float)
        and float(inner.args[0].value.evaluated_value) == 0
    )


def become_async(file: FileContext, request: Request) -> tuple[Edit, ...]:
    """The edits that make ``async def`` and ``await`` of it; only for a request without certain obstacles."""
    edits: list[Edit] = [Remove(request.parameter), Change(request.function, make_async)]
    if request.keeps_loop:
        name, imports = running_loop(file, request) or ("asyncio", ())
        edits += [Prepend(request.function, f"{request.parameter.name.value} = {name}.get_running_loop()\n"), *imports]
    for call in request.runs:
        how = awaiting(file.index, call)
        assert how is not None
        edits.append(Change(call, how))
    return (*edits, *needless(file, request))


def running_loop(file: FileContext, request: Request) -> tuple[str, tuple[Edit, ...]] | None:
    """The name of asyncio in the function, and the edits that import it; None where the name is taken."""
    return file.imports.module("asyncio", request.function.body.body[0])


def needless(file: FileContext, request: Request) -> tuple[Edit, ...]:
    """The edits for what has no sense without the parameter: ``loop=`` arguments, aliases, ``set_event_loop``."""
    found: list[Edit] = []
    for use in request.uses:
        if use.kind is UseKind.NEEDLESS or (use.kind is UseKind.ALIAS and not request.keeps_loop):
            found.append(Remove(use.node))
        elif use.kind is UseKind.MADE_CURRENT:
            found.append(Remove(file.index.parents[use.node]))
    return tuple(found)


def make_async(node: cst.CSTNode) -> cst.CSTNode:
    """A function as ``async def``."""
    return node.with_changes(asynchronous=cst.Asynchronous())
