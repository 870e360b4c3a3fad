"""Write the skeletons of a new rule: rule, test, corpus case and changelog line.

nox -s new-rule -- 311 some-name

Each skeleton has lines with "Fill in: ...", and tests fail until all of them are replaced.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

USAGE = "usage: nox -s new-rule -- NUMBER NAME, for example: nox -s new-rule -- 311 some-name"
ROOT = Path(__file__).resolve().parents[1]
RULES = Path("codemods/asyncshim_codemods/rules")

RULE = '''\
"""CODE: Fill in: what the rule finds, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class CLASS(Rule):
    """Fill in: what the rule does and why.

    Fill in: when the rule does not change the code. The docstring is the text of the rule's documentation page.
    """

    code = "CODE"
    name = "NAME"
    summary = "Fill in: what the rule finds, without a full stop"
    safety = Safety.SAFE
    since = "0.1"  # Fill in: the first release of pytest-asyncio that has the feature
    words = ("fill_in",)  # Fill in: keywords; a file without any of them is not parsed (see source/words.py)
    examples = (
        Example(
            "Fill in: the title of an example that the rule changes",
            before="""
                def test_fill_in(): ...
            """,
            after="""
                def test_filled_in(): ...
            """,
        ),
        Example(
            "Fill in: the title of a similar example that stays unchanged",
            before="""
                def test_unchanged(): ...
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Fill in: which nodes the rule looks for."""
        for function in file.index.functions:
            if function.name.value == "test_fill_in":  # Fill in: the condition
                # Fill in: the message and the edits, such as Remove(node) or Replace(node, new)
                yield Proposal(function.name, "Fill in: the message", self.safety, ())
'''
TEST = """\
from __future__ import annotations

import pytest

# Fill in: from rule_tools import assert_rewritten, assert_unchanged, messages


def test_fill_in_what_changes() -> None:
    pytest.fail("Fill in: result = assert_rewritten(before, after), with code that CODE changes, and messages(result)")


def test_fill_in_what_stays_unchanged() -> None:
    pytest.fail("Fill in: assert_unchanged(code), with similar code that stays; six cases for every four that change")
"""
CASE = """\
title = "Fill in: what the suite shows"
written_for = "0.21.2"
pytest = "7.4.4"
rules = ["CODE", "ASH401"]
migrate = ["--runner", "asyncshim"]
also_under = ["conftest", "alt-pytest-asyncio", "pytest-asyncio"]
origin = "Written for this corpus"

[outcomes]
"test_MODULE.py::test_fill_in" = "passed"
"""
SUITE = """\
async def test_fill_in():
    raise AssertionError("Fill in: FOLDER is a small suite; every test of it has an outcome in case.toml")
"""
CHANGE = "- Fill in: what a user can do with CODE (`NAME`).\n"


class InputError(Exception):
    """The number or the name cannot be used; the message is the whole sentence for the user."""


def files_of(number: str, name: str) -> Mapping[str, str]:
    """Return the new files by path, with their skeletons."""
    module = name.replace("-", "_")
    case = f"fixtures_corpus/{name}"
    words = {
        "CODE": f"ASH{number}",
        "CLASS": "".join(part.capitalize() for part in name.split("-")),
        "NAME": name,
        "MODULE": module,
    }
    skeletons = {
        f"{RULES.as_posix()}/ash{number}_{module}.py": RULE,
        f"tests/codemods/rules/test_ash{number}_{module}.py": TEST,
        f"{case}/case.toml": CASE,
        f"{case}/before/pytest.ini": "[pytest]\nasyncio_mode = auto\n",
        f"{case}/before/test_{module}.py": SUITE.replace("FOLDER", f"{case}/before"),
        f"{case}/after/pytest.ini": "[pytest]\n",
        f"{case}/after/test_{module}.py": SUITE.replace("FOLDER", f"{case}/after"),
        "CHANGELOG.md": CHANGE,
    }
    return {path: re.sub("|".join(words), lambda found: words[found[0]], text) for path, text in skeletons.items()}


def check(root: Path, arguments: Sequence[str]) -> tuple[str, str]:
    """Return the number and the name. Raises where a rule cannot have them."""
    if len(arguments) != 2:
        raise InputError(USAGE)
    number, name = arguments
    used = {path.name[3:6]: path.name for path in sorted((root / RULES).glob("ash*.py"))}
    if not re.fullmatch("[0-9]{3}", number):
        raise InputError(f"{number!r} is not a number of three digits, such as 311")
    if number in used:
        raise InputError(f"ASH{number} exists already: {RULES.as_posix()}/{used[number]}")
    hundreds = sorted({each[0] for each in used})
    if number[0] not in hundreds:
        raise InputError(f"ASH{number}: there are no rules ASH{number[0]}xx; use {', '.join(hundreds)} as first digit")
    if not re.fullmatch("[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise InputError(f"{name!r} is not a name of lower-case words with hyphens, such as some-name")
    for rule in used.values():
        if f'    name = "{name}"\n' in (root / RULES / rule).read_text(encoding="utf-8"):
            raise InputError(f"the name {name!r} exists already: {RULES.as_posix()}/{rule}")
    if (root / "fixtures_corpus" / name).exists():
        raise InputError(f"fixtures_corpus/{name} exists already: choose another name")
    return number, name


def write(root: Path, files: Mapping[str, str]) -> Iterator[str]:
    """Write the skeletons and yield their paths; the changelog line goes to the end of the list "Added"."""
    whole = {**files, "CHANGELOG.md": _with_line(root / "CHANGELOG.md", files["CHANGELOG.md"])}
    for path, text in whole.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
        yield path


def _with_line(changelog: Path, line: str) -> str:
    text = changelog.read_text(encoding="utf-8")
    top, heading, rest = text.partition("## [Unreleased]\n\n### Added\n")
    if not heading:
        raise InputError("CHANGELOG.md: there is no section 'Added' below 'Unreleased'")
    end = rest.find("\n#")
    section, below = (rest, "") if end < 0 else (rest[:end], rest[end:])
    return f"{top}{heading}{section.rstrip()}\n{line}{below}"


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Write the skeletons and print what comes next, or print one error."""
    try:
        number, name = check(root, arguments)
        for path in write(root, files_of(number, name)):
            sys.stdout.write(f"wrote {path}\n")
    except InputError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write(
        f"Next: replace every line with 'Fill in:', then run\n"
        f"  python docs/build.py\n"
        f"  python -m pytest tests/contracts tests/codemods tests/corpus -k 'ash{number} or ASH{number} or {name}'\n"
        f"and, because a rule can change other corpus cases, the same without -k at the end\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
