"""Checks the pages: links lead somewhere, headings nest, code blocks are valid, generated pages are current.

python docs/build.py           write the generated pages
python docs/build.py --check   write nothing; exit 1 and name what is wrong
python docs/build.py --site F  also make the site in the folder F, with Sphinx
"""

from __future__ import annotations

import argparse
import ast
import configparser
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import reference_pages
import rule_pages
import site_pages as site
from asyncshim_codemods import api

HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$")
FENCE = re.compile(r"^(`{3,})(\S*)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced code block; `line` is that of its first line of code."""

    line: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown page, taken apart as far as the checks need it."""

    path: Path
    headings: tuple[tuple[int, int, str], ...]
    blocks: tuple[Block, ...]
    links: tuple[tuple[int, str], ...]

    @property
    def anchors(self) -> frozenset[str]:
        """The anchors that a forge makes of the headings."""
        return frozenset(slug(title) for _, _, title in self.headings)


def slug(title: str) -> str:
    """A heading's anchor: lower case, no punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def parse(path: Path) -> Page:
    """Read one page; code blocks hide headings and links."""
    headings: list[tuple[int, int, str]] = []
    blocks: list[Block] = []
    links: list[tuple[int, str]] = []
    fence, language, start = "", "", 0
    code: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        opening = FENCE.match(line)
        if fence:
            if opening and opening.group(1) == fence:
                blocks.append(Block(start, language, "\n".join(code) + "\n"))
                fence = ""
            else:
                code.append(line)
        elif opening:
            fence, language, start, code = opening.group(1), opening.group(2), number + 1, []
        else:
            if heading := HEADING.match(line):
                headings.append((number, len(heading.group(1)), heading.group(2)))
            links += [(number, target) for target in LINK.findall(re.sub(r"`[^`]*`", "", line))]
    if fence:
        blocks.append(Block(start, "never closed", "\n".join(code)))
    return Page(path, tuple(headings), tuple(blocks), tuple(links))


def parse_ini(text: str) -> None:
    """Raise unless `text` is an INI file."""
    configparser.ConfigParser().read_string(text)


LANGUAGES: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "python": ast.parse,
        "toml": tomllib.loads,
        "ini": parse_ini,
        "sh": str,
        "diff": str,
        "text": str,
        "yaml": str,
        "json": json.loads,
    }
)


def heading_problems(page: Page) -> Iterator[tuple[int, str]]:
    """One title, at the top, and no level left out below it."""
    levels = [level for _, level, _ in page.headings]
    if levels.count(1) != 1 or levels[0] != 1:
        yield 1, "a page has one title, at its beginning"
    for (_, above, _), (line, level, title) in zip(page.headings, page.headings[1:], strict=False):
        if level > above + 1:
            yield line, f"heading {title!r} leaves out a level"
    titles = [slug(title) for _, _, title in page.headings]
    yield from ((line, f"heading {title!r} twice") for line, _, title in page.headings if titles.count(slug(title)) > 1)


def block_problems(page: Page) -> Iterator[tuple[int, str]]:
    """Each block names a language that this script knows, and is valid in it."""
    for block in page.blocks:
        check = LANGUAGES.get(block.language)
        if check is None:
            yield block.line, f"code block of language {block.language!r}; known are {', '.join(LANGUAGES)}"
            continue
        try:
            check(block.text)
        except (SyntaxError, ValueError, configparser.Error) as error:
            yield block.line, f"{block.language} block: {error}"


def link_problems(page: Page, pages: Mapping[Path, Page]) -> Iterator[tuple[int, str]]:
    """Relative links lead to files, and their anchors to headings."""
    for line, target in page.links:
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        path = (page.path.parent / place).resolve() if place else page.path
        if not path.exists():
            yield line, f"link to {target}, which does not exist"
        elif anchor and anchor not in (pages.get(path) or parse(path)).anchors:
            yield line, f"link to {target}, which has no such heading"


def check(root: Path) -> list[str]:
    """Every problem of the README, the change log and the pages below docs/, as `path:line: sentence`."""
    paths = [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]
    pages = {path.resolve(): parse(path.resolve()) for path in paths}
    problems = []
    for page in pages.values():
        found = [*heading_problems(page), *block_problems(page), *link_problems(page, pages)]
        if page.path.name == "CHANGELOG.md":  # "Added" stands below every release
            found = [problem for problem in found if not problem[1].endswith("twice")]
        problems += [f"{page.path.relative_to(root.resolve())}:{line}: {text}" for line, text in sorted(found)]
    linked = {
        (page.path.parent / link.partition("#")[0]).resolve() for page in pages.values() for _, link in page.links
    }
    lost = [page for page in pages if page not in linked and "docs" in page.parts and page.name != "index.md"]
    return [*problems, *(f"{page.relative_to(root.resolve())}:1: no page links here" for page in lost)]


def generated(*, rules: bool) -> dict[str, str]:
    """The pages that are made from code, by their path below docs/."""
    if not rules:
        return {}
    of_rules = rule_pages.pages(api.rules())
    return {f"rules/{name}": text for name, text in of_rules.items()} | reference_pages.pages()


def stale(docs: Path, wanted: Mapping[str, str]) -> list[str]:
    """The generated pages that are not what the code says now: changed, missing, or of a rule that is gone."""
    names = wanted.keys() | {f"rules/{path.name}" for path in (docs / "rules").glob("*.md")}
    there = {name: (docs / name).read_text(encoding="utf-8") for name in names if (docs / name).is_file()}
    return [name for name in sorted(names) if there.get(name) != wanted.get(name)]


def write(docs: Path, names: list[str], wanted: Mapping[str, str]) -> None:
    """Bring the stale pages up to date, and name them."""
    for name in names:
        print(f"{'wrote' if name in wanted else 'removed'} {name}")
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in wanted:
            path.write_text(wanted[name], encoding="utf-8", newline="\n")
        else:
            path.unlink()


def main() -> int:
    """Write or check, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--site", type=Path, metavar="FOLDER", help="then make the site in this folder, with Sphinx")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1], help="the repository")
    parser.add_argument(
        "--no-rules", dest="rules", action="store_false", help="a tree without code, and so without generated pages"
    )
    options = parser.parse_args()
    wanted = generated(rules=options.rules)
    outdated = stale(options.root / "docs", wanted)
    if not options.check:
        write(options.root / "docs", outdated, wanted)
        outdated = []
    problems = [f"docs/{name}:1: is not what the code says: run docs/build.py" for name in outdated]
    problems += check(options.root)
    print("\n".join(problems) or "the pages are in order")
    if options.site and not problems:
        return site.build(options.root, options.site)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
