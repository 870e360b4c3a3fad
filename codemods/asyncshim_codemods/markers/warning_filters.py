"""Filters for warnings that Python code sets for pytest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from asyncshim_codemods.suite.file_context import FileContext

FILTER_MARK = "pytest.mark.filterwarnings"
_OPTION = "filterwarnings"
_ADD_LINE = "addinivalue_line"
_FUNCTIONS = frozenset({"warnings.filterwarnings", "warnings.simplefilter"})
_SYNTAX = re.compile(r"\s*(?:all|always|default|error|ignore|module|once)\s*:")


def filter_of(file: FileContext, call: cst.Call) -> str | None:
    """Return the one filter that the call sets."""
    if type(call.func) is not cst.Call and call.func not in file.once(_filter_functions):
        return None
    texts = [text_of(arg.value) for arg in call.args]
    if file.names.of(call.func) in _FUNCTIONS:
        classes = (file.names.of(arg.value) or "" for arg in call.args)
        return ":".join((*(text for text in texts if text is not None), *classes))
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == _ADD_LINE:
        return texts[1] if len(texts) == 2 and texts[0] == _OPTION else None
    return texts[0] if len(texts) == 1 and file.names.of(call.func) == FILTER_MARK else None


def _filter_functions(file: FileContext) -> frozenset[cst.BaseExpression]:
    """Return the expressions that may be called to set a filter, but for calls such as ``getattr(...)``."""
    known = (use for name in (*_FUNCTIONS, FILTER_MARK) for use in file.names.uses(name))
    return frozenset((*known, *file.index.attributes.get(_ADD_LINE, ())))


def passed_on(
    file: FileContext, calls: Collection[cst.Call], names_it: Callable[[str], bool]
) -> Iterator[cst.SimpleString]:
    """Yield the filters that code keeps in a list or passes on, in a file that sets filters from such values."""
    known = frozenset(calls)
    for string in file.index.strings:
        text = text_of(string) or ""
        if _SYNTAX.match(text) and names_it(text) and file.once(_sets_filters):
            around = (string, *file.index.ancestors(string))
            if known.isdisjoint(around) and not isinstance(file.index.parents[string], cst.Expr):
                yield string


def _sets_filters(file: FileContext) -> bool:
    """Return whether code sets pytest's filters with a value that is computed, or in another way than by a call."""
    if file.index.attributes.get("pythonwarnings"):
        return True
    for string in (*file.strings(_OPTION), *file.strings("PYTHONWARNINGS")):
        holder = file.index.parents[string]
        if isinstance(holder, cst.Index):
            return True
        match file.index.parents[holder]:
            case cst.Call(func=function, args=[_, cst.Arg(value=cst.Name())]) if last_name(function) == _ADD_LINE:
                return True
            case _:
                pass
    return False
