"""Makes the site: collects the pages in one folder, adds a navigation, runs Sphinx and checks the links.

A warning of Sphinx is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Pages outside of docs/, and their names in the site.
OUTSIDE = {
    "README.md": "README.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "SECURITY.md": "SECURITY.md",
    "benchmarks/README.md": "benchmarks.md",
}
PICTURE = re.compile(r'<picture>.*?srcset="([^"]+)".*?src="([^"]+)" alt="([^"]+)".*?</picture>', re.DOTALL)
# Code is matched, too, so that links in it are passed over.
CODE_OR_LINK = re.compile(
    r"^```.*?^```$|(?P<before>!?\[[^\]]*\]\()(?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?\)|`[^`\n]*`",
    re.MULTILINE | re.DOTALL,
)


def build(root: Path, target: Path) -> int:
    """Make the site in `target`; 0, or 1 after what is wrong has been named."""
    target = target.resolve()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        collect(root, source)
        command = [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-W",
            "--keep-going",
            "-n",
            "-b",
            "dirhtml",
        ]  # rules/ash101, as reports name it
        command += ["-c", str(root / "docs/sphinx"), "-d", f"{folder}/cache", str(source), str(target)]
        if subprocess.run(command, check=False).returncode:
            return 1
    problems = link_problems(target)
    print("\n".join(problems) or f"the site is in {target}")
    return 1 if problems else 0


def collect(root: Path, source: Path) -> None:
    """Copy all pages and pictures below `source`, with links that fit there."""
    homes = {path: path.relative_to(root / "docs") for path in sorted((root / "docs").rglob("*.*"))}
    homes = {path: home for path, home in homes.items() if path.suffix in {".md", ".svg", ".json"}}
    homes |= {root / path: Path(name) for path, name in OUTSIDE.items()}
    for path, home in homes.items():
        copy = source / home
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            text = with_links(path.read_text(encoding="utf-8"), path, homes)
            copy.write_text(text + (navigation(root) if home == Path("index.md") else ""), encoding="utf-8")
        else:
            shutil.copy(path, copy)


def with_links(text: str, page: Path, homes: Mapping[Path, Path]) -> str:
    """The text with its relative links as they are in the site. A link to a file that is not there loses its target.

    A picture with a light and a dark form becomes two images, of which the theme shows one.
    """
    text = PICTURE.sub(r"![\3](\2){.only-light}\n![\3](\1){.only-dark}", text)

    def moved(found: re.Match[str]) -> str:
        target = found["target"]
        if target is None or re.match(r"[a-z]+:", target):
            return found.group()
        home = homes.get((page.parent / target).resolve())
        if home is None:
            return found["before"][1:-2]
        return (
            f"{found['before']}{os.path.relpath(home, homes[page].parent).replace(os.sep, '/')}{found['anchor'] or ''})"
        )

    return CODE_OR_LINK.sub(moved, text)


def navigation(root: Path) -> str:
    """The lists of pages for Sphinx, as the end of the first page."""
    sections = tomllib.loads((root / "docs/navigation.toml").read_text(encoding="utf-8"))["section"]
    lists = []
    for section in sections:
        pages = "\n".join(section["pages"])
        lists.append(f"\n```{{toctree}}\n:hidden:\n:caption: {section['title']}\n\n{pages}\n```\n")
    rules = "\n".join(sorted(f"rules/{path.stem}" for path in (root / "docs/rules").glob("ash*.md")))
    return "".join(lists) + f"\n```{{toctree}}\n:hidden:\n:caption: Rules\n\n{rules}\n```\n"


class Html(HTMLParser):
    """Notes the links, the loaded files and the anchors of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes that name something."""
        values = {name: value for name, value in attrs if value}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in {"script", "img", "source", "iframe"} and "src" in values:
            self.loaded.append(values["src"])
        if tag == "link" and "href" in values and values.get("rel") != "canonical":
            self.loaded.append(values["href"])


def link_problems(site: Path) -> list[str]:
    """Links of the finished pages that lead nowhere, and files that they load from elsewhere."""
    pages: dict[Path, Html] = {}
    for path in sorted(site.rglob("*.html")):
        pages[path] = Html()
        pages[path].feed(path.read_text(encoding="utf-8"))
    problems: list[str] = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        for link in [*page.links, *page.loaded]:
            address = urlsplit(link)
            if address.scheme or address.netloc:
                if link in page.loaded:
                    problems.append(f"{name}: loads {link} from the network")
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            if target.is_dir():
                target /= "index.html"
            if not target.exists():
                problems.append(f"{name}: link to {link}, which does not exist")
            elif address.fragment and target in pages and unquote(address.fragment) not in pages[target].anchors:
                problems.append(f"{name}: link to {link}, which has no such anchor")
    return problems
