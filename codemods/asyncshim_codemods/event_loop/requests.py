"""Which fixtures and tests request ``event_loop``, what may depend on that, and what calls them with it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.event_loop.resolution import doubt_about_loop, is_unrelated
from asyncshim_codemods.event_loop.uses import EVENT_LOOP, Request, loop_uses
from asyncshim_codemods.markers.uses import foreign_mark
from asyncshim_codemods.suite.file_context import argument, is_async, target_of
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import all_parameters, comments_in, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from asyncshim_codemods.suite.file_context import FileContext

_TYPES = re.compile(r"#\s*type:(?!\s*(?:ignore\b|\(\.\.\.\)))")
_AT_RUN_TIME = ("dir", "eval", "exec", "locals", "vars")
_FUNCARGS = "funcargs"
_FRAMES = ("_getframe", "currentframe", "f_locals")
# The number of positional arguments that name the target; one more is the value.
_PATCHES = {"unittest.mock.patch": 1, "unittest.mock.patch.object": 2, "mock.patch": 1, "mock.patch.object": 2}


def requesting(file: FileContext) -> Iterator[tuple[cst.FunctionDef, cst.Param]]:
    """Yield every fixture and test that requests ``event_loop`` by parameter, with that parameter.

    Helpers with a parameter of this name are not among them, nor is a test that is parametrized with it,
    an override that requests the ``event_loop`` it overrides, or a test whose fixture of this name is certainly
    not a loop of asyncio. If that has several values, tests have as many
    variants as long as they request it. For those with types in a comment see :func:`typed_by_comment`.
    """
    for function, parameter in _requesting(file):
        if type_comment(function) is None:
            yield function, parameter


def typed_by_comment(file: FileContext) -> Iterator[cst.Param]:
    """Yield the ``event_loop`` parameters of functions with a type comment."""
    for function, parameter in _requesting(file):
        if type_comment(function) is not None:
            yield parameter


def _requesting(file: FileContext) -> Iterator[tuple[cst.FunctionDef, cst.Param]]:
    if file.facts.loops.parametrized_for(file.path):
        return
    for function in file.index.functions:
        parameter = file.parameter(function, EVENT_LOOP)
        if parameter is None or function.name.value == EVENT_LOOP:
            continue
        if not (file.is_fixture(function) or file.is_test(function)):
            continue
        if is_parametrized(file, function) or is_filled_by_decorator(file, function, parameter):
            continue
        if not is_unrelated(file, function):
            yield function, parameter


def sync_requests(file: FileContext) -> tuple[Request, ...]:
    """Return every synchronous fixture and test that requests the loop; use ``file.once(sync_requests)``."""
    return tuple(
        Request(function, parameter, file.is_fixture(function), tuple(loop_uses(file, function, parameter)))
        for function, parameter in requesting(file)
        if not is_async(function) and not _is_unittest(file, function)
    )


def _is_unittest(file: FileContext, function: cst.FunctionDef) -> bool:
    """Return whether unittest runs the method, without fixtures as arguments."""
    owner = file.index.nearest(function, cst.ClassDef)
    if owner is None:
        return False
    names = [file.names.of(base.value) or last_name(base.value) for base in owner.bases]
    return any(name.rpartition(".")[2].endswith("TestCase") for name in names)


def type_comment(function: cst.FunctionDef) -> cst.Comment | None:
    """Return a comment with the type of each parameter (PEP 484), which is wrong once a parameter is removed."""
    head: list[cst.CSTNode] = [function.params, function.whitespace_before_params]
    if isinstance(function.body, cst.IndentedBlock):
        head += [function.body.header, *getattr(function.body.body[0], "leading_lines", ())]
    comments = (comment for node in head for comment in comments_in(node))
    return next((each for each in comments if _TYPES.match(each.value)), None)


def is_parametrized(file: FileContext, function: cst.FunctionDef) -> bool:
    """Return whether ``parametrize`` on the function or its classes gives ``event_loop`` another value."""
    return any(EVENT_LOOP in (names or ()) for names in _parametrized(file, function))


def _parametrized(file: FileContext, function: cst.FunctionDef) -> Iterator[set[str] | None]:
    """Yield the argument names of every ``parametrize`` that applies to the function; None for what cannot be read."""
    owners = [function, *(each for each in file.index.ancestors(function) if isinstance(each, cst.ClassDef))]
    for use in file.names.uses("pytest.mark.parametrize"):
        call = file.index.parents[use]
        if not isinstance(call, cst.Call) or call.func is not use or not call.args:
            continue
        holder = file.index.parents[call]
        if not isinstance(holder, cst.Decorator) or file.index.parents[holder] in owners:
            given = argument(call, "argnames") or call.args[0]
            yield None if given.star else _words(file, given.value)


def is_filled_by_decorator(file: FileContext, function: cst.FunctionDef, parameter: cst.Param) -> bool:
    """Return whether a decorator fills the parameter by name, or ``mock.patch`` or Hypothesis by position.

    Patches without an explicit value fill the first parameters, positional strategies the last ones.
    """
    calls = [each.decorator for each in function.decorators if isinstance(each.decorator, cst.Call)]
    if any(argument(call, EVENT_LOOP) is not None for call in calls):
        return True
    names = [each for each in function.params.params if each.name.value not in {"self", "cls"}]
    if parameter not in names:
        return False
    first = last = 0
    for call in calls:
        name = file.names.of(call.func) or ""
        positional = sum(arg.keyword is None for arg in call.args)
        if name == "hypothesis.given":
            last += positional
        elif name in _PATCHES:
            first += positional <= _PATCHES[name] and argument(call, "new") is None
    return names.index(parameter) < first or names.index(parameter) >= len(names) - last


def _words(file: FileContext, node: cst.BaseExpression) -> set[str] | None:
    """Return the argument names of ``parametrize``: one string or a list of strings; None for anything else."""
    if isinstance(node, cst.List | cst.Tuple):
        names = {None if isinstance(each, cst.StarredElement) else file.text(each.value) for each in node.elements}
        known = {name for name in names if name is not None}
        return known if known == names or EVENT_LOOP in known else None
    text = file.text(node)
    return None if text is None else {word.strip() for word in text.split(",")}


def is_looked_up(file: FileContext, function: cst.FunctionDef) -> bool:
    """Return whether the function looks up names at run time: ``eval``, ``locals()``, ``sys._getframe()``."""
    index = file.index
    found: list[cst.CSTNode] = [name for each in (*_AT_RUN_TIME, *_FRAMES) for name in index.names.get(each, ())]
    found += (node for each in _FRAMES for node in index.attributes.get(each, ()))
    found += (
        node
        for each in _AT_RUN_TIME
        for node in index.attributes.get(each, ())
        if file.names.of(node) == f"builtins.{each}"
    )
    return any(index.holds(function.body, node) for node in found)


def is_read_from_item(file: FileContext, function: cst.FunctionDef) -> bool:
    """Return whether the function reads its own argument as ``request.node.funcargs["event_loop"]``."""
    return any(file.index.holds(function.body, string) for string in file.once(_keys_of_funcargs))


def _keys_of_funcargs(file: FileContext) -> list[cst.SimpleString]:
    """Return the strings that ask an item's ``funcargs`` for the loop."""
    return [each for each in file.index.strings if text_of(each) == EVENT_LOOP and _is_key_of_funcargs(file, each)]


