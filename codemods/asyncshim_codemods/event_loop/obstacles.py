"""What in a sync function may run or block a loop, so that it cannot, or perhaps not, become ``async def``."""

from __future__ import annotations

import builtins
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.project import blocking_names as known
from asyncshim_codemods.suite.file_context import is_async
from asyncshim_codemods.syntax.scopes import BindingKind
from asyncshim_codemods.syntax.tree import children_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from asyncshim_codemods.suite.file_context import FileContext


@dataclass(frozen=True, slots=True)
class Risk:
    """One reason against ``async def``. ``certain``: it cannot work, or would mean something else."""

    why: str
    certain: bool = False


def risks(file: FileContext, function: cst.FunctionDef, awaited: Collection[cst.Call]) -> Iterator[Risk]:
    """What in ``function`` speaks against making it async; ``awaited`` are its ``run_until_complete`` calls."""
    yield from _requested(file, function)
    yield from _Body(file, awaited).risks(function)


def _requested(file: FileContext, function: cst.FunctionDef) -> Iterator[Risk]:
    for parameter in function.params.params:
        name = parameter.name.value
        if name in known.BLOCKING_FIXTURES:
            yield Risk(f"it requests `{name}`", certain=True)
        elif name in known.SUSPICIOUS_FIXTURES or name in file.facts.loops.blocking:
            yield Risk(f"what `{name}` hands out may run a loop of its own")


class _Body:
    """Looks through a function, and through the functions of the same file that it calls."""

    def __init__(self, file: FileContext, awaited: Collection[cst.Call]) -> None:
        self._file = file
        self._awaited = awaited
        self._seen: set[cst.FunctionDef] = set()

    def risks(self, function: cst.FunctionDef) -> Iterator[Risk]:
        if function in self._seen:
            return
        self._seen.add(function)
        pending: list[cst.CSTNode] = [function.body]
        while pending:
            node = pending.pop()
            if isinstance(node, cst.FunctionDef) and is_async(node):
                continue  # that runs on the loop today
            pending += children_of(node)
            if isinstance(node, cst.Call):
                yield from self._call(node)
            elif isinstance(node, cst.Name | cst.Attribute):
                yield from self._name(node)

    def _name(self, node: cst.Name | cst.Attribute) -> Iterator[Risk]:
        """Names that matter whether they are called here or handed on."""
        if node not in self._file.index.parents or self._is_inner_part(node):
            return
        meaning = self._file.names.of(node) or ""
        last = node.attr.value if isinstance(node, cst.Attribute) else node.value
        if meaning in known.NOT_IN_A_COROUTINE or meaning.startswith(known.BEGINNINGS_NOT_IN_A_COROUTINE):
            yield Risk(f"`{meaning}` does not fit into a coroutine", certain=True)
        elif last in known.BLOCKS_ANYWHERE and not self._is_awaited(node):
            yield Risk(f"`{last}` runs a loop of its own", certain=True)
        elif last in known.BY_NAME:
            yield Risk(f"`{last}` cannot set an async fixture up from inside a coroutine", certain=True)
        elif meaning.startswith(known.THREADS):
            yield Risk(f"`{meaning}` brings threads or processes in")

    def _is_inner_part(self, node: cst.Name | cst.Attribute) -> bool:
        """Whether ``node`` is ``a`` or ``b`` of ``a.b``, a keyword, or the name of a parameter: looked at elsewhere."""
        parent = self._file.index.parents[node]
        if isinstance(parent, cst.Attribute):
            return node is parent.attr or self._file.names.of(parent) is not None
        return False

    def _is_awaited(self, node: cst.CSTNode) -> bool:
        """Whether ``node`` names what is run, or what makes the coroutine that is (SQLAlchemy's ``run_sync``)."""
        call = self._file.index.parents[node]
        return call in self._awaited or (isinstance(call, cst.Call) and self._makes_an_awaited_thing(call))

    def _call(self, call: cst.Call) -> Iterator[Risk]:
        if call in self._awaited or self._makes_an_awaited_thing(call):
            return
        if isinstance(call.func, cst.Name):
            yield from self._call_of_name(call, call.func)
        elif isinstance(call.func, cst.Attribute):
            yield from self._call_of_attribute(call, call.func)
        else:
            yield Risk("it calls what an expression gives")

    def _makes_an_awaited_thing(self, call: cst.Call) -> bool:
        """Whether the call only makes a coroutine that is run, alone or among others that asyncio gathers."""
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
                yield Risk(f"it is not known what `{name.value}` is")
            return
        for binding in home.bindings[name.value]:
            if isinstance(binding.node, cst.FunctionDef):
                if not is_async(binding.node):
                    yield from self.risks(binding.node)
            elif binding.kind is not BindingKind.CLASS and not self._is_harmless(binding.value):
                yield Risk(f"it is not known what `{name.value}()` does")
        if name.value in file.facts.loops.blocking:
            yield Risk(f"`{name.value}` may run a loop of its own")

    def _is_harmless(self, value: cst.BaseExpression | None) -> bool:
        """Whether a local name holds a lambda, whose body is seen here, or a mock."""
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
            yield Risk(f"`{name}()` may run a loop of its own")
        elif name in self._file.facts.loops.blocking:
            yield Risk(f"`{name}()` runs a loop in another place of these files")

    def _call_of_import(self, call: cst.Call, meaning: str) -> Iterator[Risk]:
        """What was imported: the standard library and pytest are known, classes are taken for plain constructors."""
        if meaning == "pytest.raises" and self._raises_runtime_error(call):
            yield Risk("what raises a `RuntimeError` here may do so because no loop is running")
        root = meaning.partition(".")[0]
        last = meaning.rpartition(".")[2]
        if last in self._file.facts.loops.blocking:
            yield Risk(f"`{last}` runs a loop in another place of these files")
        elif root not in {"pytest", "pytest_asyncio", *sys.stdlib_module_names} and not last.lstrip("_")[:1].isupper():
            yield Risk(f"`{last}()` is defined elsewhere and may run a loop of its own")

    def _raises_runtime_error(self, call: cst.Call) -> bool:
        """Whether the call expects the error that asyncio raises outside a loop, from code that is not awaited."""
        names = {each.value for arg in call.args[:1] for each in _names_in(arg.value)}
        if not names & {"RuntimeError", "Exception", "BaseException"}:
            return False
        block = self._file.index.nearest(call, cst.With)
        return block is None or not any(self._file.index.holds(block, each) for each in self._awaited)


def _names_in(node: cst.CSTNode) -> Iterator[cst.Name]:
    if isinstance(node, cst.Name):
        yield node
    for child in children_of(node):
        yield from _names_in(child)
