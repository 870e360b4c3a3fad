"""The obstacles to ``async def`` for a synchronous function that requests ``event_loop``."""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.await_expression import awaiting
from asyncshim_codemods.event_loop.finalizers import finalizers_of
from asyncshim_codemods.event_loop.resolution import doubt_about_loop
from asyncshim_codemods.event_loop.risk import Risk
from asyncshim_codemods.event_loop.uses import running_loop
from asyncshim_codemods.markers.uses import OTHER_BACKENDS
from asyncshim_codemods.project import blocking_names as known
from asyncshim_codemods.project.used_names import EVERYTHING
from asyncshim_codemods.suite.file_context import KEPT, argument, fixture_name, is_async, target_of
from asyncshim_codemods.syntax.index import BindingKind
from asyncshim_codemods.syntax.tree import code_of, last_name, names_in, own_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asyncshim_codemods.event_loop.uses import Request
    from asyncshim_codemods.suite.file_context import FileContext

_PATCHES = ("unittest.mock.patch", "mock.patch", "hypothesis.")
_OWN_ALIASES = frozenset({"staticmethod"})


def obstacles(file: FileContext, request: Request, others: Iterable[Risk]) -> tuple[Risk, ...]:
    """Return every reason against ``async def``, the certain ones first; ``others`` were found elsewhere."""
    found = [*others, *_form_obstacles(file, request), *_circumstances(file, request)]
    found += [*_requested(file, request.function), *_Body(file, request).risks(request.function)]
    found += [Risk(doubt)] if (doubt := doubt_about_loop(file, request.function)) else []
    return tuple(sorted(dict.fromkeys(found), key=lambda risk: not risk.certain))


def _form_obstacles(file: FileContext, request: Request) -> Iterator[Risk]:
    """Yield reasons in the form of the function, apart from its use of the loop."""
    function = request.function
    yields, values = False, False
    for node in own_code(function):
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
        yield from _decorator_risk(file, function, decorator)
    name = function.name.value
    if file.is_called_by_name(function) or name in file.facts.loops.through_super:
        yield Risk("other code calls it by name", certain=True)
    elif not request.is_fixture and file.facts.imported_elsewhere(file.path, name):
        yield Risk("another file imports it by name", certain=True)
    if any(awaiting(file.index, call) is None for call in request.runs):
        yield Risk("a comment has no place next to `await`", certain=True)


def _decorator_risk(file: FileContext, function: cst.FunctionDef, decorator: cst.Decorator) -> Iterator[Risk]:
    target = decorator.decorator
    name = file.names.of(target_of(decorator)) or ""
    shown = name or "a decorator"
    if name in OTHER_BACKENDS or name == "pytest.mark.django_db":
        yield Risk(f"`{shown}` passes it to another plugin", certain=True)
    elif name.startswith(_PATCHES):
        yield Risk(f"`{shown}` wraps it")
    elif isinstance(target, cst.Name) and target.value in _OWN_ALIASES and not name:
        return
    elif decorator is not file.fixture_decorator(function) and not name.startswith("pytest.mark."):
        yield Risk(f"`{shown}` wraps it and may need a synchronous function", certain=True)


def _circumstances(file: FileContext, request: Request) -> Iterator[Risk]:
    """Yield reasons in other files, the configuration and the rest of this file."""
    facts = file.facts.loops
    name = fixture_name(file, request.function)
    if facts.parametrized_for(file.path):
        yield Risk("an `event_loop` with several values may apply to it", certain=True)
    requested = file.facts.requested & {name, EVERYTHING} if name else file.facts.requested
    if (request.is_fixture and requested) or name in facts.lazy:
        yield Risk(
            f"`{name or request.function.name.value}` may be requested with `getfixturevalue` inside a coroutine"
        )
    if asking := facts.asking_about(file.path):
        yield Risk(f"{asking} checks which tests request `event_loop`")
    yield from _plugin(file, request)
    if facts.other_backends:
        yield Risk("another async plugin runs some of these tests")
    if request.is_fixture and file.options.runner == "anyio":
        yield Risk("anyio does not run async fixtures for synchronous tests")
    if any(file.names.uses(each) for each in ("pytest.mark.django_db", *OTHER_BACKENDS)):
        yield Risk("this file uses marks of another plugin")
    if request.keeps_loop and running_loop(file, request) is None:
        yield Risk("the name `asyncio` means something else here", certain=True)
    if any(_counts_steps(file, call) for call in request.runs):
        yield Risk("`sleep(0)` waits for one step of the loop, and after `await` fewer steps are taken")
    if not request.is_fixture:
        started = {last_name(each.func) for call in request.runs for each in _calls_in(call.args[0].value)}
        for name in sorted(started & facts.task_starters):
            yield Risk(f"`{name}` starts a task that may not get a turn before `await` returns")