def _is_key_of_funcargs(file: FileContext, string: cst.SimpleString) -> bool:
    holder = file.index.parents[string]
    if isinstance(holder, cst.Arg):
        call = file.index.parents[holder]
        method = call.func if isinstance(call, cst.Call) else None
        return isinstance(method, cst.Attribute) and last_name(method.value) == _FUNCARGS
    subscript = file.index.nearest(string, cst.Subscript)
    return subscript is not None and last_name(subscript.value) == _FUNCARGS


def doubts(file: FileContext, function: cst.FunctionDef) -> str:
    """Return why other code may depend on the request of this fixture or test for the loop, or ""."""
    facts = file.facts.loops
    if foreign := foreign_mark(file, function):
        return f"`{foreign}` applies to it, and its loop may not be asyncio's"
    if doubt := doubt_about_loop(file, function):
        return doubt
    if asking := facts.asking_about(file.path):
        return f"{asking} checks which tests request it"
    for decorator in function.decorators:
        target = target_of(decorator)
        name = last_name(target)
        if name in facts.mentioning and not (file.names.of(target) or "").startswith("pytest"):
            return f"`{name}` may fill it"
    if file.is_fixture(function):
        return ""
    if None in _parametrized(file, function):
        return "`parametrize` may fill it"
    is_method = isinstance(file.index.scope_of(function).node, cst.ClassDef)
    if not is_method and file.facts.imported_elsewhere(file.path, function.name.value):
        return "other code may call this test with it"
    return ""


def called_by(file: FileContext, function: cst.FunctionDef) -> str:
    """Return what passes arguments to this fixture or test, so that a parameter cannot go; or ""."""
    facts = file.facts.loops
    for decorator in function.decorators:
        target = target_of(decorator)
        name = last_name(target)
        if name in facts.passing and not (file.names.of(target) or "").startswith("pytest"):
            return f"`{name}` may fill it; review both manually"
        if any(_passes_arguments(file, each) for each in _definitions(file, name)):
            return f"`{name}` passes arguments by position; review both manually"
    if is_read_from_item(file, function):
        return "`funcargs` holds it only while it is requested; review both manually"
    if file.is_fixture(function):
        return ""
    if file.is_called_by_name(function):
        return "other code calls this test by name; review it manually"
    name = function.name.value
    is_method = isinstance(file.index.scope_of(function).node, cst.ClassDef)
    if is_method and name in facts.through_super:
        return "other code calls this test through `super()`; review it manually"
    if name in facts.called and (is_method or file.facts.imported_elsewhere(file.path, name)):
        return "other code calls this test with arguments; review it manually"
    return ""


def _definitions(file: FileContext, name: str) -> Sequence[cst.FunctionDef]:
    return file.once(_functions_by_name).get(name, [])


def _functions_by_name(file: FileContext) -> Mapping[str, list[cst.FunctionDef]]:
    found: dict[str, list[cst.FunctionDef]] = defaultdict(list)
    for function in file.index.functions:
        found[function.name.value].append(function)
    return found


def _passes_arguments(file: FileContext, decorator: cst.FunctionDef) -> bool:
    """Return whether a decorator calls what it decorates with arguments of its own, or with ``event_loop``."""
    inner = [each for each in file.index.functions if each is decorator or file.index.holds(decorator, each)]
    names = {parameter.name.value for each in inner for parameter in all_parameters(each.params)}
    for name in sorted(names - {"self", "cls"}):
        for use in file.index.names.get(name, ()):
            call = file.index.parents[use]
            is_called = isinstance(call, cst.Call) and call.func is use and any(map(_is_own, call.args))
            if is_called and file.index.holds(decorator, use):
                return True
    return False


def _is_own(arg: cst.Arg) -> bool:
    if arg.star:
        return False
    if arg.keyword is not None:
        return arg.keyword.value == EVENT_LOOP
    return not (isinstance(arg.value, cst.Name) and arg.value.value in {"self", "cls"})
