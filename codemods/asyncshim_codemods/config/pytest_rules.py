"""ASH401, ASH402, ASH403 and ASH603 on one section of pytest's configuration."""

from __future__ import annotations

from asyncshim_codemods.config.addopts import WordsDecision, judge_addopts, loaded_by_name
from asyncshim_codemods.config.alt_options import LIMIT, OPTION, AltOptions, judge_words
from asyncshim_codemods.config.entries import LISTS, judge_entry
from asyncshim_codemods.config.pytest_options import CODE, added, judge_option, written_for
from asyncshim_codemods.config.pytest_section import OptionView, PytestSection
from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.config.text_value import Split
from asyncshim_codemods.project.alt_uses import ENABLING
from asyncshim_codemods.project.requirement import ALT


def review_section(review: Review, section: PytestSection, *, chosen: bool) -> None:
    """Review every option of the section; ``chosen`` says that pytest takes its configuration from here."""
    names = frozenset(option.name for option in section.options)
    alt = None if review.options.runner == ALT else AltOptions(review, names)
    for option in section.options:
        if option.name == "addopts":
            _addopts(review, section, option, alt)
        elif option.name in LISTS:
            _entries(review, section, option, alt)
        else:
            _option(review, section, option, names, alt)
    if chosen:
        _missing(review, section, names)
    decision = None if alt is None else alt.missing(is_chosen=chosen)
    if decision is not None and decision.value is not None and _accept_new(review, section, decision):
        section.add(LIMIT, decision.value, ())


def _accept(
    review: Review,
    section: PytestSection,
    decision: Decision,
    option: OptionView,
    entry: int | None = None,
    split: Split = Split.LINES,
) -> bool:
    offset, anchor = section.place(option, entry, split)
    return review.accept(offset, decision, anchor)


def _option(
    review: Review, section: PytestSection, option: OptionView, names: frozenset[str], alt: AltOptions | None
) -> None:
    leak = review.facts.leak_below(review.source.path)
    decision = judge_option(option.name, option.value, review.options.runner, names, review.facts.kept, leak)
    if alt is not None and option.name == OPTION:
        decision = alt.option(option.value)
    if decision is None or not _accept(review, section, decision, option):
        return
    if decision.value is None:
        section.remove(option)
    else:
        section.replace(option, decision.value, decision.name)


def _addopts(review: Review, section: PytestSection, option: OptionView, alt: AltOptions | None) -> None:
    entries = section.entries(option, Split.WORDS)
    autoload = review.facts.plugin_autoload and review.chosen.plugin_autoload
    removed: set[int] = set()
    replaced: dict[int, str] = {}
    runner = review.options.runner
    found = [*judge_addopts(entries, runner, autoload=autoload, kept=review.facts.kept)]
    if alt is not None:
        alt.words = entries
        plugin = loaded_by_name(entries, runner, autoload=autoload)
        found += [WordsDecision(*each) for each in judge_words(alt, plugin)]
    for decided in found:
        if not _accept(review, section, decided.decision, option, decided.words[0], Split.WORDS):
            continue
        if alt is not None and any(entries[word].removeprefix("-p").strip() == ENABLING for word in decided.words):
            alt.was_enabled = True
        if decided.decision.value is None:
            removed |= set(decided.words)
        else:
            replaced[decided.words[-1]] = decided.decision.value
    if removed or replaced:
        section.cut(option, Split.WORDS, removed, replaced)


def _entries(review: Review, section: PytestSection, option: OptionView, alt: AltOptions | None) -> None:
    split = LISTS[option.name]
    removed: set[int] = set()
    for index, entry in enumerate(section.entries(option, split)):
        needed = review.facts.still_needs_pytest_asyncio
        if review.facts.kept is not None:
            needed = needed or (review.facts.kept.reason,)
        decision = judge_entry(option.name, entry, review.options.runner, needed)
        if alt is not None and option.name == "required_plugins":
            decision = alt.entry(entry) or decision
        if decision is not None and _accept(review, section, decision, option, index, split):
            removed.add(index)
    if removed:
        section.cut(option, split, removed, {})


def _missing(review: Review, section: PytestSection, names: frozenset[str]) -> None:
    """Add what the runner needs and the section does not say."""
    runner, kept = review.options.runner, review.facts.kept
    wanted = written_for(runner, kept)
    if kept is not None and (review.chosen.mode or not review.facts.async_files):
        return  # a mode, in this section or in addopts, is judged where it stands
    for name, value in wanted.items():
        if name in names or (name == "anyio_mode" and "asyncio_mode" in names):
            continue
        decision = Decision(CODE, added(name, value, runner, kept), value=value)
        if _accept_new(review, section, decision):
            section.add(name, value, wanted)


def _accept_new(review: Review, section: PytestSection, decision: Decision) -> bool:
    """Record the decision on an option that the section does not have yet."""
    offset, anchor = section.place(section.options[0]) if section.options else (0, 1)
    return review.accept(offset, decision, anchor)
