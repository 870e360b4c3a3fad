"""The rules as LibCST codemods, for ``python -m libcst.tool codemod``.

``python -m libcst.tool codemod -x asyncshim_codemods.commands.ASH101 tests`` runs one rule, ``….commands.AllRules``
runs them all. A run through LibCST knows one file at a time: what depends on the other files or on the configuration is
decided as if there were none. ``python -m asyncshim migrate`` knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext

from asyncshim_codemods import run
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.registry import all_rules
from asyncshim_codemods.results import Options

if TYPE_CHECKING:
    import argparse

    from asyncshim_codemods.rule import Rule


class RuleCommand(CodemodCommand):
    """Runs rules on one module, with the same checks as every run."""

    codes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, context: CodemodContext, *, unsafe: bool = False, todo: bool = False) -> None:
        super().__init__(context)
        self._options = Options(self.codes, unsafe=unsafe, todo=todo)

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Add the options of ``migrate``."""
        arg_parser.add_argument("--unsafe", action="store_true", help="apply unsafe rewrites, too")
        arg_parser.add_argument("--todo", action="store_true", help="add a comment above every use for manual review")

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Rewrite the module; remaining findings become warnings."""
        path = self.context.filename or "module.py"
        result = run.rewrite(path, tree.bytes, ProjectFacts(), self._options, all_rules())
        if result.error is not None:
            raise ValueError(result.error)
        for finding in result.findings:
            if not finding.fixed:
                self.warn(f"{path}:{finding.line}:{finding.column}: {finding.code} {finding.message}")
        return cst.parse_module(result.new) if result.changed else tree


class AllRules(RuleCommand):
    """Every rule about Python files."""

    DESCRIPTION = "Take a module off pytest-asyncio: every rule of asyncshim."
    codes = frozenset(rule.code for rule in all_rules())


def _command(rule: Rule) -> type[RuleCommand]:
    """Return a command that runs one rule, and the removal of imports that it leaves unused."""
    body = {"DESCRIPTION": f"{rule.name}: {rule.summary}.", "codes": frozenset({rule.code, "ASH205"})}
    return type(rule.code, (RuleCommand,), {**body, "__doc__": rule.summary, "__module__": __name__})


# LibCST looks commands up by name, also in other processes, so they are attributes of this module.
globals().update({rule.code: _command(rule) for rule in all_rules()})
