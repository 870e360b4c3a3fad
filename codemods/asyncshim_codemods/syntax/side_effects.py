"""Whether an expression has no side effects, so that it can be removed with its value."""

from __future__ import annotations

import libcst as cst

from asyncshim_codemods.syntax.tree import dotted

# Functions in conditions of test suites that only read the system, the environment or a type.
_QUESTIONS = frozenset({
    "bool", "callable", "hasattr", "int", "isinstance", "issubclass", "len", "str", "tuple",
    "getenv", "os.getenv", "environ.get", "os.environ.get",
    "platform.machine", "platform.python_implementation", "platform.python_version", "platform.release",
    "platform.system", "platform.python_version_tuple", "platform.version",
    "find_spec", "util.find_spec", "importlib.util.find_spec",
    "Version", "parse", "parse_version", "version.parse", "version.Version", "packaging.version.parse",
    "packaging.version.Version", "pkg_resources.parse_version", "map",
    "version", "metadata.version", "importlib.metadata.version", "importlib_metadata.version",
})  # fmt: skip
_METHODS = frozenset({"casefold", "endswith", "lower", "split", "startswith", "strip", "upper"})
_PARTS = (
    cst.Attribute,
    cst.BaseNumber,
    cst.BinaryOperation,
    cst.BooleanOperation,
    cst.Comparison,
    cst.ConcatenatedString,
    cst.Element,
    cst.List,
    cst.Name,
    cst.Set,
    cst.SimpleString,
    cst.Subscript,
    cst.Tuple,
    cst.UnaryOperation,
)


def has_no_effect(node: cst.BaseExpression) -> bool:
    """Return whether ``node`` only reads names, attributes and items, compares them, and calls harmless functions."""
    pending: list[cst.CSTNode] = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, cst.Call):
            if not _is_question(each.func) or any(argument.star for argument in each.args):
                return False
            pending += [each.func, *(argument.value for argument in each.args)]
        elif isinstance(each, _PARTS):
            pending += each.children
        elif isinstance(each, cst.BaseExpression | cst.BaseElement):
            return False
        else:  # operators, slices, white space
            pending += each.children
    return True


def _is_question(function: cst.BaseExpression) -> bool:
    if isinstance(function, cst.Attribute) and function.attr.value in _METHODS:
        return True
    return dotted(function) in _QUESTIONS
