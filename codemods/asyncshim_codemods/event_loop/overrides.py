"""The ``event_loop`` overrides of a suite: what each of them does, and whether a Runner does the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.event_loop.factories import (
    DEFAULT,
    Factory,
    is_about_platform,
    loop_installed,
    loop_made,
    on_every_system,
    policy_made,
)
from asyncshim_codemods.event_loop.teardown import is_closing, is_harmless
from asyncshim_codemods.event_loop.uses import EVENT_LOOP
from asyncshim_codemods.suite.file_context import argument, fixture_name, has_star_arguments, is_async
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import all_parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asyncshim_codemods.suite.file_context import FileContext


class OverrideKind(IntEnum):
    """The purpose of an override; a higher one includes the lower ones."""

    PLAIN = 0
    """Makes a new default loop, may set it, returns it, may close it."""
    CLEANS_UP = 1
    """Also ends the remaining tasks, as a Runner does."""
    OTHER_CLASS = 2
    """Chooses another known loop class."""
    CUSTOM = 3
    """Anything else."""


@dataclass(frozen=True, slots=True, eq=False)
class OverrideFixture:
    """One fixture named ``event_loop``. ``scope`` is None if it cannot be read; ``why`` explains ``CUSTOM``."""

    function: cst.FunctionDef
    kind: OverrideKind
    scope: str | None
    factory: Factory
    why: str = ""


def loop_overrides(file: FileContext) -> tuple[OverrideFixture, ...]:
    """Return every override of the file; use ``file.once(loop_overrides)``."""
    return tuple(
        _read(file, function)
        for function in file.index.functions
        if file.is_fixture(function) and fixture_name(file, function) == EVENT_LOOP
    )


def _read(file: FileContext, function: cst.FunctionDef) -> OverrideFixture:
    call = file.fixture_call(function)
    given = None if call is None else argument(call, "scope")
    scope = "function" if given is None else text_of(given.value)
    reader = _Reader(file, function)
    try:
        reader.check_form(call)
        reader.read(function.body.body)
        reader.check_end()
    except _CustomOverrideError as error:
        return OverrideFixture(function, OverrideKind.CUSTOM, scope, reader.factory, str(error))
    return OverrideFixture(function, reader.kind, scope, reader.factory)


class _CustomOverrideError(Exception):
    """The override does something that no Runner does, as the text says."""


class _Reader:
    """Reads the body of an override, up to the first unknown statement."""

    def __init__(self, file: FileContext, function: cst.FunctionDef) -> None:
        self._file = file
        self._function = function
        self._loops: set[str] = set()
        self.handed_out = False
        self.kind = OverrideKind.PLAIN
        self.factory = DEFAULT

    def check_form(self, call: cst.Call | None) -> None:
        """Raise if the signature or the decorators make it a custom override."""
        function = self._function
        if call is not None and (has_star_arguments(call) or argument(call, "params") is not None):
            raise _CustomOverrideError("it has several values")
        names = {parameter.name.value for parameter in all_parameters(function.params)}
        if names - {"request", "self", "cls"}:
            raise _CustomOverrideError("it requests other fixtures")
        used = self._file.index.names["request"] if "request" in names else []
        if any(self._file.index.holds(function.body, name) for name in used):
            raise _CustomOverrideError("it uses `request`")
        if len(function.decorators) > 1:
            raise _CustomOverrideError("it has another decorator")

    def check_end(self) -> None:
        """Raise if the override returns no loop."""
        if not self.handed_out:
            raise _CustomOverrideError("it does not return a loop that it makes")

    def read(self, statements: Sequence[cst.CSTNode]) -> None:
        """Read these statements in order."""
        for statement in statements:
            if isinstance(statement, cst.SimpleStatementLine):
                self.read(statement.body)
            elif self.handed_out:
                self._clean_up(statement)
            elif not self._is_known(statement):
                raise self._unknown(statement)

    def _unknown(self, statement: cst.CSTNode) -> _CustomOverrideError:
        code = self._file.index.module.code_for_node(statement).strip()
        return _CustomOverrideError(f"it does more than make a loop: `{' '.join(code.split())[:60]}`")

    def _clean_up(self, statement: cst.CSTNode) -> None:
        if not is_harmless(self._file, self._function, statement) or is_async(self._function):
            raise self._unknown(statement)
        if not is_closing(self._file, statement):
            self.kind = max(self.kind, OverrideKind.CLEANS_UP)

    def _is_known(self, statement: cst.CSTNode) -> bool:
        match statement:
            case cst.Pass() | cst.Import() | cst.ImportFrom() | cst.Expr(cst.SimpleString() | cst.ConcatenatedString()):
                return True
            case cst.Assign(targets=[cst.AssignTarget(cst.Name(name))], value=value):
                return self._bind(name, value)
            case cst.AnnAssign(target=cst.Name(name), value=value):
                return self._bind(name, value)
            case cst.Expr(cst.Yield(value=value)) | cst.Return(value=value):
                return self._hand_out(value)
            case cst.Expr(cst.Call() as call):
                return self._is_known_call(call)
            case cst.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                return self._try(body, handlers, orelse, final)
            case cst.With(items=items, body=cst.IndentedBlock(body=body), asynchronous=None):
                return self._with(items, body)
            case cst.If(test=test, body=body, orelse=None) if is_about_platform(self._file, test):
                return self._on_some_systems(body.body)
            case cst.If(
                test=cst.Call(func=cst.Attribute(value=cst.Name(name), attr=cst.Name("is_closed")), args=[]),
                body=body,
                orelse=None,
            ) if name in self._loops:
                self.read(body.body)
                return True
            case _:
                return False

    def _bind(self, name: str, value: cst.BaseExpression | None) -> bool:
        if self._is_loop(value):
            self._loops.add(name)
            return True
        return policy_made(self._file, value) is not None

    def _is_loop(self, value: cst.CSTNode | None) -> bool:
        if isinstance(value, cst.Name):
            return value.value in self._loops
        made = loop_made(self._file, value) if isinstance(value, cst.BaseExpression) else None
        if made is None:
            return False
        if is_async(self._function) and not self._is_running_loop(value):
            raise _CustomOverrideError("it is async and makes a separate loop")
        self._choose(made)
        return True

    def _is_running_loop(self, value: cst.CSTNode | None) -> bool:
        return isinstance(value, cst.Call) and self._file.names.of(value.func) in {
            "asyncio.get_event_loop",
            "asyncio.get_running_loop",
        }

    def _choose(self, factory: Factory) -> None:
        if factory is not DEFAULT:
            self.kind = max(self.kind, OverrideKind.OTHER_CLASS)
            self.factory = factory

    def _hand_out(self, value: cst.CSTNode | None) -> bool:
        self.handed_out = self._is_loop(value)
        return self.handed_out

    def _is_known_call(self, call: cst.Call) -> bool:
        installed = loop_installed(self._file, call)
        if installed is not None:
            self._choose(installed)
            return True
        func = call.func
        is_set = self._file.names.of(func) == "asyncio.set_event_loop"
        if isinstance(func, cst.Attribute) and func.attr.value == "set_event_loop":
            is_set = is_set or policy_made(self._file, func.value) is DEFAULT
        return is_set and len(call.args) == 1 and self._is_loop(call.args[0].value)

    def _try(
        self,
        body: cst.BaseSuite,
        handlers: Sequence[cst.ExceptHandler],
        orelse: cst.Else | None,
        final: cst.Finally | None,
    ) -> bool:
        """Read ``try: yield loop finally: …``, or ``try: loop = get_running_loop() except RuntimeError: loop = …``."""
        self.read(body.body)
        if handlers and self.handed_out:
            return False
        for handler in handlers:
            self.read(handler.body.body)
        for block in (orelse, final):
            if block is not None:
                self.read(block.body.body)
        return True

    def _with(self, items: Sequence[cst.WithItem], body: Sequence[cst.BaseStatement]) -> bool:
        """Read ``with contextlib.closing(loop): yield loop``."""
        for item in items:
            call = item.item
            if not isinstance(call, cst.Call) or self._file.names.of(call.func) != "contextlib.closing":
                return False
            if len(call.args) != 1 or not self._is_loop(call.args[0].value):
                return False
            if item.asname is not None and isinstance(item.asname.name, cst.Name):
                self._loops.add(item.asname.name.value)
        self.read(body)
        return True

    def _on_some_systems(self, body: Sequence[cst.CSTNode]) -> bool:
        """Read a branch for one system, which has to choose the default of the others."""
        otherwise = self.factory
        self.read(body)
        together = on_every_system(self.factory, otherwise)
        if together is None:
            raise _CustomOverrideError(f"it chooses {self.factory.name} only on some systems")
        self.factory = together
        if together is DEFAULT and self.kind is OverrideKind.OTHER_CLASS:
            self.kind = OverrideKind.PLAIN
        return True