def _plugin(file: FileContext, request: Request) -> Iterator[Risk]:
    """Yield reasons in the plugin that runs the suite."""
    if file.stays_strict():
        yield Risk(file.why_strict, certain=file.facts.kept is not None)
    if file.facts.kept is not None and request.is_fixture and _is_wide(file, request.function):
        yield Risk(f"{KEPT}, and runs an async fixture of this scope on another loop than the tests", certain=True)


def _is_wide(file: FileContext, function: cst.FunctionDef) -> bool:
    """Return whether the scope of a fixture is, or may be, wider than ``function``."""
    call = file.fixture_call(function)
    scope = None if call is None else argument(call, "scope")
    return scope is not None and file.text(scope.value) != "function"


def _requested(file: FileContext, function: cst.FunctionDef) -> Iterator[Risk]:
    for parameter in function.params.params:
        name = parameter.name.value
        if name in known.BLOCKING_FIXTURES:
            yield Risk(f"it requests `{name}`", certain=True)
        elif name in known.SUSPICIOUS_FIXTURES or name in file.facts.loops.blocking:
            yield Risk(f"the value of `{name}` may run a separate loop")


class _Body:
    """Looks through a function, and through the functions of the same file that it calls."""

    def __init__(self, file: FileContext, request: Request) -> None:
        found = finalizers_of(file, request.function)
        self._file = file
        self._awaited = frozenset(request.runs)
        self._moved = () if found is None else found.calls
        self._seen: set[cst.FunctionDef] = set()

    def risks(self, function: cst.FunctionDef) -> Iterator[Risk]:
        if function in self._seen:
            return
        self._seen.add(function)
        pending: list[cst.CSTNode] = [function.body]
        while pending:
            node = pending.pop()
            if isinstance(node, cst.FunctionDef) and is_async(node):
                continue  # it runs on the loop now
            pending += code_of(node)
            if isinstance(node, cst.Call):
                yield from self._call(node)
            elif isinstance(node, cst.Name | cst.Attribute):
                yield from self._name(node)

    def _name(self, node: cst.Name | cst.Attribute) -> Iterator[Risk]:
        """Yield reasons for names that matter whether the function calls them or passes them on."""
        if node not in self._file.index.parents or self._is_inner_part(node):
            return
        meaning = self._file.names.of(node) or ""
        last = node.attr.value if isinstance(node, cst.Attribute) else node.value
        if meaning in known.NOT_IN_A_COROUTINE or meaning.startswith(known.BEGINNINGS_NOT_IN_A_COROUTINE):
            yield Risk(f"`{meaning}` does not work in a coroutine", certain=True)
        elif last in known.BLOCKS_ANYWHERE and not self._is_awaited(node):
            yield Risk(f"`{last}` runs a separate loop", certain=True)
        elif last in known.BY_NAME:
            yield Risk(f"`{last}` cannot set up an async fixture inside a coroutine", certain=True)
        elif meaning.startswith(known.THREADS):
            yield Risk(f"`{meaning}` uses threads or processes")

    def _is_inner_part(self, node: cst.Name | cst.Attribute) -> bool:
        """Return whether ``node`` is ``a`` or ``b`` of ``a.b``, which is checked as a whole."""
        parent = self._file.index.parents[node]
        if isinstance(parent, cst.Attribute):
            return node is parent.attr or self._file.names.of(parent) is not None
        return False

    def _is_awaited(self, node: cst.CSTNode) -> bool:
        """Return whether ``node`` names the awaited call, or the call that makes its coroutine (``run_sync``)."""
        call = self._file.index.parents[node]
        return call in self._awaited or (isinstance(call, cst.Call) and self._makes_an_awaited_thing(call))

    def _call(self, call: cst.Call) -> Iterator[Risk]:
        if call in self._awaited or call in self._moved or self._makes_an_awaited_thing(call):
            return
        if isinstance(call.func, cst.Name):
            yield from self._call_of_name(call, call.func)
        elif isinstance(call.func, cst.Attribute):
            yield from self._call_of_attribute(call, call.func)
        else:
            yield Risk("it calls the value of an expression")

    def _makes_an_awaited_thing(self, call: cst.Call) -> bool:
        """Return whether the call only makes an awaited coroutine, alone or as an argument of a function of asyncio."""
        for parent in self._file.index.ancestors(call):
            if parent in self._awaited:
                return True
            if isinstance(parent, cst.Call) and not (self._file.names.of(parent.func) or "").startswith("asyncio."):
                return False
        return False

    def _call_of_name(self, call: cst.Call, name: cst.Name) -> Iterator[Risk]:
        file = self._file
        meaning = file.names.of(name)
        if meaning is not None:
            yield from self._call_of_import(call, meaning)
            return
        home = file.names.home(name.value, file.index.scope_of(name))
        if home is None:
            if not hasattr(builtins, name.value):
                yield Risk(f"`{name.value}` is not known")
            return
        for binding in home.bindings[name.value]:
            if isinstance(binding.node, cst.FunctionDef):
                if not is_async(binding.node):
                    yield from self.risks(binding.node)
            elif binding.kind is not BindingKind.CLASS and not self._is_harmless(binding.value):
                yield Risk(f"`{name.value}()` is not known")
        if name.value in file.facts.loops.blocking:
            yield Risk(f"`{name.value}` may run a separate loop")

    def _is_harmless(self, value: cst.BaseExpression | None) -> bool:
        """Return whether a local name holds a mock, or a lambda, whose body is checked here."""
        if isinstance(value, cst.Lambda):
            return True
        return isinstance(value, cst.Call) and (self._file.names.of(value.func) or "").startswith("unittest.mock.")

    def _call_of_attribute(self, call: cst.Call, attribute: cst.Attribute) -> Iterator[Risk]:
        meaning = self._file.names.of(attribute)
        if meaning is not None:
            yield from self._call_of_import(call, meaning)
            return
        name = attribute.attr.value
        if name in known.SUSPICIOUS_METHODS or "sync" in name.split("_") or "blocking" in name:
            yield Risk(f"`{name}()` may run a separate loop")
        elif name in self._file.facts.loops.blocking:
            yield Risk(f"`{name}()` runs a loop elsewhere in these files")

    def _call_of_import(self, call: cst.Call, meaning: str) -> Iterator[Risk]:
        """Yield reasons for an imported name, unless it is in the standard library or pytest, or a class."""
        if meaning == "pytest.raises" and self._raises_runtime_error(call):
            yield Risk("the `RuntimeError` that the test expects may mean that no loop is running")
        root = meaning.partition(".")[0]
        last = meaning.rpartition(".")[2]
        if last in self._file.facts.loops.blocking:
            yield Risk(f"`{last}` runs a loop elsewhere in these files")
        elif root not in {"pytest", "pytest_asyncio", *sys.stdlib_module_names} and not last.lstrip("_")[:1].isupper():
            yield Risk(f"`{last}()` is defined elsewhere and may run a separate loop")

    def _raises_runtime_error(self, call: cst.Call) -> bool:
        """Return whether ``pytest.raises`` expects the error that asyncio raises without a loop, from other code."""
        names = names_in(call.args[0].value) if call.args else set[str]()
        if not names & {"RuntimeError", "Exception", "BaseException"}:
            return False
        block = self._file.index.nearest(call, cst.With)
        return block is None or not any(self._file.index.holds(block, each) for each in self._awaited)


def _calls_in(node: cst.CSTNode) -> Iterator[cst.Call]:
    if isinstance(node, cst.Call):
        yield node
    for child in code_of(node):
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
