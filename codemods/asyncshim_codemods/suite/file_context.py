"""One file as the rules see it: the index and names of its tree, the project's facts, and common questions."""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar, cast

import libcst as cst

from asyncshim_codemods.edits.imports import Imports
from asyncshim_codemods.results import Safety
from asyncshim_codemods.syntax.qualified_names import Names, text_of
from asyncshim_codemods.syntax.tree import all_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from asyncshim_codemods.project.facts import FileSettings, ProjectFacts
    from asyncshim_codemods.results import Options
    from asyncshim_codemods.syntax.index import Index

T = TypeVar("T")

_STRICT = "needed while `asyncio_mode = strict` stays: select ASH401 too, or use --unsafe"
_STRICT_COMMAND = "needed while {} passes `--asyncio-mode=strict`: remove that manually, or use --unsafe"
KEPT = "pytest-asyncio stays"
"""How messages begin about what does not work while the dependency files still install pytest-asyncio."""
FIXTURES = ("pytest.fixture", "pytest.yield_fixture", "pytest_asyncio.fixture")


class FileContext:
    """One file, as rules see it."""

    def __init__(
        self, path: str, index: Index, facts: ProjectFacts, options: Options, code: bytes | None = None
    ) -> None:
        self.path = path
        self.index = index
        self.names = Names(index)
        self.imports = Imports(index, self.names)
        self.facts = facts
        self.options = options
        self._code = code
        self._answers: dict[object, object] = {}

    def once(self, question: Callable[[FileContext], T]) -> T:
        """Return the result of ``question`` for this file, computed once for all rules."""
        if question not in self._answers:
            self._answers[question] = question(self)
        return cast("T", self._answers[question])

    @property
    def code(self) -> bytes:
        """The file as it was read."""
        return self.index.module.bytes if self._code is None else self._code

    @property
    def settings(self) -> FileSettings:
        """The pytest settings that this file runs under."""
        return self.facts.settings_for(self.path)

    def stays_strict(self) -> bool:
        """Return whether strict mode is set and stays set after this run.

        asyncshim's mode is ``auto`` unless a suite sets another, so unmarked async tests and fixtures run. If the
        configuration says ``strict`` and ASH401 may not remove that, or if a command says so, pytest would skip
        them without their markers. Under pytest-asyncio that holds for every mode but ``auto``, set or not.
        """
        if self.facts.settings_after is not None:
            after = self.facts.mode_after(self.path)
            is_strict = after == "strict" if self.facts.kept is None else after != "auto"
            return is_strict or bool(self.facts.strict_command)
        settings = self.settings
        is_kept = settings.mode == "strict" and settings.mode_code not in self.options.select
        return is_kept or bool(self.facts.strict_command)

    @property
    def why_strict(self) -> str:
        """The message for a rewrite that needs auto mode in a suite that stays in strict mode."""
        command = self.facts.strict_command
        if command:
            return _STRICT_COMMAND.format(command)
        return _STRICT if self.facts.kept is None else f"needed while {KEPT} without `asyncio_mode = auto`"

    @property
    def strict_safety(self) -> Safety:
        """The safety of such a rewrite. While pytest-asyncio stays, it would certainly break the suite."""
        return Safety.UNSAFE if self.facts.kept is None else Safety.MANUAL

    def text(self, node: cst.BaseExpression) -> str | None:
        """Return the value of a string literal, or of a name that is bound only to one."""
        if not isinstance(node, cst.Name):
            return text_of(node)
        bindings = self.names.bindings_of(node)
        return text_of(bindings[0].value) if len(bindings) == 1 else None

    def is_class_taken(self, owner: cst.ClassDef) -> bool:
        """Return whether another file imports the class, or the one that contains it."""
        around = [each for each in self.index.ancestors(owner) if isinstance(each, cst.ClassDef)]
        return any(self.facts.imported_elsewhere(self.path, each.name.value) for each in (owner, *around))

    def is_handed_on(self, name: str) -> bool:
        """Return whether other code may import the name from this file."""
        return self.is_exported(name) or self.facts.imported_elsewhere(self.path, name)

    def is_exported(self, name: str) -> bool:
        """Return whether ``__all__`` contains the name."""
        return any(map(self._is_in_all, self.strings(name)))

    def strings(self, text: str) -> Sequence[cst.SimpleString]:
        """Return the string literals with this value."""
        return self.once(_strings_by_text).get(text, ())

    def _is_in_all(self, string: cst.SimpleString) -> bool:
        for parent in self.index.ancestors(string):
            if isinstance(parent, cst.Assign | cst.AugAssign | cst.AnnAssign | cst.Call):
                return self.index.module.code_for_node(parent).lstrip().startswith("__all__")
        return False

    def fixture_decorator(self, function: cst.FunctionDef) -> cst.Decorator | None:
        """Return the decorator that makes ``function`` a fixture."""
        return next((each for each in function.decorators if self.names.of(target_of(each)) in FIXTURES), None)

    def fixture_call(self, function: cst.FunctionDef) -> cst.Call | None:
        """Return the call of the fixture decorator, if it has arguments or parentheses."""
        decorator = self.fixture_decorator(function)
        call = None if decorator is None else decorator.decorator
        return call if isinstance(call, cst.Call) else None

    def is_fixture(self, function: cst.FunctionDef) -> bool:
        """Return whether ``function`` is surely a fixture."""
        return self.fixture_decorator(function) is not None

    @property
    def is_test_module(self) -> bool:
        """Return whether pytest collects the file because of its name."""
        path = PurePosixPath(self.path)
        patterns = self.settings.python_files or ("test_*.py", "*_test.py")
        return any(fnmatch(str(path) if "/" in each else path.name, each) for each in patterns)

    def is_test(self, function: cst.FunctionDef) -> bool:
        """Return whether pytest collects ``function`` as a test by its name and place."""
        return (
            matches_any(function.name.value, self.settings.python_functions or ("test",))
            and self.is_collectable(function)
            and not self.is_fixture(function)
        )

    def is_collectable(self, function: cst.FunctionDef) -> bool:
        """Return whether ``function`` stands in a module or class, not inside another function."""
        return self.index.enclosing_function(function) is None

    def is_called_by_name(self, function: cst.FunctionDef) -> bool:
        """Return whether code of this file uses a test or fixture by its name, and so depends on its parameters."""
        name = function.name.value
        home = self.index.scope_of(function)
        if isinstance(home.node, cst.ClassDef) and self.index.attributes.get(name):
            return True
        return bool(self.names.uses_in(name, home))

    def parameter(self, function: cst.FunctionDef, name: str) -> cst.Param | None:
        """Return the parameter of this name that pytest would fill with a fixture: one without a default."""
        slots = {*function.params.posonly_params, function.params.star_arg, function.params.star_kwarg}
        for parameter in all_parameters(function.params):
            if parameter.name.value == name and parameter.default is None and parameter not in slots:
                return parameter
        return None


