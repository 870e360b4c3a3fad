from __future__ import annotations

from asyncshim.migrate.plan.note import note_about
from asyncshim_codemods.api import FileSettings, KeptPlugin, ProjectFacts
from asyncshim_codemods.results import Options

OPTIONS = Options(frozenset(), runner="anyio")
AUTO = (FileSettings("pytest.ini", mode="auto"),)


def test_a_project_with_the_runner_of_the_run_needs_no_note() -> None:
    assert note_about(ProjectFacts(), OPTIONS) == ""


def test_the_note_names_the_reason_and_the_command() -> None:
    kept = KeptPlugin("setup.cfg supports 3.8", "`python -m asyncshim migrate`")
    assert note_about(ProjectFacts(kept=kept, settings_after=AUTO), OPTIONS) == (
        "pytest-asyncio stays (setup.cfg supports 3.8), and the suite is written for it, with `asyncio_mode = auto`. "
        "To finish: `python -m asyncshim migrate`"
    )
    assert "so markers stay" in note_about(ProjectFacts(kept=kept, settings_after=()), OPTIONS)


def test_the_note_says_that_no_file_names_a_runner() -> None:
    assert note_about(ProjectFacts(is_declared=False), OPTIONS) == (
        "No dependency file names a runner, so the suite is written for anyio (see --runner)."
    )
    kept = KeptPlugin("no dependency file names a runner", "x", declared=False)
    assert note_about(ProjectFacts(kept=kept, settings_after=AUTO), OPTIONS).startswith(
        "No dependency file names a runner, so the suite is written for pytest-asyncio as well"
    )
