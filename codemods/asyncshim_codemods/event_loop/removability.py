"""Whether an ``event_loop`` override can go: who needs it by name, and what would come to light without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.event_loop.requests import EVENT_LOOP, is_called_by_name
from asyncshim_codemods.project.imports_and_aliases import module_name, same_module

if TYPE_CHECKING:
    from asyncshim_codemods.event_loop.overrides import Override
    from asyncshim_codemods.suite.file_context import FileContext


def refusal(file: FileContext, override: Override) -> str:
    """Why the override cannot go; empty when it can."""
    if is_called_by_name(file, override.function):
        return "other code of this file uses it by name"
    name = override.function.name.value
    ours = module_name(file.path)
    if any(taken == name and same_module(ours, module) for module, taken in file.facts.imported):
        return "another file imports it by name: remove it there first"
    if file.is_exported(name):
        return "`__all__` names it"
    if any(each.kind.name != "FUNCTION" for each in file.index.scope_of(override.function).bindings[name]):
        return "its name is bound in more than one way"
    return ""


def doubt(file: FileContext, override: Override) -> str:
    """What makes the removal unsafe; empty when nothing does."""
    if override.scope == "function":
        return "each test had a loop of its own, and now they share one"
    if override.scope is None:
        return "its scope cannot be read"
    others = [each for each in file.facts.overrides_for(file.path) if each.path != file.path and not each.plain]
    if others:
        return f"the `event_loop` of {others[-1].path} would come to light"
    lasting = file.facts.loops.lasting_under(file.path)
    if lasting:
        return f"{lasting} may leave something running, which lives as long as this loop"
    if file.facts.imported_whole(file.path):
        return f"another file imports this one whole and may use `{EVENT_LOOP}` of it"
    return ""