def _strings_by_text(file: FileContext) -> Mapping[str, Sequence[cst.SimpleString]]:
    found: dict[str, list[cst.SimpleString]] = defaultdict(list)
    for string in file.index.strings:
        text = text_of(string)
        if text is not None:
            found[text].append(string)
    return found


def matches_any(name: str, patterns: Iterable[str]) -> bool:
    """Return whether ``python_functions`` or ``python_classes`` match ``name``: by prefix, or by a pattern."""
    return any(name.startswith(each) or (set("*?[") & set(each) and fnmatch(name, each)) for each in patterns)


def target_of(decorator: cst.Decorator) -> cst.BaseExpression:
    """Return the expression of a decorator without its call."""
    target = decorator.decorator
    return target.func if isinstance(target, cst.Call) else target


def is_name(node: cst.CSTNode, name: str) -> bool:
    """Return whether ``node`` is this bare name."""
    return isinstance(node, cst.Name) and node.value == name


def is_async(function: cst.FunctionDef) -> bool:
    """Return whether ``function`` is an ``async def``."""
    return function.asynchronous is not None


def argument(call: cst.Call, keyword: str) -> cst.Arg | None:
    """Return the argument passed by this keyword."""
    return next((arg for arg in call.args if arg.keyword is not None and arg.keyword.value == keyword), None)


def has_star_arguments(call: cst.Call) -> bool:
    """Return whether ``*args`` or ``**kwargs`` hide what is passed."""
    return any(arg.star for arg in call.args)


def fixture_name(file: FileContext, function: cst.FunctionDef) -> str:
    """Return the name under which a fixture is requested: its ``name=`` or that of its function; "" if unknown."""
    call = file.fixture_call(function)
    given = None if call is None else argument(call, "name")
    if given is None:
        return function.name.value
    return file.text(given.value) or ""
