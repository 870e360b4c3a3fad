"""The sentence about the runner for which a run rewrote the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncshim_codemods.api import ProjectFacts
    from asyncshim_codemods.results import Options


def note_about(facts: ProjectFacts, options: Options) -> str:
    """Return why the suite still has to pass under pytest-asyncio, and the command that finishes its removal."""
    kept = facts.kept
    if kept is None and facts.is_declared:
        return ""
    if kept is None:
        return f"No dependency file names a runner, so the suite is written for {options.runner} (see --runner)."
    after = facts.settings_after or ()
    is_auto = bool(after) and all(each.mode == "auto" for each in after) and not facts.strict_command
    mode = "with `asyncio_mode = auto`" if is_auto else "in its current mode, so markers stay"
    if kept.declared:
        return (
            f"pytest-asyncio stays ({kept.reason}), and the suite is written for it, {mode}. To finish: {kept.finish}"
        )
    who = f"{kept.reason[:1].upper()}{kept.reason[1:]}"
    return f"{who}, so the suite is written for pytest-asyncio as well, {mode}. To finish: {kept.finish}"
