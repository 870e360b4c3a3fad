"""Makes a page of every rule out of what the rule says about itself, and an index of them all."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncshim_codemods.rule import Example, RuleInfo

NOTICE = "<!-- Made by docs/build.py from the rule's module: edit that one. -->\n"
SAFETY = {
    "safe": "applied by default: node ids and outcomes stay the same",
    "unsafe": "reported by default, applied with `--unsafe`: it may change behaviour",
    "manual": "reported and not changed",
}
GROUPS = {
    "1": "Markers",
    "2": "Fixtures and imports",
    "3": "The event loop",
    "4": "Configuration",
    "5": "Dependencies",
    "6": "alt-pytest-asyncio",
}
LANGUAGES = {"py": "python", "toml": "toml", "ini": "ini", "cfg": "ini", "yaml": "yaml", "yml": "yaml"}


def file_name(rule: RuleInfo) -> str:
    """The page's name in `docs/rules/`."""
    return f"{rule.code.lower()}.md"


def markdown(text: str) -> str:
    """A docstring as Markdown: double backticks, its only other markup, become single ones."""
    return inspect.cleandoc(text).replace("``", "`")


def history(rule: RuleInfo) -> str:
    """Between which releases its plugin had what the rule looks for."""
    since = f"The feature exists since {rule.plugin} {rule.since}"
    return f"{since} and was removed in {rule.until}" if rule.until else since


def example(one: Example) -> str:
    """One example: the diff that the rule makes, or the text that it leaves alone."""
    where = f"`{one.path}`" + (", with `--unsafe`" if one.unsafe else "")
    if one.after is None:
        language = LANGUAGES.get(one.path.rpartition(".")[2], "text")
        return f"### {one.title}\n\n{where}, unchanged:\n\n```{language}\n{one.before.rstrip()}\n```\n"
    before, after = one.before.splitlines(), one.after.splitlines()
    lines = list(difflib.unified_diff(before, after, lineterm="", n=100))[3:]
    return f"### {one.title}\n\n{where}:\n\n```diff\n" + "\n".join(lines).rstrip() + "\n```\n"


def page(rule: RuleInfo) -> str:
    """The whole page of one rule, always under the same headings."""
    return "\n".join([
        f"# {rule.code}: {rule.name}\n",
        NOTICE,
        f"{markdown(rule.summary)}.\n",
        f"Safety: **{rule.safety.value}**, {SAFETY[rule.safety.value]}.\n",
        f"{history(rule)}.\n",
        "## What it does\n",
        f"{markdown(rule.documentation)}\n",
        "## Examples\n",
        *(example(one) for one in rule.examples),
    ])  # fmt: skip


def index(rules: Mapping[str, RuleInfo]) -> str:
    """The table of all rules, by group."""
    parts = [
        "# Rules\n",
        NOTICE,
        "`safe` rules are applied by default, `unsafe` ones with `--unsafe`, `manual` ones never.\n",
    ]
    for digit, title in GROUPS.items():
        members = [rule for rule in rules.values() if rule.code.removeprefix("ASH").startswith(digit)]
        if members:
            rows = [
                f"| [{r.code}]({file_name(r)}) | {r.name} | {markdown(r.summary)} | {r.safety.value} |" for r in members
            ]
            parts.append(
                "\n".join([f"## {title}\n", "| code | name | found | safety |", "|---|---|---|---|", *rows, ""])
            )
    return "\n".join(parts)


def pages(rules: Mapping[str, RuleInfo]) -> dict[str, str]:
    """Every generated page by its name in `docs/rules/`."""
    return {"index.md": index(rules)} | {file_name(rule): page(rule) for rule in rules.values()}
