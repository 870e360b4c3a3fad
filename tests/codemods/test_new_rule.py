"""`nox -s new-rule` writes skeletons of a rule that fail until they are filled in, and pass afterwards."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from house.processes import run_python
from house.tree import ROOT

COPIED = (
    "codemods", "tests/support", "tests/contracts/test_rules_are_complete.py", "tests/codemods/test_rule.py",
    "tests/corpus/test_corpus.py", "tests/conftest.py", "docs", "pyproject.toml", "CHANGELOG.md",
)  # fmt: skip
RULE = "codemods/asyncshim_codemods/rules/ash389_toy_rule.py"
TEST = "tests/codemods/rules/test_ash389_toy_rule.py"
CASE = "fixtures_corpus/toy-rule"
# A toy rule that renames a function: what a contributor writes in the place of each placeholder.
IN_RULE = {
    "Fill in: what the rule finds, in a few words.": "functions with an old name.",
    "Fill in: what the rule does and why.": "A function `old_name` becomes `new_name`, so that its name is clear.",
    "Fill in: when the rule does not change the code.": "Other functions stay unchanged.",
    "Fill in: what the rule finds, without a full stop": "a function with an old name",
    "  # Fill in: keywords; a file without any of them is not parsed (see source/words.py)": "",
    "  # Fill in: the first release of pytest-asyncio that has the feature": "",
    "Fill in: the title of an example that the rule changes": "An old name",
    "Fill in: the title of a similar example that stays unchanged": "Another name",
    "Fill in: which nodes the rule looks for.": "Propose a new name for every such function.",
    "  # Fill in: the condition": "",
    "# Fill in: the message and the edits, such as Remove(node) or Replace(node, new)": "new = cst.Name('new_name')",
    '"Fill in: the message", self.safety, ()': '"old name", self.safety, (Replace(function.name, new),)',
    "import Proposal": "import Proposal, Replace",
    "from asyncshim_codemods.edits": "import libcst as cst\n\nfrom asyncshim_codemods.edits",
    "test_fill_in": "old_name",
    "test_filled_in": "new_name",
    "fill_in": "old_name",
}
FILLED_TEST = """
from rule_tools import assert_rewritten, assert_unchanged, messages

def test_ash389_replaces_the_old_name() -> None:
    result = assert_rewritten("def old_name(): ...", "def new_name(): ...")
    assert messages(result) == ["1:5 ASH389 old name"]

def test_ash389_keeps_another_name() -> None:
    assert_unchanged("def another_name(): ...")
"""
SUITE = "def {}_name(): ...\n\n\nasync def test_it(): ...\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of the parts of the repository that a rule needs; its path has a space."""
    root = tmp_path / "a copy"
    for name in COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / name)
    shutil.copytree(ROOT / "fixtures_corpus/loop-fixture", root / "fixtures_corpus/loop-fixture")
    return root


def new_rule(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_python(root / "codemods/new_rule.py", *arguments, cwd=root)


def run_tests(root: Path) -> str:
    # `migrate` runs in a process that imports the installed package, not this copy.
    chosen = "(ASH389 or ash389 or toy-rule or placeholder) and not migrate_turns"
    command = ("-m", "pytest", "-q", "-n0", "-p", "no:randomly", "-k", chosen)
    return run_python(*command, cwd=root, env={"PYTHONPATH": str(root / "codemods")}).stdout


def replace(file: Path, replacements: Mapping[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in replacements.items():
        assert old in text, f"{file} has no {old!r}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def fill_in(root: Path) -> None:
    replace(root / RULE, IN_RULE)
    (root / TEST).write_text(FILLED_TEST, encoding="utf-8")
    replace(root / CASE / "case.toml", {"Fill in: what the suite shows": "An old name", "fill_in": "it"})
    for folder, name in (("before", "old"), ("after", "new")):
        (root / CASE / folder / "test_toy_rule.py").write_text(SUITE.format(name), encoding="utf-8")
    replace(root / "CHANGELOG.md", {"Fill in: what": "What"})


def test_the_tests_of_a_new_rule_fail_with_what_to_fill_in_and_pass_when_it_is_filled_in(checkout: Path) -> None:
    made = new_rule(checkout, "389", "toy-rule")
    assert made.returncode == 0, made.stdout
    assert f"wrote {RULE}\n" in made.stdout
    output = run_tests(checkout)
    for sentence in (
        f"{RULE}:1: ",
        f"{CASE}/case.toml:1: title = ",
        "CHANGELOG.md:",
        "Failed: Fill in: assert_rewritten(before, after), with code that ASH389 changes",
        "Failed: Fill in: assert_unchanged(code)",
        f"AssertionError: Fill in: {CASE}/before is a small suite",
        "AssertionError: run docs/build.py",
    ):
        assert sentence in output
    assert "\nerror" not in output.lower()
    fill_in(checkout)
    run_python("docs/build.py", cwd=checkout, env={"PYTHONPATH": str(checkout / "codemods")})
    output = run_tests(checkout)
    assert re.search(r"^\d+ passed, \d+ deselected", output, re.MULTILINE), output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "usage: nox -s new-rule -- NUMBER NAME, for example: nox -s new-rule -- 311 some-name"),
        (("389",), "usage: nox -s new-rule -- NUMBER NAME, for example: nox -s new-rule -- 311 some-name"),
        (("39", "toy-rule"), "'39' is not a number of three digits, such as 311"),
        (("ASH389", "toy-rule"), "'ASH389' is not a number of three digits, such as 311"),
        (("310", "toy-rule"), "ASH310 exists already: codemods/asyncshim_codemods/rules/ash310_loop_fixture.py"),
        (("999", "toy-rule"), "ASH999: there are no rules ASH9xx; use 1, 2, 3, 4, 5, 6 as first digit"),
        (("389", "Toy_Rule"), "'Toy_Rule' is not a name of lower-case words with hyphens, such as some-name"),
        (
            ("389", "usefixtures-event-loop"),
            "the name 'usefixtures-event-loop' exists already: codemods/asyncshim_codemods/rules/ash308_usefixtures.py",
        ),
        (("389", "markers"), "fixtures_corpus/markers exists already: choose another name"),
    ],
)
def test_a_wrong_number_or_name_is_one_error_and_nothing_is_written(
    arguments: tuple[str, ...], message: str, checkout: Path
) -> None:
    (checkout / "fixtures_corpus/markers").mkdir()
    before = sorted(checkout.rglob("*"))
    made = new_rule(checkout, *arguments)
    assert (made.returncode, made.stdout) == (2, f"error: {message}\n")
    assert sorted(checkout.rglob("*")) == before


def test_the_changelog_line_goes_to_the_end_of_the_added_list(checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text(
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n\n### Fixed\n\n- Two.\n", encoding="utf-8"
    )
    assert new_rule(checkout, "389", "toy-rule").returncode == 0
    assert (checkout / "CHANGELOG.md").read_text(encoding="utf-8") == (
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n"
        "- Fill in: what a user can do with ASH389 (`toy-rule`).\n\n### Fixed\n\n- Two.\n"
    )


def test_a_changelog_without_the_section_is_an_error(checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text("# Changelog\n", encoding="utf-8")
    made = new_rule(checkout, "389", "toy-rule")
    assert made.returncode == 2
    assert made.stdout == ("error: CHANGELOG.md: there is no section 'Added' below 'Unreleased'\n")
